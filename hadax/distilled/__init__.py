"""What a search leaves, brought to life."""
