"""hadax-show: look at a dataset, its states as the environment shows them, its actions as bars."""

from hadax.core.errors import ConfigError, require
from hadax.core.storage.files import expanded
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed

SHOW = Group(
    "Show",
    (
        Flag("dataset", str, None, "the artifact: dataset.safetensors, its run's folder, zoo:NAME"),
        Flag("out", str, None, "a .png file; without it the terminal shows a preview"),
        Flag("width", float, 7.0, "of the .png in inches; 3.4 is a paper's column; in [2, 20]"),
    ),
)


def main(parsed: Parsed) -> None:
    """Draws the examples into a file, or on the terminal."""
    from hadax.launch.machine.start import start

    name, width = parsed.text("dataset"), parsed.values["width"]
    if not name:
        raise ConfigError("dataset", "", "name the artifact: hadax-show dataset.safetensors")
    assert isinstance(width, float)
    require(2 <= width <= 20, "width", width, "must be in [2, 20]")
    out = parsed.place("out", ".png")
    start(devices=False)
    from hadax.distilled.loading import load_dataset
    from hadax.pictures.datasets import draw_dataset
    from hadax.pictures.figures import require_plotting
    from hadax.pictures.terminal import preview, shows_colours

    require_plotting()
    found = load_dataset(name)
    title = f"{found.header.task.task} in {found.size_in_words}: {found.score or 'not measured'}"
    if out is None:
        print(f"{title}\n\n{preview(found, shows_colours())}")
        return
    path = expanded(out)
    draw_dataset(found, path, title, width)
    print(f"wrote {path} ({path.stat().st_size:,} bytes)")


COMMAND = Command(
    program="hadax-show",
    summary=__doc__ or "",
    groups=(SHOW,),
    main=main,
    answers=True,
    positional="dataset",
    artifacts=("dataset",),
)


def script() -> None:
    """The console script `hadax-show`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
