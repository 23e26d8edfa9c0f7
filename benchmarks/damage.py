"""Files damaged at random, and what reads them: what `benchmarks.trials` and the tests try."""

import copy
import gzip
import io
import json
import random
import struct
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from hadax.core.settings.config import DistillationConfig
from hadax.core.settings.views import to_json
from hadax.core.storage.artifact import Artifact, read_artifact, write_artifact
from hadax.distilled.files.csv_pairs import read_csv, read_moments
from hadax.distilled.files.header import Header
from hadax.distilled.files.npz import read_npz
from hadax.distilled.loading import load
from hadax.distilled.score import Quantiles, Score
from hadax.launch import distill
from hadax.launch.commandline.varied import read_list
from hadax.launch.observers.metrics_file import read_metrics
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.run_folder.same_search import read_config
from hadax.learners.config import LearnerConfig
from hadax.tasks.config import TaskConfig
from hadax.tasks.supervised.sources.cifar import read_cifar
from hadax.tasks.supervised.sources.idx import read_idx

_ODD: tuple[Any, ...] = (
    *(None, True, "", "\x1b[2J\n", "x" * 5000, [], {}, [[]], {"a": {}}),
    *(0, -1, 1, 2**31, 2**64, 10**400, 0.5, 1e300, float("nan"), float("inf")),
)


_MOMENTS = {"mean": [0.0, 1.0], "std": [1.0, 2.0]}


@dataclass(frozen=True)
class Subject:
    """A kind of file.

    Attributes:
      name: of the kind.
      content: a whole one.
      damage: gives a damaged one.
      read: what hadax does with one; may raise a UsageError.
    """

    name: str
    content: bytes
    damage: Callable[[random.Random, bytes], bytes]
    read: Callable[[Path], object]


def subjects(folder: Path) -> Iterator[Subject]:
    """Every kind of file that hadax reads, each as small as it can be.

    Args:
      folder: for whole files.
    """
    artifact = _artifact(folder / "whole.safetensors")
    yield Subject("artifact", artifact, mutated, load)
    yield Subject("artifact's header", artifact, _other_header, load)
    yield Subject("checkpoint", artifact, mutated, lambda path: read_artifact(path, finite=False))
    for name, save in (("npz", np.savez), ("compressed npz", np.savez_compressed)):
        packed = io.BytesIO()
        save(packed, inputs=np.eye(2, 4), targets=np.eye(2))
        yield Subject(name, packed.getvalue(), mutated, read_npz)
    table = b"input_0,input_1,target\r\n0.5,-1,0\r\n1e-3,2.25,1\r\n"
    yield Subject("csv", table, mutated, read_csv)
    settings = {"environment": {}, "preprocessing": {"normalizer": "running", **_MOMENTS}}
    beside = json.dumps(settings).encode()
    yield Subject("settings beside a csv", beside, mutated, partial(_with_settings, table))
    yield Subject("settings beside a csv, odd", beside, _other_json, partial(_with_settings, table))
    listed = b"task,seed,std\r\nanalytic/linear_regression,0,0.1\r\n,1,\r\n"
    yield Subject("list of searches", listed, mutated, partial(read_list, distill.COMMAND.groups))
    idx = bytes((0, 0, 8, 3)) + struct.pack(">3I", 3, 4, 5) + bytes(range(60))
    yield Subject("IDX", idx, mutated, lambda path: read_idx(path, 3))
    yield Subject("IDX, gzip", gzip.compress(idx, 1, mtime=0), mutated, lambda p: read_idx(p, 3))
    yield Subject("CIFAR", _cifar(), mutated, read_cifar)
    config = json.dumps(to_json(SearchConfig())).encode()
    yield Subject("config.json", config, mutated, read_config)
    rows = b"generation,seconds,evolved_mean,fitness_mean\r\n1,0.5,,0.25\r\n2,1.0,0.5,0.75\r\n"
    yield Subject("metrics.csv", rows, mutated, read_metrics)


def mutated(rng: random.Random, content: bytes) -> bytes:
    """The content cut, flipped, overwritten, doubled or stuffed at some places."""
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(damaged) + 1)
        length = min(rng.choice((1, 1, 4, 16, 100)), len(damaged) - at)
        kind = rng.choice(("cut", "flip", "random", "zeros", "ones", "double", "stuff", "drop"))
        if kind == "cut":
            del damaged[at:]
        elif kind == "flip" and length:
            damaged[at] ^= 1 << rng.randrange(8)
        elif kind == "double":
            damaged[at:at] = damaged[at : at + length]
        elif kind == "stuff":
            damaged[at:at] = rng.randbytes(length)
        else:
            fill = {"random": rng.randbytes(length), "zeros": bytes(length), "drop": b""}
            damaged[at : at + length] = fill.get(kind, b"\xff" * length)
    return bytes(damaged)


def _other_header(rng: random.Random, content: bytes) -> bytes:
    """An artifact some of whose header's values are odd, and whose checksum does not tell."""
    length = struct.unpack("<Q", content[:8])[0]
    described = json.loads(content[8 : 8 + length])["__metadata__"]["hadax"]
    document = json.loads(described)
    del document["checksum"]
    _make_odd(rng, document)
    arrays = safetensors.numpy.load(content)
    return safetensors.numpy.save(arrays, {"hadax": json.dumps(document)})


def _other_json(rng: random.Random, content: bytes) -> bytes:
    """An object some of whose values are odd."""
    document = json.loads(content)
    _make_odd(rng, document)
    return json.dumps(document).encode()


def _with_settings(table: bytes, path: Path) -> object:
    """What is read of a whole table beside which these settings lie, damaged or not."""
    place = path.with_suffix(".csv")
    place.write_bytes(table)
    path.rename(path.with_suffix(".json"))
    return read_moments(place)


def _make_odd(rng: random.Random, document: dict[str, Any]) -> None:
    """Puts odd values in place of some of a document's."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        place: Any = document
        while True:
            name = rng.choice(list(place) if isinstance(place, dict) else range(len(place)))
            inner = place[name]
            if isinstance(inner, dict | list) and inner and rng.random() < 0.8:
                place = inner
                continue
            # Copied, for a later change may go into it, or it into itself.
            place[name] = copy.deepcopy(rng.choice(_ODD))
            break


def _artifact(path: Path) -> bytes:
    """A whole artifact of a task that is made in no time."""
    header = Header(
        kind="dataset",
        task=TaskConfig("analytic/linear_regression", {"batch": 16}),
        learner=LearnerConfig(),
        distillation=DistillationConfig(policy_init="fixed"),
        init_key=(1, 2),
        versions={"hadax": "0"},
        score=Score(1.5, 0.25, 32, 0, returns=Quantiles(0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)),
    )
    arrays = {"inputs": np.ones((4, 3), np.float32), "targets": np.ones((4, 2), np.float32)}
    write_artifact(path, Artifact(header.to_document(), arrays))
    return path.read_bytes()


def _cifar() -> bytes:
    """An archive of one record a batch."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            info.size = 3073
            archive.addfile(info, io.BytesIO(bytes(3073)))
    return packed.getvalue()
