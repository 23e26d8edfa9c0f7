"""Datasets made by hand, to be drawn."""

import pytest

from hadax.core.storage.artifact import Artifact
from hadax.distilled.files.header import Header
from hadax.distilled.loading import revive
from hadax.learners.config import LearnerConfig
from hadax.tasks.config import TaskConfig


@pytest.fixture
def distilled():
    """Makes a task's dataset of arrays; keywords are the task's options."""

    def make(task, inputs, targets, **options):
        header = Header("dataset", TaskConfig(task, options), LearnerConfig())
        return revive("it", header, Artifact({}, {"inputs": inputs, "targets": targets}))

    return make
