"""Ways to write a dataset as a candidate, one a file."""
