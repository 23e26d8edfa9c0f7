"""CartPole in two examples: distil, look, save, load, measure, act.

One sees two states and the push that each of them teaches, the score of 32 fresh networks trained
on nothing else, and one of these networks balancing the pole. A minute on two cores.
"""

import argparse

import gymnax
import jax

import hadax


def main() -> None:
    """Distils, and plays one episode with what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generations", type=int, default=80)
    generations = parser.parse_args().generations

    found = hadax.distill("gymnax/CartPole-v1", generations=generations, seed=0)
    print(f"score: {found.score}")
    print(found.dataset.inputs)  # two states [2, 4]: position, velocity, angle, angular velocity
    print(found.dataset.targets)  # how much to push left, and right
    found.show().save("cartpole.png")

    found.save("cartpole.safetensors")
    loaded = hadax.load_dataset("cartpole.safetensors")
    print(f"measured anew: {loaded.evaluate(seed=1, networks=32, episodes=8)}")
    print(f"steps balanced by one network: {play(loaded.fit(seed=2))}")


def play(policy: hadax.TrainedPolicy) -> int:
    """The steps of one episode in gymnax's own environment."""
    environment, parameters = gymnax.make("CartPole-v1")
    key = jax.random.key(0)
    observation, state = environment.reset(key, parameters)
    for step in range(1, 501):
        action = policy.act(observation)
        observation, state, _, terminated, truncated, _ = environment.step(
            jax.random.fold_in(key, step), state, action, parameters
        )
        if terminated or truncated:
            break
    return step


if __name__ == "__main__":
    main()
