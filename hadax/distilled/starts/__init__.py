"""What a search starts from: the task's own examples, or what a file holds."""
