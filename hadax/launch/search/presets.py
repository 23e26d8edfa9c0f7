"""Settings found for a task: flags by task, command and preset name.

`published` are the settings of the paper's own runs (Lupu et al., 2024), which want a GPU. `cpu` is
found for two CPU cores and is what a command takes by itself. `multi` keeps four
smaller images in the room of each.
"""

from collections.abc import Mapping
from typing import TypeAlias

from hadax.core.settings.fields import Value
from hadax.launch.search.config import DISTILL, NEUROEVOLVE

Preset: TypeAlias = Mapping[str, Value]
"""Settings by name; a test holds every name, type and range against SearchConfig."""

# Initial weights that PureJaxRL's networks have: gain sqrt(2), and hardly any output.
_PUBLISHED_WEIGHTS: Preset = {
    "initializer": "orthogonal",
    "hidden_scale": 1.4142135,
    "output_scale": 0.01,
}

_PUBLISHED_BRAX: Preset = {
    **_PUBLISHED_WEIGHTS,
    "dataset_size": 64,
    "generations": 2000,
    "population": 2048,
    "strategy": "Open_ES",
    "std": 0.03,
    "learning_rate": 0.05,
    "shaping": "raw",
    "inits_per_candidate": 2,
    "backend": "positional",
    "episodes": 4,
    "action_mode": "sample",
    "normalizer": "per_policy",
    "width": 512,
    "activation": "tanh",
    "loss": "gaussian_negative_log_likelihood",
    "inner_lr": 0.005,
    "inner_steps": 400,
    "inner_epsilon": 1e-5,
    "inner_clip": 0.5,
}

# The published strategy also had a "temperature", of weights that evosax no longer has. Gradients
# were not clipped on these games, whatever the record says: fresh networks reach the published
# scores on the published datasets only without that.
_PUBLISHED_MINATAR: Preset = {
    **_PUBLISHED_WEIGHTS,
    "dataset_size": 16,
    "generations": 5000,
    "population": 2048,
    "strategy": "SNES",
    "std": 0.5,
    "inits_per_candidate": 2,
    "episodes": 8,
    "action_mode": "sample",
    "normalizer": "constant",
    "width": 512,
    "activation": "relu",
    "inner_lr": 0.03,
    "inner_steps": 64,
}

_PUBLISHED_NEUROEVOLUTION: Preset = {
    **_PUBLISHED_WEIGHTS,
    "generations": 5000,
    "population": 2048,
    "strategy": "SNES",
    "std": 0.03,
    "episodes": 8,
    "action_mode": "greedy",
    "normalizer": "constant",
    "width": 256,
    "activation": "relu",
}

_GAMES = {"Asterix": 5, "Breakout": 3, "Freeway": 3, "SpaceInvaders": 4}

# Their cross-entropy was divided by the classes, which is a tenth of the learning rate.
_PUBLISHED_IMAGES: Preset = {
    "images_per_class": 1,
    "generations": 1000,
    "population": 512,
    "strategy": "Open_ES",
    "std": 0.02,
    "std_decay": 0.999,
    "std_final": 0.001,
    "learning_rate": 0.01,
    "learning_rate_decay": 0.999,
    "shaping": "raw",
    "inits_per_candidate": 2,
    "eval_batch": 0,
    "init": "mean",
    "normalizer": "none",
    "network": "conv",
    "filters": (16,),
    "depth": 1,
    "width": 128,
    "activation": "relu",
    "inner_optimizer": "sgd",
    "inner_lr": 0.01,
    "inner_steps": 1000,
}

