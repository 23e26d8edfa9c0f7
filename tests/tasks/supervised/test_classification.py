"""Classification of images: fitness, batches, preprocessing and starts, held against NumPy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax import tasks
from hadax.core.errors import ConfigError, UsageError
from hadax.tasks.supervised import classification
from hadax.tasks.supervised.classification import Classification
from hadax.tasks.supervised.config import ImageOptions
from hadax.tasks.supervised.sources.images import Images

CLASSES = ("a", "b", "c")


def make(count=700, **options):
    """Random images of three classes; 700 are more than a block and no whole number of them."""
    rng = np.random.default_rng(0)
    return Classification(
        pixels=jnp.asarray(rng.integers(0, 256, (count, 4, 5, 1), dtype=np.uint8)),
        classes=jnp.asarray(rng.integers(0, 3, count).astype(np.uint8)),
        input_shape=(4, 5, 1),
        class_names=CLASSES,
        **options,
    )


def test_a_task_of_images_is_told_without_them():
    said = repr(make())
    assert said.startswith("Classification(input_shape=(4, 5, 1), class_names=('a', 'b', 'c'), ")
    assert "pixels" not in said


WEIGHTS = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)


def policy(inputs):
    return inputs.reshape(len(inputs), -1) @ WEIGHTS


def by_hand(task, pixels, labels):
    brightness = np.asarray(task.pixels, np.float64) / 255
    inputs = (np.asarray(pixels) / 255 - brightness.mean()) / brightness.std()
    logits = inputs.reshape(len(inputs), -1) @ WEIGHTS.astype(np.float64)
    normalised = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    picked = normalised[np.arange(len(labels)), labels]
    return picked.mean(), (logits.argmax(1) == labels).mean()


def test_the_whole_split_is_judged_block_by_block(key):
    task = make(eval_batch=0)
    found = jax.jit(lambda t: t.evaluate(key, policy, t.init(key)))(task)
    fitness, accuracy = by_hand(task, task.pixels, np.asarray(task.classes))
    assert found.fitness == pytest.approx(fitness, rel=1e-5)
    assert found.metrics["accuracy"] == pytest.approx(accuracy, abs=1e-6)


@pytest.mark.parametrize("eval_batch", [0, 100])
def test_accuracy_may_be_the_fitness(eval_batch, key):
    task = make(eval_batch=eval_batch)
    state = task.init(key)
    by_loss = task.evaluate(key, policy, state)
    by_accuracy = task.replace(fitness="accuracy").evaluate(key, policy, state)
    assert by_accuracy.fitness == by_loss.metrics["accuracy"]
    assert by_accuracy.fitness != by_loss.fitness
    assert by_accuracy.metrics == by_loss.metrics


def test_an_accuracy_of_nothing_finite_is_no_fitness(key):
    task = make(fitness="accuracy")
    broken = task.evaluate(key, lambda inputs: policy(inputs) / 0, task.init(key))
    assert np.isnan(broken.fitness)


def test_a_batch_is_a_fresh_random_part_of_the_split(key):
    task = make(eval_batch=100)
    state = task.init(key)
    found = [task.evaluate(each, policy, state).fitness for each in jax.random.split(key, 200)]
    assert len({float(each) for each in found}) == 200
    whole = task.replace(eval_batch=0).evaluate(key, policy, state).fitness
    spread = np.std(found)
    assert np.mean(found) == pytest.approx(float(whole), abs=4 * spread / np.sqrt(200))


def test_a_batch_as_large_as_the_split_is_the_split(key):
    task = make(count=50, eval_batch=50)
    state = task.init(key)
    whole = task.replace(eval_batch=0).evaluate(key, policy, state)
    assert task.evaluate(key, policy, state).fitness == whole.fitness


@pytest.mark.parametrize("eval_batch", [0, 64])
def test_memory_does_not_grow_with_the_split(eval_batch, key):
    def temporary_bytes(count):
        task = make(count=count, eval_batch=eval_batch, normalizer="none")
        evaluate = jax.jit(lambda t, k: t.evaluate(k, policy, t.init(k)).fitness)
        return evaluate.lower(task, key).compile().memory_analysis().temp_size_in_bytes

    assert temporary_bytes(20_000) <= temporary_bytes(2_000) + 1024


def test_preprocessing_is_part_of_the_state_and_can_be_undone(key):
    task = make()
    state = task.init(key)
    inputs = task.preprocess(state, task.pixels.astype(jnp.float32))
    assert jnp.mean(inputs) == pytest.approx(0, abs=1e-4)
    assert jnp.std(inputs) == pytest.approx(1, abs=1e-4)
    assert jnp.allclose(task.restore(state, inputs), task.pixels / 255, atol=1e-5)
    plain = make(normalizer="none")
    assert jnp.allclose(plain.preprocess(plain.init(key), task.pixels), task.pixels / 255)


def test_starts_at_class_means_samples_or_zeros(key):
    pixels, labels = np.asarray(make().pixels), np.asarray(make().classes)
    plain = {"normalizer": "none"}
    zeros = make(start="zeros", **plain).initial_dataset(key, 4)
    assert not zeros.inputs.any()
    assert zeros.targets.argmax(1).tolist() == [0, 1, 2, 0]
    means = make(start="mean", **plain).initial_dataset(key, 3)
    for label in range(3):
        mean = pixels[labels == label].mean(0) / 255
        assert np.allclose(means.inputs[label], mean, atol=1e-6)
    samples = make(start="sample", **plain).initial_dataset(key, 6)
    for row in range(6):
        real = pixels[labels == row % 3] / 255
        assert np.abs(real - np.asarray(samples.inputs[row])).max((1, 2, 3)).min() < 1e-6
    assert not np.allclose(samples.inputs[0], samples.inputs[3])
    assert not np.allclose(
        samples.inputs, make(start="sample", **plain).initial_dataset(jax.random.key(9), 6).inputs
    )


def test_several_means_of_a_class_are_of_its_parts(key):
    task = make(start="mean", normalizer="none")
    images = np.asarray(task.initial_dataset(key, 9).inputs)
    labels = np.asarray(task.classes)
    for label in range(3):
        mine = images[label::3]
        assert not np.allclose(mine[0], mine[1])
        whole = np.asarray(task.pixels)[labels == label].mean(0) / 255
        assert np.allclose(mine.mean(0), whole, atol=2e-3)


def test_a_split_is_loaded_when_it_is_asked_for(key):
    class Source:
        def load(self, split):
            count = {"train": 12, "test": 5}[split]
            pixels = np.full((count, 4, 5, 1), count, np.uint8)
            return Images(pixels, (np.arange(count) % 3).astype(np.uint8))

    outline = make(count=0, source=Source(), eval_batch=2, start="zeros")
    train, test = outline.with_data("train"), outline.with_data("test")
    assert (len(train.classes), len(test.classes)) == (12, 5)
    assert train.with_data("train") is train
    assert jnp.array_equal(train.with_data("test").pixels, test.pixels)
    assert outline.options == train.options == test.options
    measured, episodes = train.for_measuring(8)
    assert (measured.split, episodes) == ("test", 0)
    with pytest.raises(ConfigError, match="split=valid"):
        outline.with_data("valid")
    plain = outline.replace(normalizer="none")
    assert jnp.allclose(plain.real_examples(key, 3).inputs, 12 / 255), "of the training data"
    # A batch of two of the training data, but the test split whole.
    state = plain.init(key)
    train_hits, test_hits = (
        count * float(each.evaluate(key, policy, state).metrics["accuracy"])
        for each, count in ((train, 2), (test, 5))
    )
    answer = int(policy(np.full((1, 20), 5 / 255, np.float32)).argmax())
    assert test_hits == pytest.approx((np.arange(5) % 3 == answer).sum())
    assert train_hits == pytest.approx(round(train_hits))


def test_images_given_by_hand_serve_as_both_splits():
    task = make()
    assert task.with_data("test") is task


def test_a_score_is_of_all_images_given_by_hand(key):
    task = make(eval_batch=100)
    measured, episodes = task.for_measuring(8)
    state = task.init(key)
    _, whole = by_hand(task, task.pixels, np.asarray(task.classes))
    assert episodes == 0
    assert not task.has_test_data
    for each in jax.random.split(key, 3):
        found = measured.evaluate(each, policy, state).metrics["accuracy"]
        assert found == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize("from_files", [False, True])
def test_components_are_of_a_sample_of_images_given_by_hand(from_files, monkeypatch):
    """People's images may be sorted by class; of published ones it is the first, as it was."""
    monkeypatch.setattr(classification, "_SAMPLE", 100)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 100, (200, 4, 5, 1), dtype=np.uint8)
    # A pixel that only the last class has.
    pixels[:, 0, 0] = np.where(np.arange(200) < 150, 0, 255)[:, None]
    source = NoFiles() if from_files else None
    classes = (np.arange(200) // 70).astype(np.uint8)
    task = given(pixels=pixels, classes=classes, source=source, normalizer="none")
    _, directions = task.principal_components(1)
    assert abs(directions[0, 0, 0, 0]) < 1e-6 if from_files else abs(directions[0, 0, 0, 0]) > 0.9
    assert np.array_equal(directions, task.principal_components(1)[1])


class NoFiles:
    """A source of images that is never asked."""

    def load(self, split):
        raise AssertionError(split)


def test_where_files_lie_changes_nothing_that_is_compiled():
    here, there = (tasks.outline("supervised/mnist", data_dir=place) for place in "ab")
    assert jax.tree.structure(here) == jax.tree.structure(there)
    assert here.source.data_dir != there.source.data_dir


@pytest.mark.parametrize(
    "use",
    [
        lambda task, key: task.evaluate(key, policy, task.init(key)),
        lambda task, key: task.initial_dataset(key, 3),
        lambda task, key: task.principal_components(3),
    ],
)
def test_without_images_it_says_so(use, key):
    with pytest.raises(UsageError, match="has no images yet"):
        use(make(count=0), key)


def test_labels_in_words():
    task = make()
    assert task.describe_target(np.array([0, 1, 0])) == "b"
    assert task.describe_target(np.array([0.1, 0.2, 0.7])) == "c 70%, b 20%"
    assert task.describe_target(np.array([0.001, 0.992, 0.007])) == "b"
    assert task.describe_target(np.array([-0.1, 0.004, 0.0])) == "b"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"eval_batch": -1}, "eval_batch"),
        ({"init": "ones"}, "init"),
        ({"normalizer": "running"}, "normalizer"),
        ({"fitness": "loss"}, "fitness"),
        ({"split": "test"}, "split"),
    ],
)
def test_refuses_what_cannot_work(options, name):
    with pytest.raises(ConfigError) as caught:
        tasks.make("supervised/digits", **options)
    assert caught.value.name == name


