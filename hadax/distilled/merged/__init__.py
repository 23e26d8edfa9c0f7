"""Datasets of several tasks as one, and the networks that are trained on it."""
