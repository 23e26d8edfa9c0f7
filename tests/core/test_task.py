"""What can be a task, and what cannot."""

import pytest
from flax import struct

from hadax.core.errors import ConfigError
from hadax.core.task import check_task


def test_an_incomplete_or_opaque_task_is_refused(regression):
    with pytest.raises(ConfigError, match="lacks input_shape"):
        check_task(object(), "mine")

    class Opaque(type(regression)):
        """A subclass that nobody registered as a pytree."""

    with pytest.raises(ConfigError, match=r"flax\.struct\.dataclass"):
        check_task(Opaque(regression.weights), "mine")


@pytest.mark.parametrize("shape", [4, [4], (4.0,), (0,), ()])
def test_what_is_no_shape_of_an_input_is_refused(regression, shape):
    @struct.dataclass
    class Odd(type(regression)):
        input_shape = shape

    with pytest.raises(ConfigError, match=r"^task=mine: its input_shape is .* as \(4,\)$"):
        check_task(Odd(regression.weights), "mine")


def test_a_target_that_is_a_number_alone_is_refused(regression):
    @struct.dataclass
    class Odd(type(regression)):
        target = 2

    with pytest.raises(ConfigError, match=r"^task=mine: its target is 2, must be hadax.Discrete"):
        check_task(Odd(regression.weights), "mine")
