"""Flags: one name and one default everywhere, and one line for what cannot be parsed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.settings.fields import setting_of
from hadax.core.settings.views import flat, settings_in
from hadax.launch import (
    distill,
    evaluate,
    import_dataset,
    merge,
    neuroevolve,
    sweep,
    tune,
    zoo,
)
from hadax.launch.commandline.flags import flags_of, help_text
from hadax.launch.commandline.parsing import FlagError, parse
from hadax.launch.search.config import SearchConfig
from hadax.tasks.flagged import OPTION_FIELDS

COMMANDS = {
    "distill": distill.COMMAND,
    "neuroevolve": neuroevolve.COMMAND,
    "evaluate": evaluate.COMMAND,
    "import": import_dataset.COMMAND,
}


def values_of(command, *arguments):
    return parse(COMMANDS[command].groups, list(arguments)).values


def test_a_flag_and_the_field_it_sets_have_the_same_default():
    values = values_of("distill")
    for name, default in flat(SearchConfig()).items():
        assert values[name] == default, name


def test_every_setting_and_every_built_in_option_has_a_flag():
    assert flat(SearchConfig()).keys() | OPTION_FIELDS.keys() <= values_of("distill").keys()
    assert all(values_of("distill")[name] is None for name in OPTION_FIELDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_flags_are_named_once_and_explained(command):
    flags = [flag for group in COMMANDS[command].groups for flag in group.flags]
    assert len({flag.name for flag in flags}) == len(flags)
    assert all(flag.help for flag in flags)


def test_help_tells_units_ranges_choices_and_defaults_of_the_fields():
    printed = help_text("hadax-distill", "what it does", COMMANDS["distill"].groups)
    lines = {line.split()[0]: line for line in printed.splitlines() if line.startswith("  --")}
    for name, field, kind in settings_in(SearchConfig):
        known = setting_of(field)
        line = lines[f"--{name}"]
        assert known.help in line
        assert known.range_text() in line
        assert known.unit in line
        assert next(flag for flag in flags_of(kind) if flag.name == name).help in line
    assert "at least 4 [64]" in lines["--population"]
    assert "in [1, 65536] [64]" in lines["--width"]
    assert "input units; above 0 [0.1]" in lines["--std"]
    assert "random, fixed [random]" in lines["--policy_init"]
    assert "relu, tanh, gelu, silu, identity" in lines["--activation"]
    assert lines["--vary"].endswith("[false]")
    assert lines["--filters"].endswith("[16]")
    assert "[" not in lines["--horizon"], "the environment decides"


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("--population=many", "population=many: must be a whole number"),
        ("--population=1.5", "population=1.5: must be a whole number"),
        ("--std=wide", "std=wide: must be a number"),
        ("--popultion=4", "popultion"),
        ("population=4", "not a flag"),
        ("--vary=perhaps", "--vary=perhaps: must be true or false"),
    ],
)
def test_what_cannot_be_parsed_gives_one_line(argument, words):
    with pytest.raises(FlagError) as caught:
        values_of("distill", argument)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@given(arguments=st.lists(st.text(max_size=12) | st.sampled_from(["--std=1", "--", "-", "--vary"])))
def test_parsing_anything_gives_values_or_a_flag_error(arguments):
    with contextlib.suppress(FlagError):
        assert values_of("distill", *arguments).keys()


def test_what_is_given_is_told_from_what_is_left_at_its_default():
    parsed = parse(COMMANDS["distill"].groups, ["--population=64", "--filters=8,8", "--novary"])
    assert dict(parsed.given) == {"population": 64, "filters": (8, 8), "vary": False}
    assert parsed.values["std"] == 0.1


def test_a_first_argument_without_dashes_can_stand_for_a_flag():
    command = COMMANDS["import"]
    assert parse(command.groups, ["a.npz"], command.positional).values["data"] == "a.npz"
    with pytest.raises(FlagError, match="more: not a flag"):
        parse(command.groups, ["a.npz", "more"], command.positional)
    with pytest.raises(FlagError, match=r"b\.npz: not a flag"):
        parse(command.groups, ["--data=a.npz", "b.npz"], command.positional)


@pytest.mark.parametrize("name", ["task_option", "learner_option", "log"])
def test_a_list_of_words_goes_on_where_it_is_given_again(name):
    words = [f"--{name}=a=1,b=2", "--std=1", f"--{name}=c=3"]
    assert values_of("distill", *words)[name] == ("a=1", "b=2", "c=3")
    assert values_of("distill", f"--{name}=", f"--{name}=c=3")[name] == ("c=3",)


def test_lists_of_sweeps_and_tunings_of_their_own_go_on():
    words = ["--cluster_option=a=1", "--cluster_option=b=2"]
    assert parse(sweep.COMMAND.groups, words).values["cluster_option"] == ("a=1", "b=2")
    words = ["--space=std=0.1:0.5:log", "--space=inner_steps=10:100:10"]
    found = parse(tune.COMMAND.groups, words).values["space"]
    assert found == ("std=0.1:0.5:log", "inner_steps=10:100:10")


@pytest.mark.parametrize(
    ("command", "words", "name", "found"),
    [
        (merge.COMMAND, ["a.st", "--others=b.st", "c.st", "--out=m.st"], "others", "b.st c.st"),
        (zoo.COMMAND, ["verify", "--names=x", "y"], "names", "x y"),
        (zoo.COMMAND, ["verify", "--names=x,z", "y", "--names=w"], "names", "x z w y"),
    ],
)
def test_words_without_dashes_go_on_where_their_flag_ends(command, words, name, found):
    parsed = parse(command.groups, words, command.positional, command.rest)
    assert parsed.given[name] == tuple(found.split())


def test_what_could_go_on_or_begin_anew_is_refused():
    with pytest.raises(FlagError, match="--filters=32: is given twice; write all of it in one"):
        values_of("distill", "--filters=8,16", "--filters=32")
    for command in (sweep.COMMAND, tune.COMMAND):
        for name in ("seed", "std", "task_option"):
            with pytest.raises(FlagError, match=f"^--{name}=2: is given twice; write all of it"):
                parse(command.groups, [f"--{name}=0,1", f"--{name}=2"], command.positional)
    assert values_of("distill", "--std=1", "--std=2")["std"] == 2.0, "the last, as everywhere"


def test_what_is_automatic_may_be_written_so():
    values = parse(distill.COMMAND.groups, ["--chunk=auto", "--devices=auto"]).values
    assert values["chunk"] == values["devices"] == 0
    with pytest.raises(FlagError, match="population"):
        parse(distill.COMMAND.groups, ["--population=auto"])
    with pytest.raises(FlagError, match="a whole number, or auto"):
        parse(distill.COMMAND.groups, ["--chunk=wide"])
