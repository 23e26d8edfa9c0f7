"""The contract of every strategy, and what the seam adds to evosax."""

import inspect
from dataclasses import fields
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from evosax.algorithms import distribution_based_algorithms
from evosax.core.fitness_shaping import identity_fitness_shaping_fn, weights_fitness_shaping_fn

from hadax.core.errors import ConfigError
from hadax.core.generation.strategy import Strategy
from hadax.core.settings.config import HEEDED_WITH, STRATEGIES, TRAITS, StrategyConfig

RECORDS = ("best_solution", "best_fitness")

PROTOTYPE = {"inputs": jnp.zeros((3, 2)), "targets": jnp.zeros(4)}
OPTIMUM = 0.5


def make(name, **settings):
    return Strategy(strategy=name, **{"population": 32, "std": 0.3, **settings})


def sphere(candidate):
    return -sum(jnp.sum(jnp.square(leaf - OPTIMUM)) for leaf in jax.tree.leaves(candidate))


@partial(jax.jit, static_argnames="strategy")
def generation(strategy, state, key):
    ask_key, tell_key = jax.random.split(key)
    population, state = strategy.ask(ask_key, state, PROTOTYPE)
    return strategy.tell(tell_key, population, jax.vmap(sphere)(population), state)


def types(tree):
    return [(leaf.shape, leaf.dtype, leaf.weak_type) for leaf in jax.tree.leaves(tree)]


@pytest.mark.parametrize("name", STRATEGIES)
class TestTraits:
    """What settings a strategy has a use for, against evosax's own signatures."""

    def test_are_those_of_the_algorithm(self, name):
        algorithm, traits = distribution_based_algorithms[name], TRAITS[name]
        known = inspect.signature(algorithm).parameters
        assert traits.optimizer == ("optimizer" in known)
        assert traits.schedule == ("std_schedule" in known)
        own_shaping = known["fitness_shaping_fn"].default
        assert traits.shaping == (own_shaping is not weights_fitness_shaping_fn)
        assert traits.raw_fitness == (own_shaping is identity_fitness_shaping_fn)

    def test_say_which_settings_are_refused(self, name):
        other = {"std_decay": 0.9, "std_final": 0.01, "optimizer": "sgd", "shaping": "raw"}
        other |= {"learning_rate": 0.1, "learning_rate_decay": 0.9}
        assert sorted(other) == sorted(each for names in HEEDED_WITH.values() for each in names)
        for trait, names in HEEDED_WITH.items():
            for setting in names:
                if getattr(TRAITS[name], trait):
                    StrategyConfig(strategy=name, **{setting: other[setting]})
                    continue
                with pytest.raises(ConfigError, match=f"{name} has no such setting") as caught:
                    StrategyConfig(strategy=name, **{setting: other[setting]})
                assert caught.value.name == setting

    def test_say_whether_samples_come_in_pairs(self, name):
        def made(population):
            return distribution_based_algorithms[name](population, jnp.zeros(3))

        made(8)
        if TRAITS[name].antithetic:
            with pytest.raises(AssertionError, match="even"):
                made(7)
        else:
            made(7)
            StrategyConfig(strategy=name, population=7)

    def test_say_whether_evosax_scales_by_std_twice(self, name, key):
        algorithm = distribution_based_algorithms[name](1024, jnp.zeros(3))
        if TRAITS[name].schedule:
            assert not TRAITS[name].scaled_twice
            return
        parameters = algorithm.default_params.replace(std_init=0.1)
        state = algorithm.init(key, jnp.zeros(3), parameters)
        population, _ = algorithm.ask(key, state, parameters)
        assert (float(jnp.std(population)) < 0.05) == TRAITS[name].scaled_twice


def test_a_strategy_is_its_settings():
    config = StrategyConfig(strategy="PGPE", population=12, std=0.7, shaping="raw")
    strategy = Strategy.of(config)
    assert strategy == Strategy(strategy="PGPE", population=12, std=0.7, shaping="raw")
    assert hash(strategy) == hash(Strategy.of(config))


