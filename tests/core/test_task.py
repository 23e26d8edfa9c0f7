"""What can be a task, and what cannot."""

import pytest

from hadax.core.errors import ConfigError
from hadax.core.task import check_task


def test_an_incomplete_or_opaque_task_is_refused(regression):
    with pytest.raises(ConfigError, match="lacks input_shape"):
        check_task(object(), "mine")

    class Opaque(type(regression)):
        """A subclass that nobody registered as a pytree."""

    with pytest.raises(ConfigError, match=r"flax\.struct\.dataclass"):
        check_task(Opaque(regression.weights), "mine")
