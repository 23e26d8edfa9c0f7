"""Versions of what makes an artifact, and what has changed since."""

from importlib.metadata import PackageNotFoundError, version

import hadax
from hadax.core.entry_points import brought_by
from hadax.distilled.files.header import Header
from hadax.learners.registry import ENTRY_POINT_GROUP as LEARNERS
from hadax.tasks.registry import ENTRY_POINT_GROUP as TASKS

_SIMULATORS = {
    "gymnax": ("gymnax",),
    "brax": ("brax", "mujoco", "mujoco-mjx"),
    "playground": ("playground", "mujoco", "mujoco-mjx"),
}
_PACKAGES = ("jax", "flax", "optax", "evosax", *dict.fromkeys(sum(_SIMULATORS.values(), ())))


def package_versions() -> dict[str, str]:
    """Versions of what makes an artifact here, by name."""
    found = {package: _version(package) for package in _PACKAGES}
    return {"hadax": hadax.__version__, **{name: each for name, each in found.items() if each}}


def _version(package: str) -> str:
    """An installed package's; "" of one that is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def plug_in_versions(task: str, learner: str) -> dict[str, str]:
    """Versions of the installed packages that bring a task and a learner, both by their names."""
    return {**brought_by(TASKS, task), **brought_by(LEARNERS, learner)}


def missing_plug_ins(header: Header) -> str:
    """The packages of plug-ins that an artifact was made with and that are not here; "" if none."""
    here = {"hadax", *_PACKAGES}
    foreign = {name: found for name, found in header.versions.items() if name not in here}
    return ", ".join(f"{name} {found}" for name, found in foreign.items() if not _version(name))


def changed_versions(header: Header) -> str:
    """Which simulators are of another version here than where the artifact was made; "" if none."""
    here = package_versions()
    simulators = _SIMULATORS.get(header.task.task.partition("/")[0], ())
    changed = [
        f"{name} {before}, here {here.get(name, 'none')}"
        for name, before in header.versions.items()
        if name in simulators and here.get(name) != before
    ]
    return f"made with {'; '.join(changed)}" if changed else ""
