"""A run's folder: what is kept of a search, which search it is of, and what it holds already."""
