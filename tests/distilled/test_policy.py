"""What people do with a trained policy, and what comes of it."""

import copy
import dataclasses
import math
import pickle
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hadax
from hadax import tasks
from hadax.core.errors import HadaxWarning, UsageError
from hadax.distilled.ensemble import fit_ensemble
from hadax.distilled.inputs import arranged_inputs

STATE = np.array([0.1, -0.2, 0.05, 0.3], np.float32)
STATES = np.stack([STATE, -STATE, 2 * STATE])


@pytest.fixture(scope="module")
def cart_pole(distilled_of):
    states = [STATE, [-0.3, 0.1, 0.2, 0.4]]
    return distilled_of("gymnax/CartPole-v1", states, np.eye(2, dtype=np.float32), horizon=5)


@pytest.fixture(scope="module")
def policy(cart_pole):
    return cart_pole.fit(0)


@pytest.fixture
def traced():
    """How often JAX has traced a function since it was last asked."""
    seen = []

    def listen(event, duration, **_):
        del duration
        seen.append(event)

    jax.monitoring.register_event_duration_secs_listener(listen)

    def count():
        found = sum(event == "/jax/core/compile/jaxpr_trace_duration" for event in seen)
        seen.clear()
        return found

    yield count
    jax.monitoring.unregister_event_duration_listener(listen)


def test_one_observation_has_one_action(policy):
    action = policy.act(STATE)
    assert action.shape == ()
    assert action.dtype == np.int32
    assert int(action) in (0, 1)
    assert policy(STATE).shape == (2,)
    assert int(np.argmax(policy(STATE))) == int(action)


def test_several_observations_have_an_action_each(policy):
    actions = policy.act(STATES)
    assert actions.shape == (3,)
    assert [int(policy.act(state)) for state in STATES] == actions.tolist()
    np.testing.assert_allclose(policy(STATES)[1], policy(STATES[1]), rtol=1e-5, atol=1e-6)


def test_numpy_in_is_numpy_out_and_jax_in_is_jax_out(policy):
    for use in (policy, policy.act):
        for states in (STATE, STATES):
            assert isinstance(use(states), np.ndarray | np.generic)
            assert not isinstance(use(states), jax.Array)
            assert isinstance(use(jnp.asarray(states)), jax.Array)
            np.testing.assert_array_equal(use(states), use(jnp.asarray(states)))


@pytest.mark.parametrize("convert", [list, np.ndarray.tolist, np.float64, tuple])
def test_lists_and_other_numbers_will_do(policy, convert):
    np.testing.assert_array_equal(policy.act(convert(STATES)), policy.act(STATES))
    assert not isinstance(policy.act(convert(STATES)), jax.Array)


def test_whole_numbers_are_observations_too(policy):
    for zeros in ([0, 0, 0, 0], np.zeros(4, int), jnp.zeros(4, int)):
        np.testing.assert_array_equal(policy(zeros), policy(np.zeros(4, np.float32)))


def test_no_observations_have_no_actions(policy):
    for none in (np.zeros((0, 4)), jnp.zeros((0, 4))):
        assert policy.act(none).shape == (0,)
        assert policy.act(none).dtype == np.int32
        assert policy(none).shape == (0, 2)


@pytest.mark.parametrize("shape", [(5,), (1, 5), (2, 2, 4), (4, 1), (), (0,)])
def test_another_width_is_refused_in_one_sentence(policy, shape):
    for inputs in (np.zeros(shape), jnp.zeros(shape)):
        with pytest.raises(UsageError) as refused:
            policy.act(inputs)
        said = f"inputs of shape {shape}, must be one of (4,) or several side by side, (batch, 4)"
        assert str(refused.value) == said


def test_what_is_no_array_is_refused_in_one_sentence(policy):
    with pytest.raises(UsageError, match="inputs are no array of numbers"):
        policy.act([[0.0, 1.0, 2.0, 3.0], [0.0]])


