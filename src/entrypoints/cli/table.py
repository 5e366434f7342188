"""Tables for people: as wide as the terminal at most, numbers to the right."""

from collections.abc import Sequence
from typing import Final
from unicodedata import combining, east_asian_width

from attrs import frozen

GAP: Final = "  "
SHRUNK_MIN: Final = 8


@frozen
class Column:
    """How one column is set."""

    title: str
    right: bool = False
    shrinks: bool = False
    """Whether it may be cut when the terminal is too narrow; what counts never is."""


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None = None
) -> list[str]:
    """The lines of the table; without a width nothing is cut."""
    shown = [[column.title for column in columns], *rows]
    widths = [max(map(cells, texts)) for texts in zip(*shown, strict=True)]
    if width is not None:
        widths = _narrowed(columns, widths, width)
    return [GAP.join(map(_set, columns, widths, row)).rstrip() for row in shown]


def cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text
    )


def cut(text: str, width: int) -> str:
    """The text in at most so many cells, with an ellipsis where something is left out."""
    if cells(text) <= width:
        return text
    kept, room = "", width - 1
    for sign in text:
        room -= cells(sign)
        if room < 0:
            break
        kept += sign
    return kept + "…"


def _set(column: Column, width: int, text: str) -> str:
    text = cut(text, width)
    blank = " " * (width - cells(text))
    return blank + text if column.right else text + blank


def _narrowed(columns: Sequence[Column], widths: list[int], width: int) -> list[int]:
    """Take from the widest that may shrink until the rest fits, or nothing may shrink further."""
    narrowed = list(widths)
    excess = sum(narrowed) + len(GAP) * (len(narrowed) - 1) - width
    while excess > 0:
        at = max(range(len(narrowed)), key=lambda at: columns[at].shrinks * narrowed[at])
        if not columns[at].shrinks or narrowed[at] <= SHRUNK_MIN:
            break
        narrowed[at] -= 1
        excess -= 1
    return narrowed