_PUBLISHED: dict[tuple[str, str, str], Preset] = {
    ("brax/ant", DISTILL, "published"): _PUBLISHED_BRAX,
    ("brax/halfcheetah", DISTILL, "published"): _PUBLISHED_BRAX,
    ("brax/hopper", DISTILL, "published"): {**_PUBLISHED_BRAX, "inner_steps": 200},
    ("brax/humanoid", DISTILL, "published"): _PUBLISHED_BRAX,
    ("brax/humanoid_0.10", DISTILL, "published"): _PUBLISHED_BRAX,
    ("brax/humanoidstandup", DISTILL, "published"): _PUBLISHED_BRAX,
    ("brax/humanoidstandup_0.10", DISTILL, "published"): _PUBLISHED_BRAX,
    ("brax/inverted_double_pendulum", DISTILL, "published"): {
        **_PUBLISHED_BRAX,
        "inner_steps": 200,
    },
    ("brax/inverted_double_pendulum_0.11", DISTILL, "published"): {
        **_PUBLISHED_BRAX,
        "inner_steps": 200,
    },
    ("brax/reacher", DISTILL, "published"): _PUBLISHED_BRAX,
    ("brax/walker2d", DISTILL, "published"): _PUBLISHED_BRAX,
    **{
        # Their loss was divided by the actions, which Adam feels through its epsilon alone.
        (f"gymnax/{game}-MinAtar", DISTILL, "published"): {
            **_PUBLISHED_MINATAR,
            "inner_epsilon": actions * 1e-5,
        }
        for game, actions in _GAMES.items()
    },
    **{
        (f"gymnax/{game}-MinAtar", NEUROEVOLVE, "published"): _PUBLISHED_NEUROEVOLUTION
        for game in _GAMES
    },
    ("supervised/fashion_mnist", DISTILL, "published"): _PUBLISHED_IMAGES,
    ("supervised/mnist", DISTILL, "published"): _PUBLISHED_IMAGES,
}

# A fresh network that answers nothing yet, so that what it is taught decides alone.
_SILENT: Preset = {"initializer": "orthogonal", "output_scale": 0.01}

# What a fresh network answers where it was not taught differs from network to network, and is noise
# to the search. Networks that start small, and are trained with momentum, agree: all of 32 balance
# the double pendulum, or none does.
_CPU_AGREEING: Preset = {
    **_SILENT,
    "hidden_scale": 0.3,
    "activation": "tanh",
    "normalizer": "running",
    "dataset_size": 4,
    "inits_per_candidate": 2,
    "inner_optimizer": "momentum",
    "inner_lr": 0.05,
    "inner_steps": 150,
}

# As quick as two layers of 64, and networks agree without having to be smooth.
_ONE_WIDE_LAYER: Preset = {"depth": 1, "width": 256}

# Gaits are found by policies that draw their actions and see themselves through their own
# statistics: hopper stands still at 1,100 without the latter, and earns 1,700 with both.
_CPU_GAIT: Preset = {
    **_SILENT,
    "backend": "positional",
    "action_mode": "sample",
    "normalizer": "per_policy",
    "episodes": 1,
    "inits_per_candidate": 2,
    "activation": "tanh",
    "width": 64,
    "inner_lr": 0.005,
    "inner_steps": 200,
    "population": 128,
    "std": 0.1,
    "learning_rate": 0.05,
}

# Steps that shrink slowly: these are found late.
_CPU_LONG_GAIT: Preset = {
    **_CPU_GAIT,
    "dataset_size": 16,
    "learning_rate_decay": 0.998,
    "std_decay": 0.999,
}

_CPU_MINATAR_NETWORK: Preset = {
    **_SILENT,
    "normalizer": "running",
    "depth": 1,
    "activation": "relu",
}

# A mountain car's speeds are a hundredth of its positions: unscaled, a network hardly sees them.
_CPU_SWING: Preset = {
    **_SILENT,
    "normalizer": "running",
    "episodes": 4,
    "activation": "relu",
    "inner_lr": 0.01,
    "inner_steps": 128,
}

# Seen from the player, what to do is a linear rule of what lies around it.
_CPU_VIEWED: Preset = {
    "depth": 0,
    "output_scale": 0.01,
    "population": 128,
    "strategy": "SNES",
    "std": 0.5,
    "learning_rate": 1.0,
    "inner_optimizer": "momentum",
    "inner_lr": 0.05,
    "inner_steps": 32,
    "keep_best": 5,
}

# All of a board of 10 x 10, from wherever the player is; statistics make such windows readable.
_CPU_VIEWED_BOARD: Preset = {
    **_CPU_VIEWED,
    "view": 19,
    "std": 1.0,
    "episodes": 4,
    "normalizer": "running",
}

_CPU_IMAGES: Preset = {
    "images_per_class": 1,
    "learn_labels": True,
    "inner_optimizer": "momentum",
}

_CPU_LARGE_IMAGES: Preset = {
    **_CPU_IMAGES,
    "population": 512,
    "strategy": "SNES",
    "learning_rate": 1.0,
    "learn_inner_lr": True,
}

# Ten images and their labels can teach any linear classifier, and images as coefficients of what
# real ones vary in make it a small search. Smaller and smaller steps average the noise out.
_CPU_PLAIN_IMAGES: Preset = {
    **_CPU_LARGE_IMAGES,
    "generations": 1000,
    "evaluate_every": 20,
    "std": 0.2,
    "learning_rate_decay": 0.998,
    "parametrization": "pca",
    "components": 250,
    "eval_batch": 2048,
    "depth": 0,
    "output_scale": 0.1,
    "inner_lr": 0.07,
    "inner_steps": 200,
}

