"""hadax: squeezes what a network must learn into a handful of synthetic examples (HaDES)."""

__version__ = "0.1.0"
