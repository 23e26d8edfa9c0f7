"""A simulator's step for many episodes at once, with the episodes on the last axis."""