@pytest.mark.parametrize("name", ["CMA_ES", "Sep_CMA_ES", "MA_ES", "xNES", "CR_FM_NES"])
def test_a_spread_is_the_one_that_a_learned_shape_gives(name, key):
    """Shapes far from a ball, and matrices that are not their own transposes."""
    strategy = make(name, population=4096)
    state = strategy.init(key, PROTOTYPE)
    stretch = jnp.logspace(-1, 1, 10)
    turned = stretch[:, None] * jax.random.normal(key, (10, 10)) * stretch**0.5
    shapes = {
        "CMA_ES": {"C": turned @ turned.T},
        "Sep_CMA_ES": {"C": stretch},
        "MA_ES": {"M": turned},
        "xNES": {"B": turned},
        "CR_FM_NES": {"D": stretch, "v": 3 * jnp.cos(jnp.arange(10.0))},
    }
    state = state.replace(**shapes[name])
    population, _ = strategy.ask(key, state, PROTOTYPE)
    over_candidates = [jnp.std(leaf, axis=0).ravel() for leaf in jax.tree.leaves(population)]
    drawn = float(jnp.mean(jnp.concatenate(over_candidates)))
    assert float(strategy.spread(state)) == pytest.approx(drawn, rel=0.04)


@pytest.mark.parametrize("name", STRATEGIES)
class TestContract:
    def test_first_population_spreads_by_std_around_the_mean(self, name, key):
        strategy = make(name, population=512, std=0.3)
        mean = jax.tree.map(lambda leaf: leaf + 2.0, PROTOTYPE)
        population, _ = strategy.ask(key, strategy.init(key, mean), PROTOTYPE)
        values = jnp.concatenate(
            [leaf.reshape(512, -1) for leaf in jax.tree.leaves(population)], axis=1
        )
        assert jnp.mean(values) == pytest.approx(2.0, abs=0.05)
        assert jnp.std(values) == pytest.approx(0.3, rel=0.1)

    def test_says_how_widely_the_next_candidates_spread(self, name, key):
        """Also where what evosax calls std is a step length that something else multiplies."""

        def stretched(candidate):
            flat = jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(candidate)])
            return -jnp.sum(jnp.logspace(0, 4, flat.size) * flat**2)

        strategy = make(name, population=512)
        state = strategy.init(key, jax.tree.map(jnp.ones_like, PROTOTYPE))
        for each in jax.random.split(key, 12):
            population, state = strategy.ask(each, state, PROTOTYPE)
            state = strategy.tell(each, population, jax.vmap(stretched)(population), state)
        population, state = strategy.ask(key, state, PROTOTYPE)
        over_candidates = [jnp.std(leaf, axis=0).ravel() for leaf in jax.tree.leaves(population)]
        drawn = float(jnp.mean(jnp.concatenate(over_candidates)))
        assert float(strategy.spread(state)) == pytest.approx(drawn, rel=0.05)

    def test_finds_the_optimum_of_a_sphere(self, name, key):
        strategy = make(name)
        state = strategy.init(key, PROTOTYPE)
        start = sphere(strategy.mean(state, PROTOTYPE))
        for index in range(60):
            state = generation(strategy, state, jax.random.fold_in(key, index))
        assert sphere(strategy.mean(state, PROTOTYPE)) > 0.2 * start

    def test_state_keeps_its_types_and_compiles_once(self, name, key):
        strategy = make(name)
        state = strategy.init(key, PROTOTYPE)
        generation.clear_cache()
        following = generation(strategy, generation(strategy, state, key), key)
        assert types(following) == types(state)
        assert generation._cache_size() == 1
        generation(make(name), following, key)
        assert generation._cache_size() == 1, "an equal strategy compiled anew"

    def test_failed_candidates_rank_last_and_do_not_spread(self, name, key):
        strategy = make(name)
        population, state = strategy.ask(key, strategy.init(key, PROTOTYPE), PROTOTYPE)
        fitness = jax.vmap(sphere)(population)
        worst = jnp.argmin(fitness)
        failed = strategy.tell(key, population, fitness.at[worst].set(jnp.nan), state)
        ranked_last = strategy.tell(key, population, fitness, state)
        mean = strategy.mean(failed, PROTOTYPE)
        assert all(jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(mean))
        for one, other in zip(
            jax.tree.leaves(mean),
            jax.tree.leaves(strategy.mean(ranked_last, PROTOTYPE)),
            strict=True,
        ):
            assert jnp.allclose(one, other, atol=1e-5)

    @pytest.mark.parametrize("fitness", [7.0, jnp.nan, -jnp.inf])
    def test_equal_fitness_or_failure_of_all_moves_nothing(self, name, key, fitness):
        strategy = make(name)
        population, state = strategy.ask(key, strategy.init(key, PROTOTYPE), PROTOTYPE)
        before = state
        state = strategy.tell(key, population, jnp.full(32, fitness), state)
        assert jnp.all(state.mean == 0)
        kept = [each.name for each in fields(state) if each.name not in RECORDS]
        for each in kept:
            one, other = (jax.tree.leaves(getattr(of, each)) for of in (before, state))
            assert all(map(jnp.array_equal, one, other)), each
        population, _ = strategy.ask(key, state, PROTOTYPE)
        assert all(jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(population))

    def test_a_fitness_of_plus_infinity_is_a_failure_too(self, name, key):
        strategy = make(name)
        population, state = strategy.ask(key, strategy.init(key, PROTOTYPE), PROTOTYPE)
        fitness = jax.vmap(sphere)(population)
        worst = jnp.argmin(fitness)
        infinite = strategy.tell(key, population, fitness.at[worst].set(jnp.inf), state)
        failed = strategy.tell(key, population, fitness.at[worst].set(jnp.nan), state)
        assert jnp.array_equal(infinite.mean, failed.mean)


