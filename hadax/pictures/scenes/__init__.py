"""Tasks as one sees them: flat scenes, drawn once and shown by pillow (films) or matplotlib."""
