"""A learner of an installed package, from the command line to its artifact and back."""

import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

import hadax
from hadax.core.errors import ArtifactError
from hadax.core.objectives.distillation import Distillation
from hadax.core.parametrizations.targets import LearnedTargets
from hadax.core.settings.views import replaced
from hadax.launch import distill
from hadax.launch.commandline.command import execute
from hadax.launch.machine.status import USAGE_STATUS
from hadax.learners.config import LearnerConfig
from hadax.learners.registry import make_learner

FLAGS = (
    "--task=analytic/linear_regression",
    "--learner=thirdparty/dropout",
    "--inner_optimizer=adamw",
    "--inner_steps=5",
    "--width=8",
    "--generations=3",
    "--population=8",
    "--score_networks=3",
    "--pictures=false",
)


def distil(workdir, *flags, option="rate=0.2"):
    line = [*FLAGS, f"--learner_option={option}", f"--workdir={workdir}", *flags]
    return execute(distill.COMMAND, line)


def artifact(workdir):
    return workdir / "dataset.safetensors"


@pytest.fixture(scope="module")
def distilled(learner_site, tmp_path_factory):
    """A dataset that the package's learner was part of."""
    folder = tmp_path_factory.mktemp("plugin")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(learner_site)
        assert distil(folder) == 0
    return artifact(folder)


def test_a_whole_learner_fits_into_forty_lines():
    package = Path(__file__).parents[1] / "learner_package"
    assert len((package / "dropout.py").read_text().splitlines()) <= 40


def test_the_artifact_names_the_learner_and_its_options(distilled, dropout):
    loaded = hadax.load_dataset(distilled)
    assert loaded.header.learner.learner == dropout
    assert loaded.header.learner.learner_options == {"rate": 0.2}
    assert loaded.learner.rate == 0.2
    assert loaded.learner.inner_loop.inner_optimizer == "adamw"
    assert loaded.evaluate(networks=2).mean < 0


@pytest.mark.usefixtures("dropout")
def test_equal_searches_give_equal_bytes_and_another_rate_others(distilled, tmp_path):
    assert distil(tmp_path / "again") == 0
    assert artifact(tmp_path / "again").read_bytes() == distilled.read_bytes()
    assert distil(tmp_path / "other", option="rate=0.5") == 0
    one, other = hadax.load_dataset(distilled), hadax.load_dataset(artifact(tmp_path / "other"))
    assert not jnp.array_equal(one.dataset.inputs, other.dataset.inputs)


def test_loading_without_the_package_says_what_to_install(distilled):
    with pytest.raises(ArtifactError) as caught:
        hadax.load(distilled)
    said = str(caught.value)
    # The task, which is here, is not to blame.
    assert said.startswith(f"{distilled}: learner=thirdparty/dropout: no such learner")
    assert said.endswith("; install hadax-dropout 1.0, which it was made with")
    assert "\n" not in said


@pytest.mark.usefixtures("dropout")
def test_a_package_that_cannot_be_imported_says_so(distilled, monkeypatch):
    monkeypatch.setitem(sys.modules, "dropout", None)
    with pytest.raises(ArtifactError, match=r"thirdparty/dropout.*dropout cannot be imported"):
        hadax.load(distilled)


@pytest.mark.usefixtures("dropout")
@pytest.mark.parametrize(
    ("flag", "option", "words"),
    [
        ("", "rates=0.2", "rates=0.2: learner thirdparty/dropout has no such"),
        ("", "rate=much", "--learner_option=rate=much: must be a number"),
        ("", "rate", "--learner_option=rate: must be name=value"),
        ("--learner=thirdparty/dropuot", "rate=0.2", "did you mean thirdparty/dropout?"),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(flag, option, words, tmp_path, capsys):
    assert distil(tmp_path / "run", *[flag] if flag else [], option=option) == USAGE_STATUS
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_the_installed_package_serves_a_process_of_its_own(learner_site, tmp_path):
    """As a user runs it: nothing of this process is there."""
    code = (
        f"import sys; sys.path.insert(0, {str(learner_site)!r});"
        "from hadax.launch import distill; distill.script()"
    )
    command = [sys.executable, "-c", code, *FLAGS]
    done = subprocess.run([*command, f"--workdir={tmp_path}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert artifact(tmp_path).exists()


@pytest.fixture
def objective(dropout, regression, key):
    config = replaced(LearnerConfig(dropout), {"width": 8, "inner_steps": 5})
    learner = make_learner(config, regression.input_shape, regression.target)
    return Distillation(
        task=regression,
        initial=regression.initial_dataset(key, 4),
        parametrization=LearnedTargets(),
        learners=(learner,),
        inits_per_candidate=2,
        fixed_init=key,
    )


def trained(objective, draw, candidates):
    ((networks, _),) = jax.vmap(lambda each: objective.train(draw, each))(candidates)
    return jax.tree.leaves(networks)


def test_candidates_of_a_generation_meet_the_same_masks(objective, key):
    one = objective.prototype(key)
    twice = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), one)
    draw = objective.draw(key)
    for leaf in trained(objective, draw, twice):
        assert jnp.array_equal(leaf[0], leaf[1])


def test_generations_meet_different_masks(objective, key):
    """Their initialisations are those of HaDES-F, the same: what differs is the masks alone."""
    draws = [objective.draw(each) for each in jax.random.split(key)]
    for one, other in zip(*(jax.tree.leaves(draw.networks) for draw in draws), strict=True):
        assert jnp.array_equal(one, other)
    candidate = jax.tree.map(lambda leaf: leaf[None], objective.prototype(key))
    one, other = (trained(objective, draw, candidate) for draw in draws)
    assert not any(map(jnp.array_equal, one, other))


@pytest.mark.usefixtures("dropout")
def test_a_rate_that_the_learner_would_not_heed_is_refused(tmp_path, capsys):
    assert distil(tmp_path / "run", "--learn_inner_lr") == USAGE_STATUS
    said = capsys.readouterr().err
    assert "--learn_inner_lr=true: learner thirdparty/dropout cannot be given" in said
    assert not (tmp_path / "run").exists()
