"""Results on a task with other options: those that change inputs or targets are refused."""

import dataclasses

import pytest

import hadax
from hadax.core.errors import ConfigError

NAME = "gymnax/Breakout-MinAtar"
SAID = "view=7: a {} for inputs (19, 19, 4) and targets Discrete(size=3) does not fit inputs (7, 7,"


def test_an_option_that_gives_the_task_other_inputs_is_refused():
    found = hadax.zoo.load(NAME)
    header = dataclasses.replace(found.header, kind="policy")
    evolved = hadax.Evolved(found.fit(0), header)
    for result, kind in ((found, "dataset"), (evolved, "policy")):
        for options in ({"view": 7}, {"horizon": 5, "view": 7}):
            with pytest.raises(ConfigError) as refused:
                result.with_task(**options)
            assert str(refused.value).startswith(SAID.format(kind))
        assert result.with_task(horizon=5).task.environment.horizon == 5
