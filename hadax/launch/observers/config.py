"""How a search is watched; imports no JAX. It changes nothing of what is found."""

import importlib.util
from dataclasses import dataclass

from hadax.core.errors import UsageError, require
from hadax.core.settings.fields import check, setting

LOGS: tuple[str, ...] = ("csv", "tensorboard", "wandb")
"""Where metrics can go: the run's metrics.csv, and two programs that show them."""

_PACKAGES = {"tensorboard": "tensorboardX", "wandb": "wandb"}


@dataclass(frozen=True)
class MonitoringConfig:
    """What is kept of every generation, beside the search itself."""

    log: tuple[str, ...] = setting(
        ("csv",), "where every generation's metrics go, some of", choices=LOGS
    )
    profile: bool = setting(
        False, "trace three generations for JAX's profilers, and time the parts of one"
    )
    pictures: bool = setting(
        True, "draw what was found, and its report, at the end; hadax-report draws it later"
    )

    def __post_init__(self) -> None:
        check(self)

    def require_means(self, in_folder: bool) -> None:
        """Refuses what cannot be written here, before anything is computed.

        Args:
          in_folder: whether the run has a folder.

        Raises:
          ConfigError: there is no folder to write to.
          UsageError: a package is missing; names the extra that has it.
        """
        for name in self.log:
            package = _PACKAGES.get(name)
            if package is None:
                continue
            require(in_folder, "log", name, "needs a folder: give workdir")
            if importlib.util.find_spec(package) is None:
                raise UsageError(f"--log={name}: needs {package}; pip install 'hadax[log]'")
        require(in_folder or not self.profile, "profile", True, "needs a folder: give workdir")
