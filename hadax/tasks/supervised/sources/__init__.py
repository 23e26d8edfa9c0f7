"""Where real images come from, and how their files are read."""
