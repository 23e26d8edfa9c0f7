"""Versions of what makes an artifact, and what has changed since."""

from importlib.metadata import PackageNotFoundError, version

import hadax
from hadax.distilled.files.header import Header

_SIMULATORS = {
    "gymnax": ("gymnax",),
    "brax": ("brax", "mujoco", "mujoco-mjx"),
    "playground": ("playground", "mujoco", "mujoco-mjx"),
}
_PACKAGES = ("jax", "flax", "optax", "evosax", *dict.fromkeys(sum(_SIMULATORS.values(), ())))


def package_versions() -> dict[str, str]:
    """Versions of what makes an artifact here, by name."""
    versions = {"hadax": hadax.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


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
