"""Learning rates that suit one optimiser as another's suits that; imports no JAX."""

RATES: dict[str, float] = {"sgd": 50.0, "momentum": 5.0, "rmsprop": 1.0, "adam": 1.0}
"""Rates that take about as long steps, as multiples of Adam's; the optimisers of UPDATES.

Adam's steps are about as long as its rate whatever the gradient is; momentum sums up ten gradients.
"""