def test_digits_are_real_and_their_splits_apart():
    train = tasks.make("supervised/digits")
    test = train.with_data("test")
    assert train.pixels.shape == (1347, 8, 8, 1)
    assert test.pixels.shape == (450, 8, 8, 1)
    assert int(train.pixels.max()) == 255
    rows = {bytes(np.asarray(image)) for image in train.pixels}
    shared = sum(bytes(np.asarray(image)) in rows for image in test.pixels)
    assert shared == 0
    means = np.asarray(train.initial_dataset(jax.random.key(0), 10).inputs).reshape(10, -1)
    seen = test.preprocess(train.init(None), test.pixels.astype(jnp.float32)).reshape(450, 1, -1)
    nearest = np.linalg.norm(np.asarray(seen) - means, axis=2).argmin(1)
    assert (nearest == np.asarray(test.classes)).mean() > 0.85


PIXELS = np.random.default_rng(2).integers(0, 256, (12, 4, 5, 1), dtype=np.uint8)
LABELS = (np.arange(12) % 3).astype(np.uint8)


def given(**changes):
    """Twelve images as NumPy has them, or what is given in their place."""
    told = {"pixels": PIXELS, "classes": LABELS, "input_shape": (4, 5, 1), "class_names": CLASSES}
    return Classification(**{**told, **changes})


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int64, np.uint32, jnp.int32])
@pytest.mark.parametrize("convert", [np.asarray, jnp.asarray, np.ndarray.tolist])
def test_numbers_of_any_whole_kind_are_the_same_images(kind, convert, key):
    task = given(pixels=convert(PIXELS.astype(kind)), classes=convert(LABELS.astype(kind)))
    assert isinstance(task.pixels, jax.Array)
    assert isinstance(task.classes, jax.Array)
    assert task.pixels.dtype == task.classes.dtype == jnp.uint8
    assert jnp.array_equal(task.pixels, PIXELS)
    assert jnp.array_equal(task.classes, LABELS)
    found = jax.jit(lambda t: t.evaluate(key, policy, t.init(key)))(task)
    assert found.metrics["accuracy"] == pytest.approx(by_hand(task, PIXELS, LABELS)[1], abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"pixels": PIXELS / np.float32(255)},
            "pixels=float32 of shape (12, 4, 5, 1): must be whole numbers from 0 to 255; of"
            " brightness from 0 to 1, np.rint(255 * pixels).astype(np.uint8)",
        ),
        (
            {"pixels": PIXELS[..., 0]},
            "pixels=uint8 of shape (12, 4, 5): must have shape (count, 4, 5, 1), as input_shape"
            " says",
        ),
        ({"pixels": np.full((12, 4, 5, 1), 256)}, "pixels=256 to 256: must be whole numbers from"),
        ({"pixels": np.full((12, 4, 5, 1), -1)}, "pixels=-1 to -1: must be whole numbers from 0"),
        (
            {"input_shape": (5, 4, 1)},
            "pixels=uint8 of shape (12, 4, 5, 1): must have shape (count, 5,",
        ),
        ({"input_shape": (4, 5)}, "input_shape=(4, 5): must be height, width and channels, as"),
        ({"class_names": "abc"}, "class_names='abc': must be a tuple of two texts or more"),
        (
            {"class_names": ["a", "b"]},
            "class_names=['a', 'b']: must be a tuple of two texts or more",
        ),
        ({"class_names": ("a", "b", "a")}, "class_names=('a', 'b', 'a'): has 'a' twice"),
        ({"class_names": ("a",)}, "class_names=('a',): must be a tuple of two texts or more"),
        (
            {"classes": LABELS[:7]},
            "classes=uint8 of shape (7,): must have shape (12,), one for each image",
        ),
        (
            {"classes": LABELS[:, None]},
            "classes=uint8 of shape (12, 1): must have shape (12,), one for each image",
        ),
        (
            {"classes": LABELS + 1},
            "classes=1 to 3: must be whole numbers from 0 to 2, each a place in class_names",
        ),
        ({"classes": LABELS.astype(int) - 1}, "classes=-1 to 1: must be whole numbers from 0 to 2"),
        ({"classes": np.array(CLASSES * 4)}, "classes=<U1 of shape (12,): must be whole numbers"),
        (
            {"classes": LABELS.astype(float)},
            "classes=float64 of shape (12,): must be whole numbers",
        ),
        ({"eval_batch": -1}, "eval_batch=-1: must be in [0, "),
    ],
)
def test_images_that_do_not_fit_together_are_refused_when_they_are_given(changes, said):
    on_device = {
        name: jnp.asarray(value)
        for name, value in changes.items()
        if isinstance(value, np.ndarray) and value.dtype.kind not in "U" and value.dtype != float
    }
    for each in (changes, {**changes, **on_device}):
        with pytest.raises(ConfigError) as refused:
            given(**each)
        text = str(refused.value).replace("int32", "int64")
        assert text.startswith(said)
        assert "\n" not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pixels": PIXELS / 255}, "pixels=float64 of shape (12, 4, 5, 1): must be whole numbers"),
        ({"pixels": PIXELS[:5]}, "classes=uint8 of shape (12,): must have shape (5,)"),
        ({"classes": LABELS + 1}, "classes=1 to 3: must be whole numbers from 0 to 2"),
        ({"class_names": ("a", "b")}, "classes=0 to 2: must be whole numbers from 0 to 1"),
        ({"input_shape": (5, 4, 1)}, "pixels=uint8 of shape (12, 4, 5, 1): must have shape"),
        ({"eval_batch": -1}, "eval_batch=-1: must be in [0, "),
    ],
)
def test_what_replaces_images_is_looked_at_like_them(changes, said):
    with pytest.raises(ConfigError) as refused:
        given().replace(**changes)
    assert str(refused.value).startswith(said)
    wide = given().replace(pixels=PIXELS.astype(np.int64), classes=LABELS.tolist())
    assert wide.pixels.dtype == wide.classes.dtype == jnp.uint8
    assert jax.tree.structure(wide) == jax.tree.structure(given())


