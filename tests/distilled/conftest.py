"""Datasets and policies made by hand, without a search."""

import numpy as np
import pytest

from hadax.core.artifact import Artifact
from hadax.core.settings_views import replaced
from hadax.distilled.header import Header
from hadax.distilled.loading import revive
from hadax.learners.config import LearnerConfig
from hadax.tasks.config import TaskConfig


@pytest.fixture(scope="session")
def distilled_of():
    """Makes a task's dataset of given arrays; keywords are the task's options."""
    learner = replaced(LearnerConfig(), {"width": 4, "depth": 1, "inner_steps": 3})

    def make(task, inputs, targets, **options):
        header = Header("dataset", TaskConfig(task, options), learner)
        arrays = {"inputs": np.asarray(inputs, np.float32), "targets": np.asarray(targets)}
        return revive("it", header, Artifact({}, arrays))

    return make
