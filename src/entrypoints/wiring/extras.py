"""What is only there when more was installed, and how its lack is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from .errors import SettingWrong

OF_TON: Final = frozenset({"pytoniq_core", "segno"})
"""What the extra `ton` installs."""


@contextmanager
def with_ton(setting: str, what: str) -> Iterator[None]:
    """
    Import what needs the extra `ton`.

    Raises:
        SettingWrong: it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as absent:
        if absent.name not in OF_TON:
            raise
        raise SettingWrong(
            setting, f"{what} more than is installed: pip install 'altyn[ton]'"
        ) from None