# The same classifier, from each class's mean in all four parts of a slot.
_CPU_SLOTS: Preset = {
    **_CPU_PLAIN_IMAGES,
    "generations": 800,
    "std": 0.3,
    "learning_rate_decay": 0.9975,
    "parametrization": "multi",
    "components": 100,
    "init": "mean",
    "eval_batch": 1024,
}

_CPU: dict[tuple[str, str, str], Preset] = {
    # One hidden layer, whose training the examples span: so found, they teach other networks too.
    ("supervised/digits", DISTILL, "cpu"): {
        **_CPU_IMAGES,
        "generations": 200,
        "population": 256,
        "strategy": "Open_ES",
        "std": 0.1,
        "learning_rate": 0.05,
        "learning_rate_decay": 0.99,
        "parametrization": "pca",
        "components": 40,
        "eval_batch": 0,
        "width": 64,
        "depth": 1,
        "activation": "tanh",
        "inner_lr": 0.06,
        "inner_steps": 60,
    },
    ("supervised/fashion_mnist", DISTILL, "cpu"): _CPU_PLAIN_IMAGES,
    ("supervised/mnist", DISTILL, "cpu"): _CPU_PLAIN_IMAGES,
    ("supervised/fashion_mnist", DISTILL, "multi"): _CPU_SLOTS,
    ("supervised/mnist", DISTILL, "multi"): _CPU_SLOTS,
    ("gymnax/CartPole-v1", DISTILL, "cpu"): {
        **_SILENT,
        "dataset_size": 2,
        "generations": 80,
        "std": 0.3,
        "learning_rate": 0.1,
        "activation": "relu",
        "inner_lr": 0.01,
        "inner_steps": 128,
        "vary": True,
    },
    ("gymnax/Acrobot-v1", DISTILL, "cpu"): {
        **_CPU_SWING,
        "dataset_size": 3,
        "generations": 100,
        "inits_per_candidate": 2,
        "std": 0.3,
        "learning_rate": 0.1,
    },
    ("gymnax/MountainCar-v0", DISTILL, "cpu"): {
        **_CPU_AGREEING,
        "generations": 200,
        "strategy": "SNES",
        "std": 0.5,
        "episodes": 8,
    },
    ("gymnax/MountainCarContinuous-v0", DISTILL, "cpu"): {
        **_CPU_SWING,
        "dataset_size": 4,
        "generations": 100,
        "population": 128,
        "std": 0.5,
        "learning_rate": 0.1,
        "activation": "tanh",
        "inner_lr": 0.02,
    },
    # A pendulum wants sharp turns, which smooth networks cannot be taught, and relu makes.
    ("gymnax/Pendulum-v1", DISTILL, "cpu"): {
        **_SILENT,
        **_ONE_WIDE_LAYER,
        "dataset_size": 4,
        "generations": 300,
        "population": 128,
        "strategy": "SNES",
        "std": 1.0,
        "inits_per_candidate": 4,
        "episodes": 4,
        "activation": "relu",
        "inner_lr": 0.02,
        "inner_steps": 128,
    },
    ("gymnax/Breakout-MinAtar", DISTILL, "cpu"): {
        **_CPU_VIEWED_BOARD,
        "dataset_size": 3,
        "generations": 400,
        "learn_labels": True,
        "sticky_actions": 0.1,
    },
    ("gymnax/Breakout-MinAtar", DISTILL, "whole"): {
        **_CPU_MINATAR_NETWORK,
        "hidden_scale": 0.3,
        "inner_optimizer": "momentum",
        "inner_lr": 0.2,
        "inner_steps": 32,
        "dataset_size": 3,
        "generations": 800,
        "population": 256,
        "strategy": "SNES",
        "std": 1.0,
        "learning_rate": 1.0,
        "keep_best": 5,
        # Going to where the ball is is a linear rule; hidden units learn two games by heart first.
        "depth": 0,
        "learn_labels": True,
        # What is learned of one square then holds for its neighbours.
        "parametrization": "dct",
        "resolution": 4,
        "sticky_actions": 0.1,
    },
    ("gymnax/Freeway-MinAtar", DISTILL, "cpu"): {
        **_CPU_VIEWED,
        "view": 5,
        "dataset_size": 3,
        "generations": 150,
        "episodes": 4,
    },
    ("gymnax/Asterix-MinAtar", DISTILL, "cpu"): {
        **_CPU_VIEWED,
        "view": 9,
        "dataset_size": 5,
        "generations": 150,
        "episodes": 8,
    },
    ("gymnax/Pong-misc", DISTILL, "cpu"): {
        "dataset_size": 3,
        "generations": 50,
        "population": 128,
    },
    ("gymnax/SpaceInvaders-MinAtar", DISTILL, "cpu"): {
        **_CPU_VIEWED_BOARD,
        "dataset_size": 4,
        "generations": 200,
    },
    ("brax/hopper", DISTILL, "cpu"): {
        **_CPU_GAIT,
        "dataset_size": 4,
        "generations": 400,
        "learning_rate_decay": 0.995,
        "std_decay": 0.998,
    },
    ("brax/walker2d", DISTILL, "cpu"): {**_CPU_LONG_GAIT, "generations": 400},
    # Falls cost nothing here, so that a wide search goes astray.
    ("brax/halfcheetah", DISTILL, "cpu"): {
        **_CPU_LONG_GAIT,
        "generations": 200,
        "population": 256,
        "std": 0.05,
    },
    # Drawn torques cost an ant more than it earns by standing.
    ("brax/ant", DISTILL, "cpu"): {
        **_CPU_LONG_GAIT,
        "dataset_size": 8,
        "generations": 100,
        "std": 0.05,
        "action_mode": "greedy",
    },
    ("brax/humanoid", DISTILL, "cpu"): {
        **_CPU_LONG_GAIT,
        "generations": 400,
        "std": 0.05,
        "learning_rate": 0.03,
        "action_mode": "greedy",
    },
    # The force that a network's answers had when the published runs were made.
    ("brax/humanoidstandup", DISTILL, "cpu"): {
        **_CPU_LONG_GAIT,
        "generations": 200,
        "action_scale": 2.5,
    },
    # Its first generations are compared on short episodes, which tell as much for a tenth.
    ("brax/reacher", DISTILL, "cpu"): {
        **_CPU_AGREEING,
        **_ONE_WIDE_LAYER,
        "hidden_scale": 1.0,
        "backend": "positional",
        "generations": 440,
        "population": 128,
        "strategy": "SNES",
        "std": 0.3,
        "episodes": 4,
        "curriculum": 400,
    },
    ("brax/inverted_double_pendulum", DISTILL, "cpu"): {
        **_CPU_AGREEING,
        "backend": "positional",
        "generations": 300,
        "std": 0.2,
        "std_decay": 0.997,
        "learning_rate": 0.2,
        "learning_rate_decay": 0.992,
        "episodes": 1,
    },
    # A pole wants fifteen times its lean, which is steeper than a smooth network answers.
    ("playground/CartpoleBalance", DISTILL, "cpu"): {
        **_CPU_AGREEING,
        "normalizer": "none",
        "generations": 150,
        "strategy": "SNES",
        "std": 0.5,
        "action_scale": 10.0,
        "episodes": 1,
    },
    # Places and speeds are small here, and nothing is earned but at the target: with observations
    # as they are only some seeds find it.
    ("playground/PointMass", DISTILL, "cpu"): {
        **_CPU_AGREEING,
        "generations": 120,
        "strategy": "SNES",
        "std": 0.5,
        "episodes": 2,
    },
    ("brax/inverted_double_pendulum", NEUROEVOLVE, "cpu"): {
        **_SILENT,
        "backend": "positional",
        "episodes": 2,
        "activation": "tanh",
        "generations": 400,
        "std": 0.1,
        "std_decay": 0.997,
        "learning_rate": 0.05,
        "learning_rate_decay": 0.995,
    },
    ("gymnax/Breakout-MinAtar", NEUROEVOLVE, "cpu"): {
        **_CPU_MINATAR_NETWORK,
        "generations": 600,
        "population": 256,
        "std": 0.1,
        "learning_rate": 0.05,
    },
    ("gymnax/CartPole-v1", NEUROEVOLVE, "cpu"): {
        "generations": 60,
        "std": 0.1,
        "width": 32,
        "learning_rate": 0.05,
    },
}

PRESETS: dict[tuple[str, str, str], Preset] = {**_PUBLISHED, **_CPU}
"""(task, command, preset name) to flag values; all other flags keep their defaults."""

AUTOMATIC = "cpu"
"""The preset that a search takes by itself."""
