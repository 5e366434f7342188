"""Tables for people and for Markdown."""

from collections.abc import Sequence

from attrs import frozen


@frozen
class Table:
    """A title, the heads of the columns and the rows; the first columns are words."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    """How many of the first columns are words; figures stand to the right."""
    notes: Sequence[str] = ()

    def text(self) -> str:
        """For a terminal."""
        lines = [self.heads, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        drawn = ["  ".join(map(self._cell, range(len(widths)), line, widths)) for line in lines]
        drawn.insert(1, "  ".join("-" * width for width in widths))
        body = "\n".join(line.rstrip() for line in drawn)
        return "\n".join([self.title, "", body, *self.notes, ""])

    def markdown(self) -> str:
        """For a page."""
        marks = ["---" if at < self.words else "--:" for at in range(len(self.heads))]
        lines = [f"| {' | '.join(cells)} |" for cells in (self.heads, marks, *self.rows)]
        notes = [f"\n{note}" for note in self.notes]
        return "\n".join([f"**{self.title}**", "", *lines, *notes, ""])

    def _cell(self, at: int, text: str, width: int) -> str:
        return text.ljust(width) if at < self.words else text.rjust(width)
