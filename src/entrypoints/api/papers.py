"""A statement as a table that any program for tables reads."""

import csv
from io import StringIO
from typing import Final

from ...core.balances import Statement
from ..wiring.plain import PlainEntry

CSV: Final = "text/csv"
COLUMNS: Final = (
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
)
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that programs for tables would carry out."""


def head() -> str:
    """The names of the columns."""
    return _written([COLUMNS])


def lines(page: Statement) -> str:
    """A line for each entry."""
    return _written([_row(PlainEntry.of(entry)) for entry in page.entries])


def _row(entry: PlainEntry) -> tuple[str, ...]:
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


def _text(words: str) -> str:
    """Words of others: they stay words."""
    return f"'{words}" if words.startswith(FORMULAS) else words


def _written(rows: list[tuple[str, ...]]) -> str:
    paper = StringIO()
    csv.writer(paper).writerows(rows)
    return paper.getvalue()
