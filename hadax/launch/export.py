"""hadax-export: a distilled dataset for other tools: arrays, tables, a Hugging Face dataset.

What training on it needs is written beside it as JSON: preprocessing, network, inner loop, names.
"""

from hadax.core.errors import ConfigError
from hadax.core.storage.files import require_folder
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed

EXPORT = Group(
    "Export",
    (
        Flag("dataset", str, None, "the artifact: dataset.safetensors, its run's folder, zoo:NAME"),
        Flag(
            "to",
            str,
            "auto",
            "by the file's ending; npz, csv, parquet, torch, gymnasium, huggingface",
        ),
        Flag("out", str, None, "the file to write; a folder for huggingface"),
        Flag("license", str, "apache-2.0", "of the data, for a Hugging Face dataset's card"),
    ),
)


def main(parsed: Parsed) -> None:
    """Loads the artifact, writes it in the other format, and says where."""
    from hadax.distilled.files.exports import HUGGING_FACE, format_of
    from hadax.launch.machine.start import start

    for name, example in (("dataset", "hadax-export zoo:NAME"), ("out", "--out=cartpole.npz")):
        if not parsed.values[name]:
            raise ConfigError(name, "", f"name the file: {example}")
    out = str(parsed.values["out"])
    to = format_of(out, str(parsed.values["to"]))
    # A Hugging Face dataset is a folder of its own, made with those above it.
    if to != HUGGING_FACE:
        require_folder(out)
    start(devices=False)
    from hadax.distilled.loading import load_dataset

    distilled = load_dataset(str(parsed.values["dataset"]))
    written = distilled.export(out, to, str(parsed.values["license"]))
    beside = "" if written.is_dir() else f", {written.with_suffix('.json').name} beside it"
    print(f"wrote {written}{beside}: {distilled.header.task.task} in {distilled.size_in_words}")


COMMAND = Command(
    program="hadax-export",
    summary=__doc__ or "",
    groups=(EXPORT,),
    main=main,
    positional="dataset",
    artifacts=("dataset",),
)


def script() -> None:
    """The console script `hadax-export`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
