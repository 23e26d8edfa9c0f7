"""The generic engine: candidates, strategies, objectives, the run and its artifact."""
