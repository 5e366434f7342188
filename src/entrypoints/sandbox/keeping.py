"""What the world remembers from one start to the next: a file of data, and of no code."""

import io
import os
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import define, frozen

from ...core.clock import Clock
from ...core.errors import Refused
from .desks import Desks
from .telegram_updates import Poll

KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "telegram": ("updates", "chats", "stars", "sales", "talk"),
    "heleket": ("invoices", "wallets", "top_ups", "notices", "seen", "refunds"),
    "ton": ("chain",),
    "fragment": ("requests", "payments", "confirmed", "pages", "_made", "_tokens"),
    "stickerdom": ("collections", "orders", "owned", "payments", "_made", "_tokens_from"),
}
"""Of each desk, what its people and their shop would miss."""
SHAPE: Final = 1
"""Counts up when what is kept changes."""
OURS: Final = __name__.rpartition(".")[0] + "."
OTHERS: Final = frozenset(
    {
        ("_codecs", "encode"),
        ("bitarray._bitarray", "_bitarray_reconstructor"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("pytoniq_core.boc.cell", "Cell"),
        ("pytoniq_core.boc.exotic", "LevelMask"),
        ("pytoniq_core.boc.tvm_bitarray", "TvmBitarray"),
    }
)
"""All that may be made of the file beside values of our own; none of it runs what it reads."""


@define
class WorldUnreadable(Refused):
    """What was kept is of another version, or no world at all."""

    path: Path
    why: str

    def __str__(self) -> str:
        return (
            f"{self.path} cannot be read ({self.why}): move the folder {self.path.parent} away, "
            "and the sandbox begins anew"
        )


@frozen
class Keeping:
    """Where the world is kept."""

    path: Path

    def keep(self, desks: Desks) -> None:
        """As it is now, in the place of what was kept before."""
        states = {
            desk: {name: getattr(getattr(desks, desk), name) for name in names}
            for desk, names in KEPT.items()
        }
        written = io.BytesIO()
        _Writer(written, desks.telegram.clock).dump((SHAPE, states))
        beside = self.path.with_suffix(".new")
        with open(beside, "wb", opener=_for_us_alone) as file:
            file.write(written.getvalue())
        beside.replace(self.path)

    def restore(self, desks: Desks) -> bool:
        """
        Put the desks back to where they were; whether anything was kept.

        Raises:
            WorldUnreadable: it cannot be made out.
        """
        if not self.path.exists():
            return False
        try:
            read = _Reader(io.BytesIO(self.path.read_bytes()), desks.telegram.clock).load()
            shape, states = read
            if shape != SHAPE or states.keys() != KEPT.keys():
                raise ValueError("it is of another version")
            found = [(desk, name, states[desk][name]) for desk in KEPT for name in KEPT[desk]]
        except Exception as wrong:  # unpickling fails in many ways
            raise WorldUnreadable(self.path, str(wrong) or type(wrong).__name__) from None
        for desk, name, state in found:
            setattr(getattr(desks, desk), name, state)
        desks.watch_the_chain()
        return True


class _Writer(pickle.Pickler):
    """Leaves out what is of this process alone."""

    def __init__(self, file: io.BytesIO, clock: Clock) -> None:
        super().__init__(file, protocol=5)
        self.clock = clock

    def persistent_id(self, what: object) -> str | None:
        if what is self.clock:
            return "clock"
        return "nobody" if isinstance(what, Poll) else None


class _Reader(pickle.Unpickler):
    """Makes values of the sandbox, and nothing else whatever stands in the file."""

    def __init__(self, file: io.BytesIO, clock: Clock) -> None:
        super().__init__(file)
        self.clock = clock

    def persistent_load(self, name: object) -> Clock | None:
        return self.clock if name == "clock" else None

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in OTHERS:
            return super().find_class(module, name)
        found = getattr(sys.modules.get(module), name, None) if module.startswith(OURS) else None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong there")
        return found


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