@pytest.mark.parametrize("inputs", [[1j] * 4, ["left"] * 4, [None] * 4, [{}] * 4])
@pytest.mark.parametrize("ask", ["act", "__call__"])
def test_what_is_no_real_number_is_refused_in_one_sentence(policy, inputs, ask):
    with pytest.raises(UsageError, match=r"^inputs of type .*, must be real numbers$"):
        getattr(policy, ask)(inputs)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ([0.0, math.nan, 0.0, 0.0], "inputs[1] is nan, must be a finite float32 number"),
        (np.float32([0, 0, 0, -np.inf]), "inputs[3] is -inf, must be a finite float32 number"),
        ([1e300, 1, 0, 0], "inputs[0] is 1e+300, must be a finite float32 number"),
        (np.array([[0, 0, 0, 0], [0, 0, 0, 4e38]]), "inputs[1, 3] is 4e+38, must be a finite"),
        (np.float16([0, 0, np.inf, 0]), "inputs[2] is inf, must be a finite float32 number"),
        (np.ma.masked_equal(STATE, STATE[1]), "inputs have masked entries, must be finite float32"),
        ([STATE, np.ma.masked_equal(STATE, STATE[1])], "inputs have masked entries, must be fin"),
        (np.ma.masked_equal(STATE, 9), None),
    ],
)
@pytest.mark.parametrize("ask", ["act", "__call__"])
def test_what_is_no_finite_number_is_refused_in_one_sentence(policy, inputs, said, ask, recwarn):
    if said is None:
        assert np.all(np.isfinite(getattr(policy, ask)(inputs)))
    else:
        with pytest.raises(UsageError) as refused:
            getattr(policy, ask)(inputs)
        assert str(refused.value).startswith(said)
    assert not recwarn


@pytest.mark.parametrize("kind", [jnp.float32, jnp.float16, jnp.bfloat16])
@pytest.mark.parametrize("ask", ["act", "__call__"])
def test_jax_arrays_are_refused_as_numpys_are(policy, kind, ask):
    broken = jnp.zeros((2, 4), kind).at[1, 2].set(jnp.nan)
    with pytest.raises(UsageError) as refused:
        getattr(policy, ask)(broken)
    assert str(refused.value) == "inputs[1, 2] is nan, must be a finite float32 number"


def test_what_jax_traces_is_not_looked_into(policy):
    broken = jnp.full((2, 4), jnp.nan)
    assert jax.jit(policy.act)(broken).shape == (2,)
    assert jax.vmap(policy.act)(broken).shape == (2,)


@pytest.mark.parametrize("given", [np.zeros(4), [0.0] * 4, np.zeros((2, 4)), jnp.zeros(4)])
def test_what_jax_traces_takes_inputs_of_any_kind(policy, given):
    for ask in (lambda it: it(given), lambda it: it.act(given), lambda it: it.probabilities(given)):
        found = jax.jit(ask)(policy)
        np.testing.assert_allclose(found, ask(policy), rtol=1e-5, atol=1e-6)


def test_truth_values_and_short_floats_are_observations_too(policy):
    expected = int(policy.act([1.0, 0.0, 1.0, 0.0]))
    for kind in (np.bool_, np.float16, np.uint8, jnp.bfloat16):
        assert int(policy.act(np.array([1, 0, 1, 0], kind))) == expected
        assert int(policy.act(jnp.array([1, 0, 1, 0], kind))) == expected


