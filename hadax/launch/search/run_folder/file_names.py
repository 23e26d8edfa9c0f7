"""What the files of a run's folder are called; imports nothing.

The metrics' is in `observers/logs.py`, which writes them without knowing of runs.
"""

CONFIG = "config.json"
"""Says which search it is."""

DECISIONS = "restarts.json"
"""Of a contest: which seeds went on from each rung."""

COMPONENTS = "components.safetensors"
"""Beside a run's states: in which components its images evolve."""

DATASET, POLICY = "dataset.safetensors", "policy.safetensors"
"""What a search is for: one of these; `distilled/files/places.py` finds them in a folder."""

DATASET_PICTURE, LEARNING_CURVE = "dataset.png", "learning_curve.png"
STRIP, FILM = "evolution.png", "evolution.gif"
"""A dataset on its way, as a few pictures beside each other and as moving ones."""

REPORT = "report.html"
"""All that is known of the run, on one page."""

TRANSFER_TABLE, TRANSFER_PICTURE = "transfer.csv", "transfer.png"
"""A study of other learners: `hadax-evaluate --transfer`."""
