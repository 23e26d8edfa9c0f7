"""What `hadax-evaluate` measures beyond one score."""
