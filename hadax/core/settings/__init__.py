"""What settings are made of, and those of every search; imports no JAX."""
