"""Reports: made by every run, of what is there, opened by a browser without a word of complaint."""

import base64
import re
import shutil
import subprocess

import pytest

from hadax.launch import distill, report
from hadax.launch.commandline.command import execute
from hadax.launch.search.presenting import reporting

CARTPOLE = (
    "--task=gymnax/CartPole-v1",
    "--horizon=20",
    "--dataset_size=2",
    "--episodes=1",
    "--loss=cross_entropy",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory, tiny):
    """A finished run of CartPole, its report among what it wrote."""
    folder = tmp_path_factory.mktemp("made")
    assert execute(distill.COMMAND, [*tiny, *CARTPOLE, "--pictures", f"--workdir={folder}"]) == 0
    return folder


def test_a_run_ends_with_a_report_of_everything(made):
    page = (made / "report.html").read_text()
    for words in (
        "gymnax/CartPole-v1",
        "How it was found",
        "The dataset",
        "At play",
        "Make it again",
        "hadax-distill --task=gymnax/CartPole-v1",
        "2 examples",
        "θ̇ (rad/s)",
        "made with",
        "seed",
    ):
        assert words in page, words
    # Its episodes are shorter than those that are known of.
    assert "called solved" not in page
    assert page.count("data:image/png") == 3
    assert page.count("data:image/webp") == 1


def test_a_study_of_other_learners_is_in_the_report(made, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(made, folder)
    (folder / "transfer.csv").write_text("group,width,share\nown,,1\nwidth,<b>,0.5\n")
    assert execute(report.COMMAND, [str(folder)]) == 0
    page = (folder / "report.html").read_text()
    assert "Other learners" in page
    assert "&lt;b&gt;" in page
    assert "wrote" in capsys.readouterr().out


def test_pictures_that_were_left_out_are_drawn_later(tmp_path, tiny):
    """By a report, and by the same search, whose own report then shows them."""
    search = [*tiny, "--task=supervised/digits", "--images_per_class=1", f"--workdir={tmp_path}"]
    assert execute(distill.COMMAND, [*search, "--pictures=false"]) == 0
    assert not (tmp_path / "evolution.gif").exists()
    assert execute(report.COMMAND, [str(tmp_path)]) == 0
    page = (tmp_path / "report.html").read_text()
    assert "On the way" in page
    assert (tmp_path / "evolution.png").exists()
    (tmp_path / "evolution.png").unlink()
    (tmp_path / "report.html").write_text("without it")
    assert execute(distill.COMMAND, [*search, "--pictures"]) == 0
    assert (tmp_path / "evolution.png").exists()
    assert "On the way" in (tmp_path / "report.html").read_text()


def test_a_report_of_a_loose_artifact_takes_nobody_elses_picture(made, tmp_path):
    loose = tmp_path / "loose"
    loose.mkdir()
    shutil.copy(made / "dataset.safetensors", loose / "other.safetensors")
    for name in ("dataset.png", "learning_curve.png"):
        shutil.copy(made / "learning_curve.png", loose / name)
    page = loose / "other.html"
    assert execute(report.COMMAND, [str(loose / "other.safetensors"), f"--out={page}"]) == 0
    curve = base64.b64encode((made / "learning_curve.png").read_bytes()).decode()
    assert curve not in page.read_text()
    assert "The dataset" in page.read_text()
    assert {each.name for each in loose.iterdir()} == {
        "other.safetensors",
        "other.html",
        "dataset.png",
        "learning_curve.png",
    }


def test_what_cannot_be_drawn_costs_a_line(tmp_path, tiny, capsys, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("no paper left")

    monkeypatch.setattr(reporting, "as_html", fail)
    assert execute(distill.COMMAND, [*tiny, "--pictures", f"--workdir={tmp_path / 'run'}"]) == 0
    assert "no report.html: no paper left" in capsys.readouterr().out
    assert (tmp_path / "run" / "dataset.safetensors").is_file()


def test_folders_without_a_result_and_odd_names_are_refused(tmp_path, capsys):
    run, empty = tmp_path / "runs" / "seed=0", tmp_path / "empty"
    empty.mkdir()
    run.mkdir(parents=True)
    (run / "dataset.safetensors").touch()
    for flags, words in (
        ([str(empty)], "no dataset.safetensors"),
        ([str(run.parent)], f"a folder of runs; name one: {run}"),
        ([], "--run="),
        (["zoo:nothing"], "no such entry"),
        ([str(run), "--out=a.pdf"], "must end in .html"),
        ([str(run), "--out=no/a.html"], "no/a.html: there is no folder no"),
    ):
        assert execute(report.COMMAND, flags) == 2
        assert words in capsys.readouterr().err


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)

# Told by the browser itself: what it holds of the page, and how wide that is.
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-extensions",
    "--no-first-run",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [1280, 500])
def test_a_browser_shows_it_without_an_error_or_a_request(made, tmp_path, width):
    log, picture = tmp_path / "net.json", tmp_path / "page.png"
    command = [
        CHROMIUM,
        *_FLAGS,
        f"--user-data-dir={tmp_path / 'profile'}",
        f"--log-net-log={log}",
        f"--window-size={width},1200",
        f"--screenshot={picture}",
        (made / "report.html").as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert picture.is_file(), done.stderr[-500:]
    assert "CONSOLE" not in done.stderr
    asked = re.findall(r'"url":"(https?://[^"]+)"', log.read_text(errors="replace"))
    # Chromium's own: updates of its parts and the like.
    own = ("google.com", "googleapis.com", "gvt1.com", "gstatic.com", "googleusercontent.com")
    assert not [url for url in asked if not any(name in url for name in own)]
