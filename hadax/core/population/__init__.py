"""Many candidates at once: in chunks, over devices, and their evaluations as one."""
