"""Lists as tables that any program for tables reads."""

import csv
from collections.abc import Callable, Iterable
from io import StringIO
from typing import Final, Generic, TypeVar

from attrs import frozen

from ...core.balances import Entry, KeptHold
from ..wiring.plain import PlainEntry, PlainHold

CSV: Final = "text/csv"
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that programs for tables would carry out."""

Row = tuple[str, ...]
Line = TypeVar("Line")


@frozen
class Paper(Generic[Line]):
    """A kind of table."""

    columns: Row
    row: Callable[[Line], Row]
    suffix: str = ""
    """What sets the name of its file apart."""

    def head(self) -> str:
        """The names of the columns."""
        return _written([self.columns])

    def lines(self, these: Iterable[Line]) -> str:
        """A line for each."""
        return _written(map(self.row, these))


def _entry(one: Entry) -> Row:
    entry = PlainEntry.of(one)
    return (
        str(entry.number),
        entry.at,
        entry.change.amount,
        entry.after.amount,
        entry.change.asset,
        entry.kind,
        _text(entry.counterpart),
        _text(entry.reference),
        _text(entry.memo),
        entry.transfer,
        entry.corrects or "",
    )


def _hold(one: KeptHold) -> Row:
    hold = PlainHold.of(one)
    return (
        hold.placed_at,
        hold.amount.amount,
        hold.captured.amount,
        hold.amount.asset,
        hold.state,
        _text(hold.reference),
        hold.expires_at or "",
        hold.closed_at or "",
        hold.id,
    )


def _text(words: str) -> str:
    """Words of others: they stay words."""
    return f"'{words}" if words.startswith(FORMULAS) else words


def _written(rows: Iterable[Row]) -> str:
    paper = StringIO()
    csv.writer(paper).writerows(rows)
    return paper.getvalue()


ENTRIES: Final = Paper(
    (
        "number",
        "at",
        "change",
        "after",
        "asset",
        "kind",
        "counterpart",
        "reference",
        "memo",
        "transfer",
        "corrects",
    ),
    _entry,
)
HOLDS: Final = Paper(
    (
        "placed_at",
        "amount",
        "captured",
        "asset",
        "state",
        "reference",
        "expires_at",
        "closed_at",
        "hold",
    ),
    _hold,
    suffix="-holds",
)
