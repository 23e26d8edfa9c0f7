"""What lies on disk: the artifact's container, writing whole files, and pytrees as named arrays."""
