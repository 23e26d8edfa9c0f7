"""What makes a candidate good: as a dataset, by the networks trained on it, or as weights."""
