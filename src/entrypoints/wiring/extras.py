"""What is only there when more was installed, and how its lack is told."""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Final

from .errors import SettingWrong

OF_TON: Final = frozenset({"nacl", "pytoniq_core", "segno"})
"""What the extra `ton` installs."""
OF_STARS: Final = frozenset({"nacl", "telethon"})
"""What the extra `stars` installs."""
OF_SENTRY: Final = frozenset({"sentry_sdk"})
"""What the extra `sentry` installs."""
OF_OTEL: Final = frozenset({"opentelemetry"})
"""What the extra `otel` installs."""


@contextmanager
def with_ton(setting: str, what: str) -> Iterator[None]:
    """
    Import what needs the extra `ton`.

    Raises:
        SettingWrong: it is not installed.
    """
    with _with("ton", OF_TON, setting, what):
        yield


@contextmanager
def with_stars(setting: str, what: str) -> Iterator[None]:
    """
    Import what needs the extra `stars`.

    Raises:
        SettingWrong: it is not installed.
    """
    with _with("stars", OF_STARS, setting, what):
        yield


@contextmanager
def with_sentry(setting: str, what: str) -> Iterator[None]:
    """
    Import what needs the extra `sentry`.

    Raises:
        SettingWrong: it is not installed.
    """
    with _with("sentry", OF_SENTRY, setting, what):
        yield


@contextmanager
def with_otel(setting: str, what: str) -> Iterator[None]:
    """
    Import what needs the extra `otel`.

    Raises:
        SettingWrong: it is not installed.
    """
    with _with("otel", OF_OTEL, setting, what):
        yield


@contextmanager
def _with(extra: str, modules: Set[str], setting: str, what: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as absent:
        if absent.name is None or absent.name.partition(".")[0] not in modules:
            raise
        raise SettingWrong(
            setting, f"{what} more than is installed: pip install 'altyn[{extra}]'"
        ) from None
