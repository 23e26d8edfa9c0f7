"""Compiled code is kept between runs, where there is a place for it."""

import pytest

from hadax.launch.machine.compile_cache import tidy

NOBODY_CHOSE = {
    "JAX_COMPILATION_CACHE_DIR": "",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
}


def test_the_second_run_reads_what_the_first_compiled(tiny, tmp_path, script):
    environment = {**NOBODY_CHOSE, "HADAX_CACHE_DIR": str(tmp_path / "cache")}
    compiled = tmp_path / "cache" / "compiled"
    kept, datasets = [], []
    for name in ("first", "second"):
        done = script("distill", *tiny, f"--workdir={tmp_path / name}", environment=environment)
        assert done.returncode == 0, done.stderr
        kept.append({path.name for path in compiled.glob("*generation_step*-cache")})
        datasets.append((tmp_path / name / "dataset.safetensors").read_bytes())
    assert len(kept[0]) == 1
    assert kept[0] == kept[1]
    assert datasets[0] == datasets[1]


@pytest.mark.slow
def test_an_entry_that_was_cut_short_is_written_anew(tiny, tmp_path, script):
    environment = {**NOBODY_CHOSE, "HADAX_CACHE_DIR": str(tmp_path / "cache")}
    compiled, sizes = tmp_path / "cache" / "compiled", []
    for name in ("first", "second", "third"):
        done = script("distill", *tiny, f"--workdir={tmp_path / name}", environment=environment)
        assert done.returncode == 0, done.stderr
        assert "persistent compilation cache" not in done.stderr
        (entry,) = compiled.glob("*generation_step*-cache")
        sizes.append(entry.stat().st_size)
        if name == "first":
            entry.write_bytes(entry.read_bytes()[: sizes[0] // 2])
    assert sizes[1] > 0.9 * sizes[0]
    assert sizes[2] == sizes[1]


def test_entries_without_a_time_stamp_or_a_byte_are_removed(tmp_path):
    whole, empty, unstamped = (tmp_path / f"jit_{name}-1-cache" for name in "abc")
    for path in (whole, empty, unstamped):
        path.write_bytes(b"" if path == empty else b"code")
    for path in (whole, empty):
        path.with_name(path.name.removesuffix("-cache") + "-atime").write_bytes(bytes(8))
    tidy(tmp_path)
    assert [path.name for path in tmp_path.glob("*-cache")] == [whole.name]


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"JAX_ENABLE_COMPILATION_CACHE": "false"}, marks=pytest.mark.slow),
        {},
    ],
)
def test_a_run_needs_no_place_for_it(tiny, tmp_path, script, environment):
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / ("cache" if environment else "file")
    environment = {**NOBODY_CHOSE, "HADAX_CACHE_DIR": str(place), **environment}
    done = script("distill", *tiny, f"--workdir={tmp_path / 'run'}", environment=environment)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.glob("cache/compiled/*"))
    assert "cache" not in done.stderr
