"""Control tasks, each behind the Task seam."""
