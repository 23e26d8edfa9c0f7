"""Arithmetic of the inner loop, written for speed."""
