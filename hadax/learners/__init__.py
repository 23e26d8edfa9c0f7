"""Learners: how the synthetic examples become a trained network."""
