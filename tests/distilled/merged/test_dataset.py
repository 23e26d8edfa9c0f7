"""Merged datasets: one network for several tasks, as an artifact of its own kind."""

import dataclasses
import itertools
import re

import jax
import numpy as np
import pytest

import hadax
from hadax.core.errors import ArtifactError, ConfigError, UsageError
from hadax.core.storage.artifact import Artifact, read_artifact, write_artifact
from hadax.distilled.files.places import file_at
from hadax.distilled.merged.header import Merge
from hadax.distilled.starts.from_file import read_examples, read_weights
from hadax.launch import evaluate, merge, play, report
from hadax.launch.commandline.command import execute
from hadax.launch.measurements.merged import task_table
from hadax.pictures.merged import draw_merged
from hadax.tasks.config import TaskConfig

REGRESSION, QUADRATIC = "analytic/linear_regression", "analytic/linear_quadratic"


@pytest.fixture(scope="module")
def parts(distilled_of):
    """Datasets of two tasks: one that teaches a linear map, one to steer towards zero."""
    inputs = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    targets = inputs @ np.asarray(hadax.make(REGRESSION).weights)
    corners = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)
    steering = -corners @ np.array([[0.5], [1.0]], np.float32)
    made = (
        distilled_of(REGRESSION, inputs, targets),
        distilled_of(QUADRATIC, corners, steering, normalizer="none"),
    )
    # Each clearly better than acting at random, whatever the seed.
    return tuple(part.with_learner(inner_lr=0.02, inner_steps=50) for part in made)


@pytest.fixture(scope="module")
def merged(parts):
    return hadax.merge(parts, networks=2, episodes=2, width=8, inner_steps=50)


@pytest.fixture(scope="module")
def saved(merged, tmp_path_factory):
    return merged.save(tmp_path_factory.mktemp("merged") / "both.safetensors")


def test_the_union_has_every_pair_on_its_own_head(merged, parts):
    assert merged.dataset.inputs.shape == (7, 5)
    assert merged.dataset.targets.shape == (7, 3)
    assert np.array_equal(merged.dataset.inputs[4:, 3:], parts[1].dataset.inputs)
    assert np.array_equal(merged.dataset.targets[4:, 2:], parts[1].dataset.targets)
    assert not merged.dataset.targets[:4, 2:].any()


def test_one_network_plays_each_task_on_its_own_observations(merged):
    policy = merged.fit(seed=1)
    assert policy.names == (REGRESSION, QUADRATIC)
    steered = policy.for_task(QUADRATIC)
    assert steered.act([0.3, 0.1]).shape == (1,)
    assert steered.act([0.3, 0.1])[0] < 0 < steered.act([-0.3, -0.1])[0]
    assert policy.for_task(REGRESSION).act(np.zeros((5, 3))).shape == (5, 2)
    # The head is what the whole network answers for the same observation in its entries.
    whole = policy(np.array([0, 0, 0, 0.3, 0.1], np.float32))
    assert np.allclose(whole[2:], steered([0.3, 0.1]), atol=1e-6)
    with pytest.raises(UsageError, match="no task of this network's; did you mean"):
        policy.for_task("analytic/linear_quadratik")


def test_one_of_the_tasks_is_watched_at_a_time(merged, saved, capsys):
    player = merged.for_task(QUADRATIC)
    assert player.header.task.task == QUADRATIC
    steered = merged.fit(3).for_task(QUADRATIC).act([0.3, 0.1])
    assert np.array_equal(player.player(3).act([0.3, 0.1]), steered)
    with pytest.raises(UsageError, match="no task of this network's"):
        merged.for_task("gymnax/CartPole-v1")
    with pytest.raises(UsageError, match=f"several tasks: name one of {REGRESSION}, {QUADRATIC}"):
        merged.play()
    assert execute(play.COMMAND, [f"{saved}"]) == 2
    assert f"--task={REGRESSION} or --task={QUADRATIC}" in capsys.readouterr().err


