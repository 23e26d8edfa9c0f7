"""JAX's primitives by what they do to the axes of their operands."""

# ruff: noqa: SIM905 - a hundred names in quotes are not easier to read.

ELEMENTWISE: frozenset[str] = frozenset(
    """
    abs acos acosh add and asin asinh atan atan2 atanh cbrt ceil clamp convert_element_type cos cosh
    div eq erf exp exp2 expm1 floor ge gt integer_pow is_finite le log log1p logistic lt max min mul
    ne neg nextafter not or pow rem round rsqrt select_n shift_left shift_right_arithmetic
    shift_right_logical sign sin sinh sqrt square sub tan tanh xor
    """.split()
)
"""Those whose operands all have the output's shape, or none."""

MOVES: frozenset[str] = frozenset(
    """
    broadcast_in_dim concatenate copy reshape rev slice split squeeze stack tile transpose
    """.split()
)
"""Those that only move entries."""

ALONG_AXES: frozenset[str] = frozenset(
    """
    argmax argmin cummax cummin cumprod cumsum reduce_and reduce_max reduce_min reduce_or
    reduce_prod rev sort split
    """.split()
)
"""Those that go along axes they name, and leave later ones alone."""
