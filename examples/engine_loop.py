"""The loop by hand: an objective, a strategy and an engine, one generation at a time.

`hadax.distill` builds these three and runs them. Here they are one's own: anything can happen
between two generations. One sees the fitness of every tenth generation, and the two states found.
Half a minute on two cores.
"""

import argparse

import jax

import hadax
from hadax.core.parametrizations.targets import FixedTargets


def main() -> None:
    """Evolves two examples for CartPole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generations", type=int, default=40)
    generations = parser.parse_args().generations

    key = jax.random.key(0)
    task = hadax.make("gymnax/CartPole-v1", episodes=4)
    config = hadax.LearnerConfig(
        network=hadax.NetworkConfig(activation="relu", initializer="orthogonal", output_scale=0.01),
        inner_loop=hadax.InnerLoop(inner_steps=64),
    )
    initial = task.initial_dataset(key, 2)
    objective = hadax.Distillation(
        task=task,
        initial=initial,
        parametrization=FixedTargets(initial.targets),
        learners=(hadax.make_learner(config, task.input_shape, task.target),),
    )
    strategy = hadax.Strategy(population=64, std=0.3, learning_rate=0.1)
    engine = hadax.Engine(objective, strategy, candidate_chunk=16)

    state = engine.init(key)
    for generation in range(generations):
        state, metrics = engine.step(state)  # ask, train and evaluate all candidates, tell
        if generation % 10 == 0:
            print(f"generation {generation}: mean return {float(metrics['fitness_mean']):.1f}")

    dataset = objective.parametrization.decode(engine.mean(state))
    print(dataset.inputs)  # two states, [2, 4]
    print(dataset.targets)


if __name__ == "__main__":
    main()
