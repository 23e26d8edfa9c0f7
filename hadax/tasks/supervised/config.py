"""The options of tasks of real images; imports no JAX."""

from dataclasses import dataclass

from hadax.core.errors import MOST_STEPS, require
from hadax.core.settings.fields import Value, check, setting

NORMALIZERS: tuple[str, ...] = ("constant", "none")
"""Mean and standard deviation of the training split's channels, or plain brightness in [0, 1]."""

STARTS: tuple[str, ...] = ("mean", "sample", "zeros")
"""Where a search begins: means of each class, real images, black ones."""

FITNESSES: tuple[str, ...] = ("cross_entropy", "accuracy")
"""Minus the mean cross-entropy, or the share of right answers: what a search makes large."""


@dataclass(frozen=True)
class ImageOptions:
    """What decides a task of real images besides their source.

    Raises:
      ConfigError: a value outside its range.
    """

    eval_batch: int = setting(
        1024, "images of one evaluation; 0 for all (images)", least=0, most=MOST_STEPS
    )
    fitness: str = setting(
        "cross_entropy", "what a search makes large (images):", choices=FITNESSES
    )
    init: str = setting("mean", "where a search begins (images):", choices=STARTS)
    normalizer: str = setting("constant", "of brightness:", choices=NORMALIZERS)
    data_dir: str | None = setting(
        None, "folder with the images' files, instead of fetching them", local=True
    )

    def __post_init__(self) -> None:
        check(self)


def image_options(source: str, **options: Value) -> ImageOptions:
    """The options of a source's task.

    Args:
      source: "digits", or a name in hadax.tasks.supervised.sources.remote.REMOTE.
      **options: fields of ImageOptions.

    Raises:
      ConfigError: a value outside its range, or a folder for digits, which read no files.
    """
    made = ImageOptions(**options)  # type: ignore[arg-type]
    require(made.data_dir != "", "data_dir", "", "name a folder, or leave it out")
    expected = "scikit-learn brings the digits; no files are read"
    require(source != "digits" or made.data_dir is None, "data_dir", made.data_dir, expected)
    return made