def test_inside_of_a_computation_anything_may_replace_images(key):
    double = jax.jit(lambda task: task.replace(pixels=task.pixels.astype(jnp.float32) * 2).pixels)
    assert jnp.array_equal(double(given()), 2.0 * PIXELS)


def test_more_classes_than_a_byte_tells_apart():
    names = tuple(map(str, range(300)))
    task = given(classes=np.arange(12) * 27, class_names=names)
    assert task.classes.tolist() == [27 * each for each in range(12)]


def test_a_task_is_looked_at_once(key):
    """JAX makes tasks of shapes, of batches and of anything that a function gives."""
    task = given()
    batched = jax.vmap(lambda each: jax.tree.map(lambda leaf: leaf * each, task))(jnp.arange(2))
    assert batched.pixels.shape == (2, 12, 4, 5, 1)
    assert jax.tree.map(np.asarray, batched).pixels.shape == (2, 12, 4, 5, 1)
    assert jax.eval_shape(lambda t: t, task).pixels.shape == (12, 4, 5, 1)
    assert jax.tree.structure(given()) == jax.tree.structure(task)
    assert jax.tree.structure(make()) == jax.tree.structure(make(count=0))


def test_no_search_begins_with_images_of_a_class_that_none_shows(key):
    task = given(class_names=("a", "b", "c", "d"))
    for start in ("mean", "sample"):
        with pytest.raises(UsageError, match="no image shows d: give some, or begin with zeros"):
            task.replace(start=start).initial_dataset(key, 4)
    assert task.replace(start="zeros").initial_dataset(key, 4).size == 4
    assert task.initial_dataset(key, 3).size == 3


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (Images(PIXELS, LABELS + 1), "images of the split test: classes=1 to 3: must be"),
        (Images(PIXELS / 255, LABELS), "images of the split test: pixels=float64 of shape"),
        (Images(PIXELS[:0], LABELS[:0]), "images of the split test: there are none"),
    ],
)
def test_a_source_whose_images_do_not_fit_is_refused(images, said):
    class Source:
        def load(self, split):
            return images if split == "test" else (PIXELS, LABELS.tolist())

    task = given(pixels=PIXELS[:0], classes=LABELS[:0], source=Source())
    assert task.with_data("train").classes.tolist() == LABELS.tolist()
    with pytest.raises(UsageError) as refused:
        task.with_data("test")
    assert str(refused.value).startswith(said)


def test_defaults_are_those_of_the_options():
    task, options = make(), ImageOptions()
    assert (task.eval_batch, task.fitness) == (options.eval_batch, options.fitness)
    assert (task.start, task.normalizer) == (options.init, options.normalizer)
