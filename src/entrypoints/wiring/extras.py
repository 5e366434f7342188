"""What not everybody has installed, asked for when it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from .errors import SettingWrong

OF_TON: Final = frozenset({"pytoniq_core", "segno"})
"""What the extra `ton` installs."""


@contextmanager
def needs_ton() -> Iterator[None]:
    """
    A block that imports what TON needs.

    Raises:
        SettingWrong: it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as absent:
        if absent.name not in OF_TON:
            raise
        raise SettingWrong(
            "ALTYN_TON_ADDRESS", "TON needs more than is installed: pip install 'altyn[ton]'"
        ) from None