def test_two_datasets_of_one_task_are_told_apart(distilled_of):
    corners = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)
    firmly, gently = (
        distilled_of(QUADRATIC, corners, -corners @ np.float32([[gain], [1]]), normalizer="none")
        for gain in (0.5, 0.2)
    )
    both = hadax.merge(
        [part.with_learner(inner_lr=0.02, inner_steps=50) for part in (firmly, gently)],
        networks=1,
        episodes=1,
        width=8,
        seed=4,
    )
    assert both.header.seed == 4
    for name in both.names:
        acted = both.fit(1).for_task(name).act([1.0, 0.0])
        assert np.array_equal(both.for_task(name).player(1).act([1.0, 0.0]), acted)
    first, second = (both.for_task(name).player(1).act([1.0, 0.0]) for name in both.names)
    assert first[0] < second[0]


@pytest.mark.parametrize(
    ("seed", "number", "further"),
    [
        (None, 0, {}),
        (np.int64(7), 7, {}),
        (jax.random.key(7), 0, {"seed_key": [0, 7]}),
    ],
)
def test_a_merge_says_which_seed_or_key_it_had(parts, tmp_path, seed, number, further):
    few = {"networks": 1, "episodes": 1, "width": 8, "inner_steps": 50}
    made = hadax.merge(parts, seed=seed, **few)
    header = hadax.load(made.save(tmp_path / "a.safetensors")).header
    assert (header.seed, type(header.seed)) == (number, int)
    assert {name: value for name, value in header.further.items() if name != "merged"} == further


def test_a_report_names_the_key_in_place_of_a_seed(merged, tmp_path):
    further = {**merged.header.further, "seed_key": [0, 7]}
    keyed = dataclasses.replace(merged, header=dataclasses.replace(merged.header, further=further))
    for made, row in ((keyed, ("key", "0,7")), (merged, ("seed", "0"))):
        path = made.save(tmp_path / "a.safetensors")
        assert execute(report.COMMAND, [str(path), f"--out={tmp_path / 'page.html'}"]) == 0
        cells = re.findall(r"<td[^>]*>([^<]*)</td>", (tmp_path / "page.html").read_text())
        assert row in list(itertools.pairwise(cells))


def test_networks_that_diverge_make_no_dataset(parts):
    with pytest.raises(UsageError, match="diverge; try a smaller inner_lr"):
        hadax.merge(
            parts, networks=1, episodes=1, inner_optimizer="sgd", inner_lr=1e6, inner_steps=99
        )


@pytest.mark.parametrize("name", ["learner", "loss", "filters", "average_pool"])
def test_settings_that_a_merged_learner_has_not_are_refused(merged, parts, name):
    with pytest.raises(ConfigError, match=name):
        hadax.merge(parts, **{name: 1})
    with pytest.raises(ConfigError, match=name):
        merged.with_learner(**{name: 1})
    with pytest.raises(UsageError, match="observe them, then merge"):
        merged.observe(1)


@pytest.mark.parametrize(
    "change", [{"names": ["a\x1b[31m", "b"]}, {"scores": [{"mean": 1e999}, {"mean": 0.0}]}]
)
def test_what_could_not_be_shown_is_refused(merged, saved, tmp_path, change):
    artifact = read_artifact(saved)
    document = {**artifact.document, "config": {**artifact.document["config"]}}
    section = document["config"]["merged"]
    scores = [
        {**known, **new}
        for known, new in zip(section["scores"], change.get("scores", [{}, {}]), strict=True)
    ]
    document["config"]["merged"] = {**section, **change, "scores": scores}
    odd = tmp_path / "odd.safetensors"
    write_artifact(odd, Artifact(document, artifact.arrays))
    with pytest.raises(ArtifactError, match=r"is no name|must be finite"):
        hadax.load(odd)


