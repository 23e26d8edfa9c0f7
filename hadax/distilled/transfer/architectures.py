"""The networks that datasets of images are measured on, each with inner settings of its own."""

from hadax.distilled.transfer.neighbours import Change

_COMMON: Change = {
    "activation": "relu",
    "initializer": "lecun_normal",
    "hidden_scale": 1.0,
    "output_scale": 1.0,
    "loss": "auto",
    "inner_epsilon": 0.0,
    "inner_clip": 0.0,
    "inner_schedule": "constant",
}

ARCHITECTURES: dict[str, Change] = {
    "mlp": {
        **_COMMON,
        "network": "mlp",
        "width": 128,
        "depth": 3,
        "inner_optimizer": "momentum",
        "inner_lr": 0.01,
        "inner_steps": 300,
    },
    "conv": {
        **_COMMON,
        "network": "conv",
        "filters": (16,),
        "kernel": 3,
        "instance_norm": False,
        "average_pool": False,
        "width": 128,
        "depth": 1,
        "inner_optimizer": "sgd",
        "inner_lr": 0.01,
        "inner_steps": 1000,
    },
    "convnet3": {
        **_COMMON,
        "network": "conv",
        "filters": (128, 128, 128),
        "kernel": 3,
        "instance_norm": True,
        "average_pool": True,
        "depth": 0,
        "inner_optimizer": "momentum",
        "inner_lr": 0.01,
        "inner_steps": 100,
    },
}
"""Settings of a learner by name: three dense layers; the HaDES paper's network and inner loop;
and ConvNet-3, which dataset distillation is usually measured on (Zhao & Bilen, 2021,
https://arxiv.org/abs/2006.05929)."""
