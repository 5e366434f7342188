"""The libraries we are measured beside, which are installed for the benchmark alone."""

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

LIMITERS: Final = ("limits", "throttled-py", "pyrate-limiter")
QUEUES: Final = ("pgqueuer", "procrastinate")
BREAKERS: Final = ("purgatory", "pybreaker", "circuitbreaker", "tenacity", "stamina")


def peer(name: str) -> Any:
    """The module of that name."""
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        sys.exit(f"{missing}; `nox -s bench` installs what we are measured beside")


def versions(packages: tuple[str, ...]) -> Mapping[str, str]:
    """Which of each was measured."""
    return {"beside": ", ".join(f"{package} {version(package)}" for package in packages)}
