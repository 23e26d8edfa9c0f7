"""Datasets and policies made by hand, without a search."""

import numpy as np
import pytest

from hadax.core.settings.config import DistillationConfig
from hadax.core.settings.views import replaced
from hadax.core.storage.artifact import Artifact
from hadax.distilled.files.header import Header
from hadax.distilled.loading import revive
from hadax.learners.config import LearnerConfig
from hadax.tasks.config import TaskConfig


@pytest.fixture(scope="session")
def distilled_of():
    """Makes a task's dataset of given arrays; `state` are the task's, and
    further keywords its options."""
    learner = replaced(LearnerConfig(), {"width": 4, "depth": 1, "inner_steps": 3})

    def make(task, inputs, targets, state=None, **options):
        sized = DistillationConfig(dataset_size=len(inputs))
        header = Header("dataset", TaskConfig(task, options), learner, sized)
        pairs = {"inputs": np.asarray(inputs, np.float32), "targets": np.asarray(targets)}
        arrays = {**pairs, **(state or {})}
        return revive("it", header, Artifact({}, arrays))

    return make
