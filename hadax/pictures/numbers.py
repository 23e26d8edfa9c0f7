"""How a number is written where there is room for a few characters."""


def in_short(value: float) -> str:
    """A number with two decimals, or with two figures below a tenth; zero without a sign.

    Args:
      value: any number; speeds of a few thousandths are common.
    """
    told = f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.2g}"
    return told if value else "0"
