"""A goal, what was measured, and the table that says so; not a test, machines differ."""

from collections.abc import Iterable

from attrs import frozen

from .table import Table


@frozen
class Goal:
    """One of them, with what was measured; None when it was not."""

    words: str
    wanted: str
    measured: str | None
    met: bool

    @property
    def verdict(self) -> str:
        """In one word, or three."""
        if self.measured is None:
            return "not measured"
        return "met" if self.met else "missed"


def table_of(goals: Iterable[Goal]) -> Table:
    """All of them, met or not."""
    return Table(
        "Goals",
        ["goal", "wanted", "measured", "verdict"],
        [[each.words, each.wanted, each.measured or "–", each.verdict] for each in goals],
    )