def test_a_policy_may_be_jitted_and_mapped(policy):
    np.testing.assert_allclose(jax.jit(policy)(STATES), policy(STATES), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(jax.jit(policy.act)(STATES), policy.act(STATES))
    np.testing.assert_array_equal(jax.vmap(policy.act)(jnp.asarray(STATES)), policy.act(STATES))
    assert jax.jit(policy.act)(jnp.zeros(4)).shape == ()


def test_a_policy_is_a_pytree(policy):
    act = jax.jit(lambda policy, inputs: policy.act(inputs))
    np.testing.assert_array_equal(act(policy, STATES), policy.act(STATES))
    doubled = jax.tree.map(lambda leaf: 2 * leaf, policy)
    assert not np.allclose(doubled(STATES), policy(STATES))


def test_many_policies_are_trained_and_asked_at_once(cart_pole):
    keys = jax.random.split(jax.random.key(0), 3)
    policies = jax.vmap(cart_pole.fit)(keys)
    together = jax.vmap(lambda policy: policy(jnp.asarray(STATES)))(policies)
    assert together.shape == (3, 3, 2)
    alone = cart_pole.fit(keys[1])(STATES)
    np.testing.assert_allclose(together[1], alone, rtol=1e-4, atol=1e-5)
    assert not np.allclose(together[0], together[1])


def test_a_policy_equals_itself_alone_and_can_be_in_sets(cart_pole, policy):
    same = cart_pole.fit(0)
    np.testing.assert_array_equal(same(STATES), policy(STATES))
    assert policy == policy
    assert policy != same
    assert len({policy, same, policy}) == 2
    assert {policy: 1}[policy] == 1


def test_a_policy_is_told_in_a_line_without_its_weights(cart_pole, policy):
    unnamed = dataclasses.replace(policy, task=dataclasses.replace(policy.task))
    assert repr(unnamed) == (
        "<a policy for ControlTask of CartPole-v1: 30 weights, inputs (4,), Discrete(size=2)>"
    )
    assert repr(policy).startswith("<a policy for gymnax/CartPole-v1: 30 weights")
    assert repr(jax.tree.map(lambda leaf: leaf[None], policy)).startswith("<a policy for Control")
    parts = [hadax.zoo.load("gymnax/CartPole-v1")] * 2
    merged = hadax.merge(parts, networks=1, episodes=1, inner_steps=1).fit(0)
    assert repr(merged).startswith("<a policy for gymnax/CartPole-v1, gymnax/CartPole-v1#2: ")


def test_a_policy_is_not_pickled_and_says_what_to_keep(policy):
    with pytest.raises(TypeError) as refused:
        pickle.dumps(policy)
    assert "keep its dataset's file and seed" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_copy_of_what_never_changes_is_itself(policy):
    assert copy.copy(policy) is copy.deepcopy(policy) is policy


def test_act_compiles_once_for_each_number_of_observations(cart_pole, traced):
    fresh = cart_pole.with_learner(width=5).fit(0)
    traced()
    fresh.act(STATE)
    assert traced() > 0
    for state in STATES:
        fresh.act(state)
    assert traced() == 0
    fresh.act(STATES)
    assert traced() > 0
    fresh.act(STATES + 1)
    assert traced() == 0


def test_policies_of_one_learner_share_what_is_compiled(cart_pole, traced):
    one, other = (cart_pole.with_learner(width=6).fit(seed) for seed in (0, 1))
    one.act(STATE)
    traced()
    other.act(STATE)
    assert traced() == 0
    assert not np.allclose(one(STATE), other(STATE))


def test_actions_lie_in_the_environments_own_bounds(distilled_of):
    states = np.array([[1, 0, 0], [0, 1, 3], [-1, 0, -8]], np.float32)
    targets = np.array([[1.0], [-1.0], [0.5]], np.float32)
    made = distilled_of("gymnax/Pendulum-v1", states, targets, horizon=5)
    policy = made.with_learner(inner_steps=200, inner_lr=0.05, width=16).fit(0)
    raw, actions = policy(states), policy.act(states)
    np.testing.assert_allclose(raw[:, :1], targets, atol=0.2)
    assert actions.shape == (3, 1)
    np.testing.assert_allclose(actions, 2 * np.clip(raw[:, :1], -1, 1), rtol=1e-5)
    far = policy.act(50 * states)
    assert np.all(np.abs(far) <= 2)
    assert math.isclose(float(np.max(np.abs(actions))), 2, rel_tol=0.3)


def test_probabilities_are_the_outputs_softmax(policy):
    outputs = np.exp(policy(STATES))
    expected = outputs / outputs.sum(axis=1, keepdims=True)
    for states in (STATES, jnp.asarray(STATES)):
        found = policy.probabilities(states)
        np.testing.assert_allclose(found, expected, rtol=1e-5)
        assert isinstance(found, jax.Array) == isinstance(states, jax.Array)
        np.testing.assert_array_equal(np.argmax(found, axis=1), policy.act(states))
    one = policy.probabilities(STATE)
    assert one.shape == (2,)
    assert one.dtype == np.float32
    np.testing.assert_allclose(jax.jit(policy.probabilities)(STATE), one, rtol=1e-5)
    assert policy.probabilities(np.zeros((0, 4))).shape == (0, 2)
    with pytest.raises(UsageError, match="must be one of"):
        policy.probabilities(np.zeros(5))


def test_an_ensembles_probabilities_are_its_members_mean(cart_pole):
    together = fit_ensemble(cart_pole, 3, seed=0)
    weights = [jax.tree.map(lambda leaf, k=k: leaf[k], together.weights) for k in range(3)]
    alone = [dataclasses.replace(cart_pole.fit(0), weights=each) for each in weights]
    mean = np.mean([each.probabilities(STATES) for each in alone], axis=0)
    np.testing.assert_allclose(together.probabilities(STATES), mean, rtol=1e-4)


def test_a_real_vector_has_no_probabilities(distilled_of):
    made = distilled_of("gymnax/Pendulum-v1", np.eye(3), np.ones((3, 1)), horizon=5)
    with pytest.raises(UsageError) as refused:
        made.fit(0).probabilities(np.zeros(3))
    assert str(refused.value) == (
        "probabilities are of classes, but the task's target is Continuous(size=1); call the policy"
        " itself for its outputs"
    )


def test_raw_observations_go_through_the_tasks_normaliser(cart_pole, policy):
    task = tasks.outline("gymnax/CartPole-v1", horizon=5, normalizer="constant")
    mean, variance = jnp.asarray(STATE), jnp.full(4, 4.0)
    state = task.state_from_statistics(mean, variance)
    normalised = dataclasses.replace(cart_pole, task=task, state=state).fit(0)
    np.testing.assert_allclose(
        normalised(STATES), policy((STATES - STATE) / 2), rtol=1e-4, atol=1e-5
    )


@pytest.fixture(scope="module")
def reader():
    """A policy that reads digits."""
    return hadax.zoo.load("supervised/digits").fit(seed=0)


@pytest.fixture(scope="module")
def read():
    """Real digits that no search saw, and what they are."""
    test = tasks.make("supervised/digits").with_data("test")
    return np.asarray(test.pixels[:100]), np.asarray(test.classes[:100])


def test_images_may_lack_their_channel_or_be_rows(reader, read):
    images, labels = read
    expected = reader.act(images)
    assert np.mean(expected == labels) > 0.85
    for shape in ((100, 8, 8), (100, 64)):
        np.testing.assert_array_equal(reader.act(images.reshape(shape)), expected)
    for shape in ((8, 8), (64,)):
        assert reader.act(images[3].reshape(shape)) == expected[3]
        assert reader.act(jnp.asarray(images[3].reshape(shape))) == expected[3]
    with pytest.raises(UsageError, match=r"inputs of shape \(100, 8\), must be one of \(8, 8, 1\)"):
        reader.act(images[:, 0, :, 0])


@pytest.mark.parametrize("convert", [np.asarray, jnp.asarray])
@pytest.mark.parametrize(("scale", "shift"), [(1 / 255, 0), (16 / 255, 0), (2, -255)])
def test_images_of_another_brightness_are_warned_of(reader, read, convert, scale, shift):
    images = convert(scale * read[0].astype(np.float32) + shift)
    for ask in (reader, reader.act, reader.probabilities):
        with pytest.warns(HadaxWarning, match="images of brightness 0 to 255") as caught:
            ask(images)
        assert [each.filename for each in caught] == [__file__]
        assert "\n" not in str(caught[0].message)


def test_a_loop_over_dim_images_is_warned_of_once(reader, read):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for image in read[0][:5] / 255:
            reader.act(image)
    assert len(caught) == 1


def test_images_of_ones_are_warned_of_whatever_holds_them(reader):
    for kind in (bool, np.uint8, np.float32):
        with pytest.warns(HadaxWarning, match="images of brightness 0 to 255"):
            reader.act(np.ones((8, 8), kind))


def test_short_floats_of_jax_are_read_as_the_same_numbers(reader, read):
    images = read[0].astype(np.float32)
    expected = reader(images)
    for kind in (jnp.float16, jnp.bfloat16):
        arranged, _ = arranged_inputs(jnp.asarray(images, kind), (8, 8, 1))
        assert arranged.dtype == np.float32
        np.testing.assert_allclose(
            reader(jnp.asarray(images, kind)), expected, rtol=1e-5, atol=1e-5
        )


def test_what_may_be_bright_is_not_warned_of(reader, policy, read):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reader.act(read[0])
        reader.act(np.zeros((8, 8, 1)))
        reader.act(np.zeros((0, 8, 8, 1)))
        for kind in (np.uint8, np.int32):
            reader.act(np.full((8, 8), 40, kind))
            reader.act(jnp.full((8, 8), 40, kind))
        reader.act([[2] * 8] * 8)
        jax.jit(reader.act)(jnp.asarray(read[0] / 255))
        policy.act(STATE)