def test_a_file_gives_the_same_networks_back(merged, saved):
    loaded = hadax.load_dataset(saved)
    assert isinstance(loaded, hadax.Merged)
    assert loaded.header == merged.header
    assert loaded.evaluate(0, 2, 2) == merged.evaluate(0, 2, 2)
    scores = loaded.evaluate_tasks(seed=0, networks=2, episodes=2)
    assert scores == merged.evaluate_tasks(seed=0, networks=2, episodes=2)
    assert np.allclose(loaded.fit(1)(np.ones(5)), merged.fit(1)(np.ones(5)))
    assert loaded.save(saved.with_name("again")).read_bytes() == saved.read_bytes()


def test_a_merged_file_counts_the_pairs_of_all_its_parts(merged, saved):
    assert hadax.load(saved).header.examples == merged.header.examples == 4 + 3
    assert merged.with_learner(width=4).header.examples == merged.dataset.size


def test_no_task_keeps_the_score_that_another_learner_had(merged, tmp_path):
    assert len(Merge.of(merged.with_learner().header).scores) == 2
    other = hadax.load(merged.with_learner(width=4).save(tmp_path / "narrow.safetensors"))
    assert Merge.of(other.header).scores == ()
    draw_merged(other, tmp_path / "narrow.png")
    assert (tmp_path / "narrow.png").read_bytes()[:4] == b"\x89PNG"


@pytest.fixture(scope="module")
def of_objects(parts, tmp_path_factory):
    """The file of two tasks that no name makes, and of one that a name does."""
    config = TaskConfig("Mine")
    header = dataclasses.replace(parts[0].header, task=config)
    mine = dataclasses.replace(parts[0], header=header)
    merged = hadax.merge([mine, parts[1], mine], networks=1, episodes=1, width=8, depth=1)
    return merged.save(tmp_path_factory.mktemp("objects") / "three.safetensors")


def test_tasks_that_no_name_makes_are_given_by_those_of_the_merged_dataset(of_objects, parts):
    first, second = hadax.make(REGRESSION, batch=16), hadax.make(REGRESSION, batch=32)
    given = {"Mine": first, "Mine#2": second}
    for loaded in (hadax.load(of_objects, given), hadax.load_dataset(of_objects, task=given)):
        assert loaded.names == ("Mine", QUADRATIC, "Mine#2")
        assert (loaded.parts[0].task, loaded.parts[2].task) == (first, second)
        assert loaded.fit(0).for_task("Mine#2").act(np.zeros((5, 3))).shape == (5, 2)
    shorter = hadax.make(QUADRATIC, horizon=7)
    assert hadax.load(of_objects, {**given, QUADRATIC: shorter}).parts[1].task == shorter


def test_tasks_that_are_given_wrongly_are_refused_in_a_line(of_objects, parts, tmp_path):
    task = hadax.make(REGRESSION)
    alone = parts[0].save(tmp_path / "one.safetensors")
    for path, given, words in (
        (of_objects, None, r"part 0: .*hadax.load\(path, task=\{'Mine': ...\}\)$"),
        (of_objects, {"Mine": task}, r"part 2: .*hadax.load\(path, task=\{'Mine#2': ...\}\)$"),
        (of_objects, task, r"several tasks, which are given by name: \{'Mine': ..., 'analytic"),
        (of_objects, {"Mine#3": task}, r"task Mine#3 is given, .*; did you mean Mine#2, Mine\?$"),
        (of_objects, {3: task}, "task 3 is given, none of its tasks; they are Mine, analytic"),
        (of_objects, {"Mine": parts[1].task, "Mine#2": task}, "part 0: inputs of shape"),
        (alone, {REGRESSION: task}, "holds one task, which is given by itself: task=...$"),
    ):
        with pytest.raises(UsageError, match=words) as refused:
            hadax.load(path, given)
        assert str(refused.value).startswith(str(path))
        assert "\n" not in str(refused.value)


