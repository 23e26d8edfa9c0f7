"""hadax-play: film a network, trained anew on a dataset, in its environment."""

from hadax.core.errors import ConfigError, UsageError
from hadax.core.settings.config import require_seed
from hadax.core.storage.files import expanded
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed

PLAY = Group(
    "Play",
    (
        Flag("dataset", str, None, "the artifact: dataset.safetensors, its run's folder, zoo:NAME"),
        Flag("task", str, None, "which of a merged dataset's tasks is played"),
        Flag("out", str, "film.gif", "the film: .gif, .webp, .mp4 (needs ffmpeg) or .html"),
        Flag("network_seed", int, 0, "decides the network that is trained (datasets)"),
        Flag("episode_seed", int, 0, "decides the episode"),
        Flag(
            "frozen_statistics",
            bool,
            False,
            "normalise by the file's statistics alone, as policy.act does, not by the episode's own"
            " where the scores do so (per_policy)",
        ),
    ),
)


def main(parsed: Parsed) -> None:
    """Trains a network, plays an episode, and writes its film."""
    from hadax.launch.machine.start import start
    from hadax.pictures.encoding import require_place

    name, out = parsed.text("dataset"), expanded(str(parsed.values["out"]))
    if not name:
        raise ConfigError("dataset", "", "name the artifact: hadax-play dataset.safetensors")
    seeds = {each: parsed.whole(each) for each in ("network_seed", "episode_seed")}
    frozen = bool(parsed.values["frozen_statistics"])
    for each, seed in seeds.items():
        require_seed(each, seed)
    require_place(out)
    start(devices=False)
    from hadax.distilled.loading import load
    from hadax.distilled.merged.dataset import Merged
    from hadax.pictures.figures import require_plotting

    require_plotting()
    found, task = load(name), parsed.text("task")
    if not isinstance(found, Merged):
        if task:
            raise ConfigError("task", task, f"{name} is no merged dataset; it plays its own task")
        film = found.play(out, **seeds, frozen_statistics=frozen)
    elif task:
        film = found.for_task(task).play(out, **seeds, frozen_statistics=frozen)
    else:
        raise UsageError(f"{name} plays several tasks: --task={' or --task='.join(found.names)}")
    print(f"{name}: return {film.episode_return:g} in {film.steps} steps")
    print(f"wrote {out} ({out.stat().st_size:,} bytes)")


COMMAND = Command(
    program="hadax-play",
    summary=__doc__ or "",
    groups=(PLAY,),
    main=main,
    positional="dataset",
    artifacts=("dataset",),
)


def script() -> None:
    """The console script `hadax-play`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
