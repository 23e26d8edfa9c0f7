"""What is asked of the computer before JAX starts."""
