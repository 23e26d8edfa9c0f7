"""How a number is written where there is room for a few characters."""

_SMALL, _LARGE = 0.1, 1e5


def in_short(value: float) -> str:
    """A number with two decimals, or with a few figures where it is small or large; zero unsigned.

    Args:
      value: any number; speeds of a few thousandths are common.
    """
    if not value:
        return "0"
    if abs(value) < _SMALL:
        return f"{value:.2g}"
    return f"{value:.2f}" if abs(value) < _LARGE else f"{value:.3g}"
