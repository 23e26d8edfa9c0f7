"""Images prepared once by tensorflow-datasets, then read at random without TensorFlow.

tensorflow-datasets' own builders of these sets need TensorFlow to prepare them; the builder here
needs none (seen with 4.9.10). It fetches, checks and stores; our readers understand the files.
"""

import contextlib
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds
from google.protobuf.json_format import ParseError
from tensorflow_datasets.core.download.checksums import UrlInfo
from tensorflow_datasets.core.download.download_manager import NonMatchingChecksumError
from tensorflow_datasets.core.download.util import DownloadError

from hadax.core.errors import UsageError
from hadax.core.storage.files import cache_folder
from hadax.tasks.supervised.sources.fetching import (
    check_whole_files,
    local_paths,
    require_reachable,
)
from hadax.tasks.supervised.sources.images import DataError, Images, check_pairs
from hadax.tasks.supervised.sources.published import Source

_NAME = "hadax_images"

# What tensorflow-datasets and array_record raise for prepared data that is cut or lacks a part.
_DAMAGED = (RuntimeError, KeyError, ValueError, IndexError, OSError, ParseError)


def load(source: Source, split: str, data_dir: Path | None = None) -> Images:
    """A split of a source, prepared first where it is not yet.

    Args:
      source: what to load.
      split: one of hadax.tasks.supervised.sources.images.SPLITS.
      data_dir: folder that holds the source's files already, or holds a folder of the source's
        name that does; None fetches them.

    Raises:
      DataError: files that cannot be fetched, or are not what they should be.
      ConfigError: the folder lacks a file.
    """
    paths = None if data_dir is None else local_paths(source, data_dir)
    place = cache_folder() / _NAME / source.name
    if not place.is_dir():
        _require_writable(cache_folder())
    if not sys.stderr.isatty():
        tfds.disable_progress_bar()
    # tensorflow-datasets prints of "Unknown size"; what it does is said in our own words.
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            records = _records(source, split, paths)
        except UsageError:
            raise
        except _DAMAGED as error:
            raise DataError(
                f"{place}: damaged; delete this folder, and it is prepared anew"
            ) from error
    pixels = np.stack([record["image"] for record in records])
    return Images(pixels, np.asarray([record["label"] for record in records], np.uint8))


def _records(source: Source, split: str, paths: dict[str, Path] | None) -> list[dict[str, Any]]:
    """All examples of a split as they are prepared, which is done first where it was not."""

    def locate(manager: Any) -> dict[str, Path]:
        return paths or _fetched(source, manager)

    builder = _make_builder(source, locate)
    if not builder.info.splits:
        _prepare(source, builder, fetch=paths is None)
        builder = _make_builder(source, locate)
    examples = builder.as_data_source(split=split)
    records: list[dict[str, Any]] = examples.__getitems__(list(range(len(examples))))
    return records


def _require_writable(folder: Path) -> None:
    """Refuses a cache that nothing can be prepared in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DataError(
            f"HADAX_CACHE_DIR={folder}: {error.strerror}; name a folder to prepare images in"
        ) from error


def _fetched(source: Source, manager: Any) -> dict[str, Path]:
    """The source's files as tensorflow-datasets' download manager brings and checks them."""
    paths = manager.download({file.name: file.url for file in source.files})
    return {name: Path(path) for name, path in paths.items()}


def _prepare(source: Source, builder: Any, fetch: bool) -> None:
    if fetch:
        require_reachable(source)
    verb = "fetching and preparing" if fetch else "preparing"
    print(f"{verb} {source.name} in {cache_folder()}, once ...", file=sys.stderr, flush=True)
    by_hand = "; or fetch it elsewhere and give its folder as data_dir" if fetch else ""
    try:
        builder.download_and_prepare()
    except (NonMatchingChecksumError, DownloadError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            f"{source.name}: fetched, but not as published ({reason}){by_hand}"
        ) from error
    except OSError as error:
        if _make_builder(source, lambda manager: {}).info.splits:
            return  # Another process, started at the same time, was quicker.
        # Among them what the HTTP library raises where a connection breaks.
        raise DataError(f"{source.name}: cannot be prepared ({error}){by_hand}") from error


def _make_builder(source: Source, paths: Callable[[Any], dict[str, Path]]) -> Any:
    """tensorflow-datasets' builder of a source, its files located when they are needed."""

    class HadaxImages(tfds.core.GeneratorBasedBuilder, skip_registration=True):  # type: ignore[call-arg,misc]
        VERSION = tfds.core.Version("1.0.0")
        BUILDER_CONFIGS: ClassVar = [tfds.core.BuilderConfig(name=source.name)]
        url_infos: ClassVar = {
            file.url: UrlInfo(size=file.size, checksum=file.sha256, filename=file.name)
            for file in source.files
        }

        def _info(self) -> Any:
            features = tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Tensor(
                        shape=source.input_shape, dtype=np.uint8, encoding="bytes"
                    ),
                    "label": tfds.features.Tensor(shape=(), dtype=np.uint8),
                }
            )
            return tfds.core.DatasetInfo(builder=self, features=features, disable_shuffling=True)

        def _split_generators(self, dl_manager: Any) -> dict[str, Iterator[Any]]:
            found = paths(dl_manager)
            check_whole_files(source, found)
            splits = source.read(source, found)
            for split, images in splits.items():
                check_pairs(f"{source.name} {split}", images, source.input_shape, source.classes)
            return {split: self._generate_examples(images) for split, images in splits.items()}

        def _generate_examples(self, images: Images) -> Iterator[Any]:
            for number, (pixels, label) in enumerate(zip(*images, strict=True)):
                yield number, {"image": pixels, "label": label}

    return HadaxImages(config=source.name, data_dir=cache_folder(), file_format="array_record")
