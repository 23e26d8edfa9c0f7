"""metrics.csv: a row a generation, whatever interrupts."""

import pytest

from hadax.core.run.loop import Report
from hadax.launch.observers.metrics_file import MetricsFile, read_metrics


def report(generation, evolved=None):
    metrics = {"fitness_mean": float(generation), "accuracy": 0.5}
    return Report(generation, metrics, evolved, seconds=float(generation))


@pytest.fixture
def path(tmp_path):
    metrics = MetricsFile(tmp_path / "metrics.csv")
    for generation in range(1, 5):
        metrics.observe(report(generation, 7.5 if generation == 4 else None))
    return tmp_path / "metrics.csv"


def test_a_row_a_generation_with_the_evolved_mean_where_it_was_measured(path):
    rows = read_metrics(path)
    assert list(rows[0]) == ["generation", "seconds", "evolved_mean", "accuracy", "fitness_mean"]
    assert [row["generation"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["evolved_mean"] for row in rows] == ["", "", "", "7.5"]


def test_a_run_that_goes_on_drops_rows_after_its_checkpoint_and_counts_seconds_on(path):
    metrics = MetricsFile(path, keep=2)
    metrics.observe(report(3))
    rows = read_metrics(path)
    assert [row["generation"] for row in rows] == ["1", "2", "3"]
    assert [float(row["seconds"]) for row in rows] == [1.0, 2.0, 5.0]


def test_a_run_that_begins_anew_keeps_no_row(path):
    MetricsFile(path, keep=0)
    assert read_metrics(path) == []


def test_a_row_cut_short_is_left_out(path):
    whole = path.read_bytes()
    for missing in range(1, 12):
        path.write_bytes(whole[:-missing])
        assert [row["generation"] for row in read_metrics(path)] == ["1", "2", "3"]


def test_no_file_has_no_rows(tmp_path):
    assert read_metrics(tmp_path / "metrics.csv") == []


def semicolons(text):
    return text.replace(",", ";").encode()


def marked(text):
    return text.encode("utf-8-sig")


def other_encoding(text):
    return text.encode("utf-16")


def windows_lines(text):
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


@pytest.mark.parametrize("change", [semicolons, marked, other_encoding, windows_lines])
def test_what_a_spreadsheet_saves_is_still_read(path, change, capsys):
    path.write_bytes(change(path.read_text()))
    MetricsFile(path, keep=3).observe(report(4))
    assert [row["generation"] for row in read_metrics(path)] == ["1", "2", "3", "4"]
    assert path.read_text().startswith("generation,")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("row", ["2,1.", '2,2.0,"', "x,2.0,,0.5,2.0", "2;2.0;;0.5;2.0", "\x00"])
def test_a_damaged_row_costs_that_row(path, row, capsys):
    lines = path.read_text().splitlines()
    lines[2] = row
    before = "\n".join(lines) + "\n"
    path.write_text(before)
    MetricsFile(path, keep=4)
    assert [row["generation"] for row in read_metrics(path)] == ["1", "3", "4"]
    aside = path.with_name("metrics.csv.set_aside")
    assert aside.read_text() == before
    said = capsys.readouterr().err
    assert (
        said
        == f"{path}: changed by another program; 3 rows of it can be read; kept as {aside.name}\n"
    )


@pytest.mark.parametrize("content", [b"1,2.0,,0.5,1.0\n", b"\xff\xfe\x00\x01", b"hello\n"])
def test_what_holds_no_rows_is_set_aside(path, content, capsys):
    path.write_bytes(content)
    MetricsFile(path, keep=4).observe(report(5))
    assert [row["generation"] for row in read_metrics(path)] == ["5"]
    assert path.with_name("metrics.csv.set_aside").read_bytes() == content
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_in_its_place_is_set_aside(tmp_path, capsys):
    (tmp_path / "metrics.csv").mkdir()
    MetricsFile(tmp_path / "metrics.csv").observe(report(1))
    assert len(read_metrics(tmp_path / "metrics.csv")) == 1
    assert (tmp_path / "metrics.csv.set_aside").is_dir()


def test_rows_of_two_runs_are_told_apart(path, capsys):
    text = path.read_text()
    path.write_text(text + text)
    MetricsFile(path, keep=4)
    assert [row["generation"] for row in read_metrics(path)] == ["1", "2", "3", "4"]
    assert "kept as" in capsys.readouterr().err
