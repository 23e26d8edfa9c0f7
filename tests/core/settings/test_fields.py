"""Settings: each is held against its type and range, changed by name, and written as JSON."""

import collections
import json
import types
import typing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hadax.core.errors import LARGEST, ConfigError, require_count
from hadax.core.settings.fields import Setting, check, setting_of
from hadax.core.settings.pace import Pace
from hadax.core.settings.views import flat, from_json, replaced, settings_in, to_json
from hadax.core.words.names import nearest
from hadax.launch.search.config import VERBS, SearchConfig
from hadax.learners.config import NetworkConfig
from hadax.tasks.rl.config import ControlOptions
from hadax.tasks.supervised.config import ImageOptions

OPTIONS = (ControlOptions, ImageOptions)
SEARCH = list(settings_in(SearchConfig))
EVERY = [*SEARCH, *(each for options in OPTIONS for each in settings_in(options))]
IDS = [f"{kind.__name__}.{name}" for name, _, kind in EVERY]

every_setting = pytest.mark.parametrize(("name", "field", "kind"), EVERY, ids=IDS)


def kinds(field, kind):
    """The types that a setting's value, or an entry of it, can be of."""
    hint = typing.get_type_hints(kind)[field.name]
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return {typing.get_args(each)[0] if typing.get_origin(each) else each for each in options}


def with_value(kind, name, value):
    """A config of defaults with one value, whatever its others would say to it."""
    config = kind()
    listed = isinstance(getattr(config, name), tuple)
    object.__setattr__(config, name, (value,) if listed else value)
    return config


def test_names_are_unique_throughout_a_search():
    """Else a flag, a keyword or an origin would mean two things."""
    counts = collections.Counter(name for name, _, _ in EVERY)
    assert {name for name, count in counts.items() if count > 1} == {"normalizer"}


@every_setting
def test_says_what_it_sets_and_its_default_fits(name, field, kind):
    assert setting_of(field).help
    assert not setting_of(field).help.endswith(".")
    check(kind())


@every_setting
def test_its_bounds_fit_and_what_is_beyond_does_not(name, field, kind):
    known = setting_of(field)
    inside = [value for value in (known.least, known.most) if value is not None]
    beyond = [] if known.least is None else [known.least - 1]
    beyond += [] if known.most is None else [known.most + 1]
    if known.above is not None:
        inside.append(known.above + 1e-3)
        beyond += [known.above - 1] if known.zero else [known.above, known.above - 1]
    if known.choices:
        inside, beyond = list(known.choices), ["", "no such word"]
    if float in kinds(field, kind) and (known.least, known.above) != (None, None):
        beyond += [float("nan"), float("inf"), -float("inf")]
    if known.zero:
        inside.append(0.0)
    for value in inside:
        check(with_value(kind, name, value))
    for value in beyond:
        with pytest.raises(ConfigError) as caught:
            check(with_value(kind, name, value))
        assert caught.value.name == name
        assert "\n" not in str(caught.value)


@every_setting
def test_values_of_another_kind_are_refused(name, field, kind):
    taken = kinds(field, kind)
    samples = {bool: True, int: 3, float: 1.5, str: "word", types.NoneType: None}
    fitting = taken | ({int} if float in taken else set())
    for each, value in samples.items():
        if each in fitting:
            continue
        with pytest.raises(ConfigError) as caught:
            check(with_value(kind, name, value))
        assert caught.value.name == name


@pytest.mark.parametrize("name", [name for name, _, _ in SEARCH])
def test_a_name_with_a_letter_too_few_is_refused_with_the_right_one(name):
    misspelt = name[:-2] + name[-1]
    with pytest.raises(ConfigError, match=rf"did you mean .*\b{name}\b"):
        replaced(SearchConfig(), {misspelt: 1})


def test_a_name_like_no_other_is_refused_without_a_hint():
    with pytest.raises(ConfigError) as caught:
        replaced(SearchConfig(), {"qqqqqqq": 1})
    assert str(caught.value) == "qqqqqqq=1: no such setting"
    assert nearest("qqqqqqq", ["width"]) == ""
    assert nearest("widht", ["width", "depth"]) == "; did you mean width?"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "true"),
        (False, "false"),
        (None, "none"),
        ((8, 16), "8,16"),
        (["a", None], "a,none"),
        (0.5, "0.5"),
        ("True", "True"),
        ({"a": 1}, "{'a': 1}"),
        (dict.fromkeys(range(50)), "dict"),
        (["a", dict.fromkeys(range(50))], "a,dict"),
        ("long " * 20, "long " * 20),
        (Path("long" * 20), "long" * 20),
        (10**70, str(10**70)),
    ],
)
def test_a_value_that_is_refused_is_told_as_it_is_typed(value, told):
    refused = ConfigError("width", value, "no")
    assert str(refused) == f"width={told}: no"
    assert refused.value is value


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (Setting("", least=0), ""),
        (Setting("", least=1), "at least 1"),
        (Setting("", least=1, most=256), "in [1, 256]"),
        (Setting("", above=0, most=LARGEST), "above 0"),
        (Setting("", above=0, most=1), "in (0, 1]"),
        (Setting("", least=0, most=8), "at most 8"),
        (Setting("", choices=("a", "b")), "a, b"),
        (Setting(""), ""),
    ],
)
def test_ranges_in_words(known, text):
    assert known.range_text() == text