def test_the_mean_share_is_the_score_and_the_task_says_the_same(merged):
    section = Merge.of(merged.header)
    scores = merged.evaluate_tasks(0, 2, 2).values()
    shares = [
        (score.mean - random) / (single - random)
        for score, single, random in zip(scores, section.singles, section.randoms, strict=True)
    ]
    assert merged.evaluate(0, 2, 2).mean == pytest.approx(np.mean(shares), rel=1e-5)
    written = [
        (score.mean - random) / (single - random)
        for score, single, random in zip(
            section.scores, section.singles, section.randoms, strict=True
        )
    ]
    assert merged.score.mean == pytest.approx(np.mean(written), rel=1e-5)


def test_a_network_that_fails_on_one_task_is_left_out_of_the_whole(merged, monkeypatch):
    own = type(merged)._evaluate_parts

    def failing(self, *arguments):
        (first, *others), played = own(self, *arguments)
        fitness = first.fitness.at[0].set(np.nan)
        return [first.replace(fitness=fitness), *others], played

    monkeypatch.setattr(type(merged), "_evaluate_parts", failing)
    whole, scores = merged.measure(seed=0, networks=4, episodes=2)
    assert (whole.failed, whole.networks) == (0.25, 4)
    assert np.isfinite([whole.mean, whole.std]).all()
    assert [score.failed for score in scores.values()] == [0.25, 0.0]


def test_inner_loops_that_differ_are_tried(parts):
    slower = parts[1].with_learner(inner_lr=0.01, inner_steps=40)
    tried = []
    made = hadax.merge(
        [parts[0], slower], inputs="padded", networks=2, episodes=2, callback=tried.append
    )
    assert [each.learner.inner_loop.inner_lr for each in tried] == [0.02, 0.01]
    assert {each.learner.inner_loop.inner_steps for each in tried} == {50}
    best = max(tried, key=lambda each: min(each.shares))
    assert made.header.learner == best.learner
    # Measured anew: the best of several is the luckiest of them too.
    assert made.score not in [each.score for each in tried]
    assert not set(Merge.of(made.header).scores) & {
        score for each in tried for score in each.scores
    }


@pytest.mark.parametrize("seed", [None, 5, jax.random.key(5)])
def test_measuring_with_the_same_seed_begins_with_no_network_of_the_trials(
    parts, monkeypatch, seed
):
    keys = []
    measure = hadax.Merged._evaluate_parts

    def spied(merged, key, networks, episodes):
        keys.append(key)
        return measure(merged, key, networks, episodes)

    monkeypatch.setattr(hadax.Merged, "_evaluate_parts", spied)
    tried = []
    slower = parts[1].with_learner(inner_lr=0.01)
    few = {"networks": 1, "episodes": 1, "seed": seed}
    made = hadax.merge([parts[0], slower], callback=tried.append, **few)
    made.evaluate(seed, 1, 1)
    # Both trials are on the same networks; the score and what is measured afterwards on others.
    first, second, score, afterwards = (tuple(jax.random.key_data(key).tolist()) for key in keys)
    assert first == second
    assert len({first, score, afterwards}) == 3
    assert len(tried) == 2
    assert made.header.score == made.measure(keys[2], 1, 1)[0]


def test_the_only_learner_tried_is_measured_once(parts):
    tried = []
    few = {"networks": 1, "episodes": 1, "width": 8, "inner_steps": 50}
    made = hadax.merge(parts, callback=tried.append, **few)
    assert [each.score for each in tried] == [made.score]
    # Of the same seed: other networks than those.
    assert made.evaluate(networks=1, episodes=1) != made.score


