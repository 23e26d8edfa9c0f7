"""Compiled code is kept between runs, where there is a place for it."""

import pytest

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


@pytest.mark.parametrize("environment", [{"JAX_ENABLE_COMPILATION_CACHE": "false"}, {}])
def test_a_run_needs_no_place_for_it(tiny, tmp_path, script, environment):
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / ("cache" if environment else "file")
    environment = {**NOBODY_CHOSE, "HADAX_CACHE_DIR": str(place), **environment}
    done = script("distill", *tiny, f"--workdir={tmp_path / 'run'}", environment=environment)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.glob("cache/compiled/*"))
    assert "cache" not in done.stderr
