"""What keeps the repository's own files: one package a kind of file."""