def test_what_cannot_be_merged_is_refused(parts, merged):
    fixed = dataclasses.replace(parts[0].header.distillation, policy_init="fixed")
    header = dataclasses.replace(parts[0].header, distillation=fixed, init_key=(0, 1))
    images = hadax.zoo.load("gymnax/Breakout-MinAtar")
    for datasets, words in (
        (parts[:1], "datasets=1: at least two"),
        (3, "datasets=3: must be a list of at least two"),
        ((parts[0], merged), "merged dataset cannot be merged again"),
        ((parts[0], dataclasses.replace(parts[0], header=header)), "HaDES-F"),
        ((parts[0], images.with_learner(network="conv")), "only networks of dense layers"),
    ):
        with pytest.raises(UsageError, match=words):
            hadax.merge(datasets)
    with pytest.raises(
        ConfigError, match=r"^datasets=a: must be a list .*: merge\(\[one, other\]\)"
    ):
        hadax.merge("a", "b")
    with pytest.raises(ConfigError, match=r"^datasets=.*: must be a list of at least two"):
        hadax.merge(*parts)
    with pytest.raises(ConfigError, match="loss=mean_squared_error: each head keeps its own"):
        hadax.merge(parts, loss="mean_squared_error")
    with pytest.raises(ConfigError, match="inputs=mixed: must be one of"):
        hadax.merge(parts, inputs="mixed")


def test_a_dataset_that_is_no_better_than_acting_at_random_is_refused(parts):
    harmful = dataclasses.replace(
        parts[0], dataset=dataclasses.replace(parts[0].dataset, targets=-parts[0].dataset.targets)
    )
    told = []
    words = rf"^{REGRESSION}: its dataset scores (-\d\S+) by itself, acting at random (-\d\S+); .*"
    with pytest.raises(UsageError, match=words) as refused:
        hadax.merge([parts[1], harmful], networks=2, episodes=2, callback=told.append)
    single, random = map(float, re.match(words, str(refused.value)).groups())
    assert single < random
    assert told == []


def test_a_file_in_which_a_task_has_no_shares_says_none(saved, tmp_path, capsys):
    section = Merge.of(hadax.load(saved).header)
    randoms = [section.singles[0] + 1, section.randoms[1]]
    earlier = hadax.load(rewritten(saved, tmp_path, {"randoms": randoms}))
    score, scores = earlier.measure(0, 2, 2)
    assert np.isnan(score.mean)
    assert np.isfinite([each.mean for each in scores.values()]).all()
    first, second = task_table(Merge.of(earlier.header), list(scores.values())).splitlines()[1:]
    assert first.endswith(" none")
    assert second.endswith("%")
    draw_merged(earlier, tmp_path / "earlier.png")
    assert (tmp_path / "earlier.png").read_bytes()[:4] == b"\x89PNG"


