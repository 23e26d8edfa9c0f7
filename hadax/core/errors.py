"""The one exception for settings and files that cannot work."""


class UsageError(ValueError):
    """What the caller passed cannot work; the message is one line that says what would be right."""


class ConfigError(UsageError):
    """A setting that cannot work.

    Attributes:
      name: the setting's name, the same as its flag's.
      value: what was given.
      expected: what would be right, in words.
    """

    def __init__(self, name: str, value: object, expected: str) -> None:
        super().__init__(f"{name}={value}: {expected}")
        self.name = name
        self.value = value
        self.expected = expected


class ArtifactError(UsageError):
    """A file that is not a hadax artifact, is damaged, or contradicts itself."""


def require(condition: bool, name: str, value: object, expected: str) -> None:
    """Raises ConfigError unless the condition holds."""
    if not condition:
        raise ConfigError(name, value, expected)


def require_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raises ConfigError, listing the choices, unless the value is one of them."""
    require(value in choices, name, value, f"must be one of {', '.join(choices)}")
