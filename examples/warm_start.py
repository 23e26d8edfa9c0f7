"""A warm start: PPO that begins with a policy taught by four pairs, and PPO that begins with none.

One sees two learning curves. The warm one begins where the pairs alone bring a network, before its
first step in the environment. Brax's own PPO does the rest; two minutes on two cores.
"""

import argparse
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
from brax import envs
from brax.training.acme.running_statistics import RunningStatisticsState
from brax.training.agents.ppo import networks as ppo_networks
from brax.training.agents.ppo import train as ppo
from brax.training.types import UInt64
from matplotlib.figure import Figure

import hadax

# Brax 0.14 asks for it, and newer JAX no longer has it.
jax.device_put_replicated = lambda tree, devices: jax.tree.map(
    lambda leaf: jnp.stack([leaf] * len(devices)), tree
)

ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh}

# Standard deviations of the first actions around the policy's own, whose bounds are -1 and 1: one
# that knows the task explores around what it does, one that knows nothing explores everything.
WARM_NOISE, COLD_NOISE = 0.5, 1.0


class ForBrax(envs.Env):
    """Any environment of hadax's with continuous actions, as Brax's training takes it."""

    def __init__(self, environment: hadax.Environment) -> None:
        self.environment = environment

    def reset(self, rng):
        """The first state of an episode."""
        state, observation = self.environment.reset(rng)
        zero = jnp.float32(0)
        return envs.State(state, observation, zero, zero, {}, {"key": rng})

    def step(self, state, action):
        """The next state; an action beyond the bounds is brought back to them."""
        key, next_key = jax.random.split(state.info["key"])
        following, observation, reward, ended = self.environment.step(
            key, state.pipeline_state, jnp.clip(action, -1, 1)
        )
        return state.replace(
            pipeline_state=following,
            obs=observation,
            reward=jnp.float32(reward),
            done=jnp.float32(ended),
            info={**state.info, "key": next_key},
        )

    @property
    def observation_size(self):
        """Entries of an observation."""
        return self.environment.observation_shape[0]

    @property
    def action_size(self):
        """Entries of an action."""
        return self.environment.target.size

    @property
    def backend(self):
        """The physics, where there are several."""
        return self.environment.backend or ""


def as_ppo(policy: hadax.TrainedPolicy, depth: int):
    """A trained policy as Brax's PPO knows it: statistics, weights by its names, no critic yet."""
    layers = policy.weights["params"]
    hidden = {f"hidden_{index}": layers[f"Dense_{index}"] for index in range(depth)}
    noise = {"log_value": jnp.full(policy.task.target.size, jnp.log(WARM_NOISE))}
    weights = {"MLP_0": hidden, "Dense_0": layers[f"Dense_{depth}"], "std_logparam": noise}
    return statistics_of(policy), {"params": weights}, None


def statistics_of(policy: hadax.TrainedPolicy):
    """What the policy's normaliser of observations knows; where it has none PPO asks for none."""
    shape = policy.task.input_shape
    if policy.task.normalizer == "none":
        return RunningStatisticsState(
            mean=jnp.zeros(shape),
            std=jnp.ones(shape),
            count=UInt64(hi=0, lo=0),
            summed_variance=jnp.zeros(shape),
        )
    count = jnp.minimum(policy.state.count, 1e9)
    variance = policy.state.squares / policy.state.count
    return RunningStatisticsState(
        mean=policy.state.mean,
        std=jnp.sqrt(variance),
        count=UInt64(hi=jnp.uint32(0), lo=count.astype(jnp.uint32)),
        summed_variance=variance * count,
    )


def learning_curve(distilled: hadax.Distilled, steps: int, start=None):
    """Environment steps and the mean return of greedy episodes, while PPO learns.

    Both curves are of the same settings; what differs is the first policy, and its noise.

    Args:
      distilled: names the task, and has the network's size.
      steps: environment steps, those of the measurements apart.
      start: what `as_ppo` gives; None for a fresh network.
    """
    network, environment = distilled.header.learner.network, distilled.task.environment
    curve = []
    ppo.train(
        ForBrax(environment),
        num_timesteps=steps,
        episode_length=environment.horizon,
        num_envs=64,
        unroll_length=20,
        batch_size=64,
        num_minibatches=8,
        num_updates_per_batch=8,
        learning_rate=1e-3,
        discounting=0.97,
        reward_scaling=0.02,
        clipping_epsilon=0.2,
        entropy_cost=0.0,
        normalize_observations=distilled.task.normalizer != "none",
        network_factory=partial(
            ppo_networks.make_ppo_networks,
            policy_hidden_layer_sizes=(network.width,) * network.depth,
            value_hidden_layer_sizes=(64, 64),
            activation=ACTIVATIONS[network.activation],
            distribution_type="normal",
            noise_std_type="log",
            init_noise_std=COLD_NOISE,
        ),
        num_evals=max(2, min(26, steps // 10_240 + 1)),
        deterministic_eval=True,
        progress_fn=lambda step, seen: curve.append((step, float(seen["eval/episode_reward"]))),
        restore_params=start,
        restore_value_fn=False,
    )
    return curve


def draw(curves, title: str, path: Path) -> None:
    """Writes the learning curves as a picture."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name, color in (("warm", "#c0392b"), ("from nothing", "#7f8c8d")):
        steps, returns = zip(*curves[name], strict=True)
        axes.plot(steps, returns, color=color, marker=".", label=name)
    axes.set(xlabel="environment steps", ylabel="mean return, greedy", title=title)
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Trains one policy on the zoo's pairs, and two with PPO."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="gymnax/Pendulum-v1", help="of continuous actions")
    parser.add_argument("--steps", type=int, default=256_000, help="environment steps of PPO")
    given = parser.parse_args()

    distilled = hadax.zoo.load(given.task)
    policy = distilled.fit(seed=0)
    start = as_ppo(policy, distilled.header.learner.network.depth)
    curves = {
        "warm": learning_curve(distilled, given.steps, start),
        "from nothing": learning_curve(distilled, given.steps),
    }
    for name, curve in curves.items():
        (_, first), (steps, last) = curve[0], curve[-1]
        print(f"{name}: {first:.0f} before, {last:.0f} after {steps:,} steps")
    title = f"PPO on {given.task}, begun with {distilled.dataset.size} pairs or from nothing"
    draw(curves, title, Path("warm_start.png"))


if __name__ == "__main__":
    main()