def test_schedules_wait_on_a_plateau_and_go_on_from_there(key):
    strategy = make("Open_ES", std_decay=0.5, learning_rate_decay=0.5)
    state = strategy.init(key, PROTOTYPE)
    for fitness in (jnp.arange(32.0), jnp.ones(32), jnp.ones(32), jnp.arange(32.0)):
        population, state = strategy.ask(key, state, PROTOTYPE)
        state = strategy.tell(key, population, fitness, state)
    assert jnp.allclose(strategy.spread(state), 0.3 / 4)


@pytest.mark.parametrize("name", ["SNES", "SimpleES", "CMA_ES", "Sep_CMA_ES", "MA_ES"])
def test_tied_candidates_share_their_weights(name, key):
    """Told in another order, a plateau with some candidates below it moves the mean alike."""
    strategy = make(name)
    population, state = strategy.ask(key, strategy.init(key, PROTOTYPE), PROTOTYPE)
    fitness = jnp.where(jax.vmap(sphere)(population) > -1.8, 1.0, 0.0)
    assert 0 < jnp.sum(fitness) < 32
    order = jax.random.permutation(key, 32)
    shuffled = jax.tree.map(lambda leaf: leaf[order], population)
    one = strategy.tell(key, population, fitness, state)
    other = strategy.tell(key, shuffled, fitness[order], state)
    assert jnp.allclose(one.mean, other.mean, atol=1e-5)
    assert not jnp.allclose(one.mean, 0)


def minimised(name, cost, generations, key):
    """The mean of four numbers that a strategy of 64 candidates comes to, [4]."""
    strategy, prototype = make(name, population=64), jnp.zeros(4)

    @jax.jit
    def step(state, key):
        population, state = strategy.ask(key, state, prototype)
        return strategy.tell(key, population, -jax.vmap(cost)(population), state), None

    keys = jax.random.split(key, generations)
    state, _ = jax.lax.scan(step, strategy.init(key, prototype), keys)
    return strategy.mean(state, prototype)


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_finds_the_centre_of_a_ball_far_away(name, key):
    """Twenty standard deviations away: a step length may not shrink too soon."""
    found = minimised(name, lambda numbers: jnp.sum((numbers - 3) ** 2), 200, key)
    assert jnp.allclose(found, 3, atol=0.02)


@pytest.mark.parametrize("name", ["CMA_ES", "MA_ES", "xNES"])
def test_what_has_a_matrix_learns_how_the_numbers_go_together(name, key):
    """A valley ten times as long as wide, that lies across all axes."""

    def cost(numbers):
        along = jnp.sum(numbers - 3) / 2
        return 100 * jnp.sum((numbers - 3) ** 2) - 99 * along**2

    found = minimised(name, cost, 80, key)
    assert cost(found) < 1e-5
    assert jnp.allclose(found, 3, atol=1e-3)


def test_xnes_turns_its_matrix_as_the_paper_does(key):
    """Glasmachers et al. (2010): candidates are mean + std B z, and B goes on as B exp(G)."""
    strategy = make("xNES", population=64)
    state = strategy.init(key, jnp.zeros(4))
    turned = jax.random.orthogonal(key, 4) * jnp.array([0.5, 1.0, 1.0, 2.0])
    population, asked = strategy.ask(key, state.replace(B=turned), jnp.zeros(4))
    assert jnp.allclose(population, 0.3 * jnp.einsum("ij,nj->ni", turned, asked.z), atol=1e-6)
    after = strategy.tell(key, population, -jnp.sum((population - 1) ** 2, axis=1), asked)
    order = jnp.argsort(jnp.sum((population - 1) ** 2, axis=1))
    weights = jnp.maximum(jnp.log(33.0) - jnp.log(jnp.arange(1.0, 65.0)), 0)
    weights, drawn = weights / jnp.sum(weights) - 1 / 64, asked.z[order]
    rate = (9 + 3 * np.log(4)) / (5 * 4 * np.sqrt(4))
    natural = jnp.einsum("n,ni,nj->ij", weights, drawn, drawn)
    isotropic = jnp.trace(natural) / 4
    values, vectors = np.linalg.eigh(rate / 2 * (natural - isotropic * jnp.eye(4)))
    grown = turned @ (vectors * np.exp(values)) @ vectors.T
    np.testing.assert_allclose(after.mean, 0.3 * turned @ (weights @ drawn), atol=1e-5)
    np.testing.assert_allclose(after.std, 0.3 * np.exp(rate / 2 * isotropic), rtol=1e-5)
    np.testing.assert_allclose(after.B, grown, atol=1e-5)
    assert abs(np.linalg.det(after.B)) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("shaping", ["centered_rank", "standardize", "raw"])
