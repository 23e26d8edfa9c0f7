"""How every benchmark measures and reports: CPU-seconds, medians, and the machine they are of."""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quiet import Watch, verdict
from hadax.core.storage.files import write_atomically

if TYPE_CHECKING:
    from hadax.core.generation.engine import Engine

PACKAGES = ("hadax", "jax", "jaxlib", "flax", "optax", "evosax", "gymnax", "brax", "numpy")

_BEGIN = Watch.now()
_LOAD_BEFORE = os.getloadavg()[0]


@dataclass(frozen=True)
class Timing:
    """Repeated measurements of the same work.

    Attributes:
      seconds: median wall-clock seconds.
      cpu_seconds: median CPU-seconds, of all threads of this process.
      spread: largest minus smallest CPU-seconds, over the median.
      repeats: how many measurements.
    """

    seconds: float
    cpu_seconds: float
    spread: float
    repeats: int


def timed(work: Callable[[], Any], repeats: int) -> Timing:
    """Times work that is compiled and warm already.

    Args:
      work: does the same each time, and returns when it is done.
      repeats: how often, at least 1.
    """
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    middle = statistics.median(cpus)
    return Timing(
        seconds=statistics.median(walls),
        cpu_seconds=middle,
        spread=(max(cpus) - min(cpus)) / middle,
        repeats=repeats,
    )


def timed_in_turn(works: Sequence[Callable[[], Any]], repeats: int) -> list[float]:
    """The median CPU-seconds of each of several works, as `timed` takes them, done in turn."""
    rounds = [[timed(work, 1).cpu_seconds for work in works] for _ in range(repeats)]
    return [statistics.median_high(each) for each in zip(*rounds, strict=True)]


def timed_generations(engine: "Engine", repeats: int) -> Timing:
    """The cost of an engine's generation, the first one, which compiles, left out."""
    return timed(generations(engine), repeats)


def generations(engine: "Engine") -> Callable[[], None]:
    """What does an engine's next generation each time; the first one, which compiles, is done."""
    import jax

    state = engine.init(jax.random.key(0))

    def generation() -> None:
        nonlocal state
        state, _ = engine.step(state)
        jax.block_until_ready(state)

    generation()
    return generation


def peak_mebibytes() -> float:
    """The most memory that this process has held so far, compiler included, in MiB."""
    return _mebibytes(resource.getrusage(resource.RUSAGE_SELF))


def in_fresh_process(module: str, arguments: Sequence[str], **environment: str) -> Any:
    """Runs `python -m module arguments` and reads the JSON value on its last line of output.

    Memory and start-up times are only right in a process that did nothing else before.

    Raises:
      RuntimeError: the process failed; the message is the end of what it said.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


@dataclass(frozen=True)
class ProcessCost:
    """What a whole process took.

    Attributes:
      seconds: by the clock on the wall.
      peak_mebibytes: the most memory that it held.
    """

    seconds: float
    peak_mebibytes: float


def cost_of(command: Sequence[str], **environment: str) -> ProcessCost:
    """Runs a process to its end and tells what it cost.

    Linux counts a process for no less than the one held that began it, here the benchmark.

    Raises:
      RuntimeError: it failed; the message is the end of what it said.
    """
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, **environment},
        )
        # Of this child alone, where the module `resource` knows only the largest of all.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            end = said.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(command)} failed: {end}")
    return ProcessCost(seconds, _mebibytes(usage))


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    import jax

    device = jax.devices()[0]
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "load_before": _LOAD_BEFORE,
        "device": f"{len(jax.devices())} {device.platform}: {device.device_kind}",
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in PACKAGES},
    }


def report(question: str, rows: Sequence[dict[str, Any]], folder: Path, note: str = "") -> None:
    """Prints rows as a table and writes them with the machine to `<folder>/<question>.json`.

    Where others used the cores meanwhile it says that the figures are not to be quoted.

    Args:
      question: the benchmark's name.
      rows: one dict a line, all with the same keys.
      folder: made when it is not there.
      note: printed below the table, and written beside it.
    """
    others = Watch.now().others_since(_BEGIN)
    said = "\n".join(line for line in (table(rows), note, verdict(others)) if line)
    print(f"\n{question.replace('_', ' ')}\n{said}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    written = {
        "question": question,
        "arguments": sys.argv[1:],
        "machine": machine(),
        "others": others,
        "rows": list(rows),
        "note": note,
    }
    content = json.dumps(written, indent=2) + "\n"
    write_atomically(folder / f"{question}.json", content.encode())


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as a Markdown table, numbers to four digits."""
    names = list(rows[0])
    cells = [names] + [[_text(row[name]) for name in names] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    lines = [_line(line, widths) for line in cells]
    return "\n".join([lines[0], _line(["-" * width for width in widths], widths), *lines[1:]])


def columns(timing: Timing) -> dict[str, float]:
    """A timing as columns of a row."""
    values = asdict(timing)
    values.pop("repeats")
    return values


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return (
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        + " |"
    )


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return platform.processor()
    lines = path.read_text().splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "?")


def _mebibytes(usage: resource.struct_rusage) -> float:
    """The peak of what is used; macOS counts bytes, others KiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / 2**20
