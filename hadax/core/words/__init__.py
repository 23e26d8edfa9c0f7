"""What is typed by people and told to them: names, numbers, lines; imports no JAX."""