def test_every_shaping_climbs_and_bears_failures(shaping, key):
    strategy = make("Open_ES", shaping=shaping)
    state = strategy.init(key, PROTOTYPE)

    @jax.jit
    def step(state, key):
        population, state = strategy.ask(key, state, PROTOTYPE)
        fitness = jax.vmap(sphere)(population).at[3].set(jnp.nan)
        return strategy.tell(key, population, fitness, state)

    for index in range(60):
        state = step(state, jax.random.fold_in(key, index))
    assert sphere(strategy.mean(state, PROTOTYPE)) > 0.2 * sphere(PROTOTYPE)


def test_std_decays_from_the_second_generation_on(key):
    strategy = make("Open_ES", std=0.8, std_decay=0.5, std_final=0.15)
    state = strategy.init(key, PROTOTYPE)
    stds = []
    for _ in range(4):
        stds.append(float(state.std))
        state = generation(strategy, state, key)
    assert stds == pytest.approx([0.8, 0.4, 0.2, 0.15])


def test_learning_rate_decays(key):
    def travelled(decay):
        strategy = make("Open_ES", optimizer="sgd", learning_rate=0.1, learning_rate_decay=decay)
        state = strategy.init(key, PROTOTYPE)
        for _ in range(2):
            state = generation(strategy, state, key)
        return state.mean

    first = generation(
        make("Open_ES", optimizer="sgd", learning_rate=0.1),
        make("Open_ES", optimizer="sgd", learning_rate=0.1).init(key, PROTOTYPE),
        key,
    ).mean
    steady, slowed = travelled(1.0) - first, travelled(0.25) - first
    assert jnp.linalg.norm(slowed) == pytest.approx(0.25 * float(jnp.linalg.norm(steady)), rel=0.1)


def test_momentum_goes_on_where_the_last_steps_led(key):
    def steps(optimizer):
        strategy = make("Open_ES", optimizer=optimizer, learning_rate=0.01)
        state = strategy.init(key, PROTOTYPE)
        means = [state.mean]
        for _ in range(2):
            state = generation(strategy, state, key)
            means.append(state.mean)
        return means[1] - means[0], means[2] - means[1]

    (plain, plain_second), (first, second) = steps("sgd"), steps("momentum")
    np.testing.assert_allclose(first, plain, rtol=1e-4)
    np.testing.assert_allclose(second, plain_second + 0.9 * first, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"strategy": "Open_EZ"}, "strategy"),
        ({"population": 7}, "population"),
        ({"population": 2}, "population"),
        ({"std": 0.0}, "std"),
        ({"std_decay": 1.5}, "std_decay"),
        ({"std_final": 0.5}, "std_final"),
        ({"learning_rate": -1.0}, "learning_rate"),
        ({"learning_rate_decay": 0.0}, "learning_rate_decay"),
        ({"optimizer": "adamax"}, "optimizer"),
        ({"shaping": "ranks"}, "shaping"),
        ({"strategy": "CMA_ES", "learning_rate": 0.1}, "learning_rate"),
        ({"strategy": "CMA_ES", "optimizer": "sgd"}, "optimizer"),
        ({"strategy": "SNES", "std_decay": 0.9}, "std_decay"),
        ({"strategy": "SNES", "shaping": "raw"}, "shaping"),
        ({"strategy": "CMA_ES", "shaping": "centered_rank"}, "shaping"),
        ({"std": float("inf")}, "std"),
        ({"learning_rate": float("nan")}, "learning_rate"),
    ],
)
def test_refuses_what_cannot_work_by_name(settings, name):
    for kind in (StrategyConfig, Strategy):
        with pytest.raises(ConfigError) as caught:
            kind(**settings)
        assert caught.value.name == name
