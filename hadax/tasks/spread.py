"""How little what a network sees may vary before it is scaled."""

SMALLEST_STD = 1e-4
"""Least standard deviation that is divided by: what never varies would be NaN."""
