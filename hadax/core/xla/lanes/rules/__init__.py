"""Rules for the primitives of JAX, a file for each kind of them."""