NUMBERS = {
    bool: lambda known: st.booleans(),
    int: lambda known: st.integers(int(known.least or 0), int(known.most or 10**6)),
    float: lambda known: st.floats(
        known.least if known.above is None else known.above,
        known.most,
        exclude_min=known.above is not None,
    ),
    types.NoneType: lambda known: st.none(),
}


def values_of(field, kind):
    """Values that a setting can have, others allowing."""
    known = setting_of(field)
    if known.choices:
        return st.sampled_from(known.choices)
    taken = kinds(field, kind)
    if str in taken:
        return st.text() if field.name in ("task", "learner") else st.just(field.default)
    one = st.one_of(*(NUMBERS[each](known) for each in sorted(taken, key=str)))
    return st.lists(one, min_size=1).map(tuple) if isinstance(field.default, tuple) else one


OWN_OPTIONS = st.dictionaries(
    st.text(min_size=1),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.lists(st.integers()).map(tuple)
    | st.lists(st.text()).map(tuple),
)


@st.composite
def searches(draw):
    """Any search, a few of its settings changed."""
    changed = draw(st.lists(st.sampled_from(SEARCH), max_size=6, unique_by=lambda each: each[0]))
    changes = {name: draw(values_of(field, kind)) for name, field, kind in changed}
    try:
        config = replaced(SearchConfig(verb=draw(st.sampled_from(VERBS))), changes)
        task = replace(config.task, options=draw(OWN_OPTIONS))
        learner = replace(config.learner, learner_options=draw(OWN_OPTIONS))
        return replace(config, task=task, learner=learner), changes
    except ConfigError:  # settings that are right by themselves, but not together
        assume(False)


@given(searches())
def test_a_search_is_its_json_and_its_changes(search):
    config, changes = search
    assert flat(config) == {**flat(SearchConfig()), **changes}
    assert from_json(SearchConfig, json.loads(json.dumps(to_json(config)))) == config
    listed = {name: list(v) if isinstance(v, tuple) else v for name, v in changes.items()}
    assert flat(replaced(SearchConfig(), listed)) == flat(config)


@given(searches())
def test_equal_settings_are_one_key(search):
    config, _ = search
    same = from_json(SearchConfig, to_json(config))
    assert hash(same) == hash(config)
    assert same.learner in {config.learner}


def test_a_search_of_no_verb_is_refused():
    with pytest.raises(ConfigError, match="verb=distil: must be one of distill, neuroevolve"):
        SearchConfig(verb="distil")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "SearchConfig is"),
        ({"learner": 3}, "learner is 3, must be an object"),
        ({"learner": {"learner_options": []}}, "learner_options is"),
        ({"task": {"options": {"walls": {"high": 1}}}}, "walls in options"),
        ({"surprise": 1}, "SearchConfig has no surprise"),
        ({"learner": {"network": {"wdith": 1}}}, "NetworkConfig has no wdith"),
    ],
)
def test_json_of_another_shape_is_refused(document, words):
    with pytest.raises(TypeError, match=words):
        from_json(SearchConfig, document)


def test_json_with_a_value_outside_its_range_is_refused():
    with pytest.raises(ConfigError, match="width=0"):
        from_json(SearchConfig, {"learner": {"network": {"width": 0}}})


def test_what_json_lacks_has_its_default():
    assert from_json(SearchConfig, {}) == SearchConfig()
    assert from_json(SearchConfig, {"pace": {"generations": 7}}).pace.checkpoint_every == 50


def test_what_is_no_number_is_refused_where_any_number_is_allowed():
    with pytest.raises(ConfigError, match=r"^stop_at=nan: must be a number$"):
        Pace(stop_at=float("nan"))


@pytest.mark.parametrize(
    ("refuse", "said"),
    [
        (lambda: require_count("networks", [2], 1), r"networks=\[2\]: must be in .*whole number"),
        (lambda: require_count("networks", "2", 1), r"networks='2': must be in .*whole number"),
        (lambda: NetworkConfig(width="2"), r"width='2': must be a whole number"),
        (lambda: NetworkConfig(width=[2]), r"width=\[2\]: must be a whole number"),
        (lambda: NetworkConfig(activation=("relu",)), r"activation=\('relu',\): must be text"),
    ],
)
def test_a_list_in_place_of_one_value_is_told_as_a_list(refuse, said):
    with pytest.raises(ConfigError, match=f"^{said}"):
        refuse()