def rewritten(saved, tmp_path, section=None, arrays=None, drop=()):
    artifact = read_artifact(saved)
    config = artifact.document["config"]
    merge = {**config["merged"], **(section or {})}
    document = {**artifact.document, "config": {**config, "merged": merge}}
    kept = {name: each for name, each in artifact.arrays.items() if name not in drop}
    path = tmp_path / "changed.safetensors"
    write_artifact(path, Artifact(document, {**kept, **(arrays or {})}))
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"section": {"names": ["one"]}}, "must be one for each task"),
        ({"section": {"inputs": "mixed"}}, "inputs mixed, must be one of"),
        ({"section": {"singles": [1.0, "x"]}}, "cannot be read"),
        ({"section": {"randoms": 5}}, "cannot be read"),
        ({"section": {"documents": []}}, "0 parts of 2 tasks"),
        ({"section": {"documents": [1, 2]}}, "cannot be read"),
        ({"drop": ("1/targets",)}, "part 1: lacks the inputs or the targets"),
        ({"arrays": {"2/inputs": np.zeros(2)}}, "has an unexpected 2/inputs"),
        ({"arrays": {"1/inputs": np.zeros((3, 9), np.float32)}}, "part 1: inputs of shape"),
    ],
)
def test_files_that_contradict_themselves_are_refused(saved, tmp_path, changes, words):
    path = rewritten(saved, tmp_path, **changes)
    with pytest.raises(ArtifactError, match=words) as refused:
        hadax.load(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_changed_byte_is_noticed_and_no_search_starts_from_it(saved, tmp_path, parts):
    content = bytearray(saved.read_bytes())
    content[-1] ^= 1
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(content)
    with pytest.raises(ArtifactError, match="damaged: its checksum"):
        hadax.load(damaged)
    with pytest.raises(ArtifactError) as refused:
        read_examples(str(saved), REGRESSION, parts[0].task)
    hint = "distillation starts from a dataset of one task: name one that it was made of"
    assert str(refused.value) == f"{saved}: holds a merged dataset; {hint}"
    with pytest.raises(
        ArtifactError, match="holds a merged dataset; neuroevolution starts from a p"
    ):
        read_weights(str(saved), parts[0].learner)


def test_a_merged_dataset_is_not_exported_as_one(merged, tmp_path):
    with pytest.raises(UsageError) as refused:
        merged.export(tmp_path / "both.npz")
    hint = "export the datasets that it was made of, one by one"
    assert str(refused.value) == f"a merged dataset is not exported; {hint}"


def test_the_command_merges_and_another_measures(parts, tmp_path, capsys):
    files = [str(part.save(tmp_path / f"{place}")) for place, part in enumerate(parts)]
    out = tmp_path / "both.safetensors"
    few = ["--networks=2", "--episodes=2"]
    assert execute(merge.COMMAND, [*files, f"--out={out}", *few, "--inner_steps=9"]) == 0
    told = capsys.readouterr().out
    assert "kept" in told
    assert f"wrote {out}" in told
    assert out.with_suffix(".png").read_bytes()[:4] == b"\x89PNG"
    assert hadax.load(out).header.learner.inner_loop.inner_steps == 9
    assert execute(evaluate.COMMAND, [f"--dataset={out}", *few]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == f"{out}: a merged dataset for {REGRESSION}, {QUADRATIC}"
    rows = [row.split() for row in lines]
    assert {row[0] for row in rows if row} >= {REGRESSION, QUADRATIC}
    assert execute(evaluate.COMMAND, [f"--dataset={out}", "--data_dir=/x"]) == 2
    assert "--data_dir=/x: measure the datasets one by one" in capsys.readouterr().err
    assert execute(evaluate.COMMAND, [f"--dataset={out}", "--neighbours"]) == 2
    assert "--neighbours=true: measure the datasets one by one" in capsys.readouterr().err


THERE = "zoo:gymnax/CartPole-v1"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--dataset=: name at least two"),
        ((THERE,), "name at least two"),
        ((THERE, THERE), "--out=: name the file"),
        ((THERE, THERE, "--out=x.safetensors", "--networks=0"), "--networks=0"),
        (("one", "two", "--out=x"), "one: no such file"),
        ((THERE, THERE, "--out=x.png"), "--out=x.png: must end in .safetensors"),
        ((THERE, THERE, "--out=x", "--average_pool"), "average_pool"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_in_one_line(capsys, arguments, words):
    assert execute(merge.COMMAND, list(arguments)) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_a_merge_is_written_over_none_of_its_parts_and_over_no_folder(tmp_path, capsys):
    part, folder = tmp_path / "part.safetensors", tmp_path / "folder.safetensors"
    part.write_bytes(file_at(THERE).read_bytes())
    folder.mkdir()
    for out, words in (
        (f"{tmp_path}/../{tmp_path.name}/part.safetensors", "is one of those that are merged"),
        (str(folder), "a folder; name a file"),
    ):
        assert execute(merge.COMMAND, [THERE, str(part), f"--out={out}"]) == 2
        assert words in capsys.readouterr().err
    assert part.read_bytes() == file_at(THERE).read_bytes()
