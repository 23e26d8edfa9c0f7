"""The command that an artifact names asks for the search that made it."""

import shlex
from dataclasses import replace

import pytest

from hadax import tasks
from hadax.core.settings.views import replaced
from hadax.launch.commandline.parsing import parse
from hadax.launch.commandline.umbrella import command_of
from hadax.launch.search.build import build_header
from hadax.launch.search.presenting.origin import command_that_found
from hadax.launch.search.resolve import resolve

SEARCHES = [
    ("distill", {"task": "supervised/digits", "images_per_class": 1, "learn_inner_lr": True}),
    ("neuroevolve", {"task": "gymnax/CartPole-v1", "width": 8, "seed": 3}),
    ("distill", {"task": "gymnax/CartPole-v1", "curriculum": 30, "restarts": 3}),
]


def asked_by(text, verb):
    program, *arguments = shlex.split(text)
    assert program == f"hadax-{verb}"
    given = parse(command_of(verb).groups, arguments).given
    return resolve(verb, {name: each for name, each in given.items() if name != "preset"}, "none")


def header_of(config):
    """As at the search's end: a rate that evolved, the loss that suits the task, another size."""
    header = build_header(config, tasks.make(config.task.task, **config.task.options))
    learner = replaced(header.learner, {"inner_lr": 0.123})
    return replace(
        header, learner=learner, distillation=replaced(header.distillation, {"dataset_size": 10})
    )


@pytest.mark.parametrize(("verb", "given"), SEARCHES)
def test_what_was_asked_for_is_found_again_whatever_the_search_settled_on(verb, given):
    config = resolve(verb, given, "none").config
    assert asked_by(command_that_found(header_of(config)), verb).config == config


@pytest.mark.parametrize(("verb", "given"), SEARCHES)
def test_a_result_that_names_no_command_gets_one_that_works(verb, given):
    header = header_of(resolve(verb, given, "none").config)
    further = {name: each for name, each in header.further.items() if name != "asked"}
    resolved = asked_by(command_that_found(replace(header, further=further)), verb)
    assert resolved.config.task.task == given["task"]


def test_one_of_several_searches_names_the_command_that_made_them_all():
    config = resolve("distill", {"task": "analytic/linear_regression"}, "none").config
    task = tasks.make(config.task.task)
    header = build_header(replace(config, seed=1003), task, asked=config)
    assert asked_by(command_that_found(header), "distill").config == config
