"""Supervised tasks, each behind the Task seam."""
