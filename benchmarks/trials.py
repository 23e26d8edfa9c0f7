"""What a search and its files survive: random kills, and files damaged at random."""

import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.damage import Subject, subjects
from benchmarks.measure import report
from hadax.core.errors import UsageError

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_MUTATIONS = flags.DEFINE_integer("mutations", 10_000, "damaged files of each kind")
_KILLS = flags.DEFINE_integer("kills", 20, "searches that are killed at a random time")
_SEED = flags.DEFINE_integer("seed", 0, "decides damages and times")

_SEARCH = (
    *(sys.executable, "-m", "hadax.launch.distill", "--task=analytic/linear_regression"),
    *("--preset=none", "--generations=400", "--population=8", "--width=8", "--inner_steps=5"),
    *("--evaluate_every=20", "--checkpoint_every=20", "--score_networks=3"),
)
_RESULT = "dataset.safetensors"


def main(arguments: Sequence[str]) -> None:
    """Tries every kind, and counts what came of it."""
    del arguments
    rng = random.Random(_SEED.value)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [_damaged(each, rng, folder / "damaged") for each in subjects(folder)]
        if _KILLS.value:
            rows.append(_killed(rng, folder))
    report("trials", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _damaged(subject: Subject, rng: random.Random, path: Path) -> dict[str, Any]:
    """How many damaged files were read, refused in a line, or neither."""
    counts, slowest = {"read": 0, "refused": 0, "neither": 0}, 0.0
    before = _peak_megabytes()
    for _ in range(_MUTATIONS.value):
        content = subject.damage(rng, subject.content)
        path.write_bytes(content)
        begun = time.perf_counter()
        outcome = _outcome(subject, path)
        slowest = max(slowest, time.perf_counter() - begun)
        counts[outcome] += 1
        if outcome == "neither":
            Path(_OUT.value).mkdir(parents=True, exist_ok=True)
            (Path(_OUT.value) / f"neither_{counts['neither']}_{subject.name}").write_bytes(content)
    more = _peak_megabytes() - before
    return {"what": subject.name, **counts, "slowest seconds": slowest, "MiB more": more}


def _outcome(subject: Subject, path: Path) -> str:
    try:
        subject.read(path)
    except UsageError as error:
        return "refused" if str(error).isprintable() and len(str(error)) < 1000 else "neither"
    except Exception:
        traceback.print_exc()
        return "neither"
    return "read"


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _killed(rng: random.Random, folder: Path) -> dict[str, Any]:
    """How many searches that were killed, and begun again, ended with the same bytes.

    One that had ended before its time came counts for none, and another is begun.
    """
    _ended(folder / "compiled")
    begun = time.perf_counter()
    _ended(folder / "whole")
    seconds = time.perf_counter() - begun
    whole, counts = (folder / "whole" / _RESULT).read_bytes(), {"read": 0, "neither": 0}
    begun_so_far = 0
    while sum(counts.values()) < _KILLS.value:
        run, begun_so_far = folder / f"killed_{begun_so_far}", begun_so_far + 1
        with subprocess.Popen(
            (*_SEARCH, f"--workdir={run}"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(rng.uniform(0, seconds))
            process.kill()
        if process.returncode != -signal.SIGKILL:
            continue
        _ended(run)
        counts["read" if (run / _RESULT).read_bytes() == whole else "neither"] += 1
    what = "searches killed at a random time"
    return {"what": what, "refused": 0, **counts, "slowest seconds": seconds, "MiB more": 0}


def _ended(run: Path) -> None:
    """Lets a search run to its end."""
    subprocess.run((*_SEARCH, f"--workdir={run}"), check=True, capture_output=True)


if __name__ == "__main__":
    app.run(main)
