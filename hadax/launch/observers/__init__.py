"""What is told of every generation."""
