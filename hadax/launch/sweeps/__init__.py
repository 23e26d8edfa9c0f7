"""Many searches as one: their grid, where they run, what they say together."""
