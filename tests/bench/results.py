"""What came out: runs, cells of several rounds, audits, and how contenders compare."""

import math
from collections.abc import Sequence
from operator import attrgetter
from statistics import median
from typing import Final

from attrs import field, frozen

from .load import Measured
from .traffic import Shape

OURS: Final = "altyn"


@frozen
class Run:
    """One contender for a few seconds; with a fault it is no figure at all."""

    measured: Measured | None
    fault: str | None = None


@frozen
class Cell:
    """A contender with so many workers on one shape of traffic: the medians of its rounds."""

    storage: str
    shape: Shape
    workers: int
    contender: str
    runs: Sequence[Run]

    @property
    def fault(self) -> str | None:
        """The first thing that was wrong in any of the rounds."""
        return next((run.fault for run in self.runs if run.fault), None)

    @property
    def per_second(self) -> float:
        """Transfers in a second; not a number when there was a fault."""
        return self._median("per_second")

    @property
    def p50_ms(self) -> float:
        """Half of the calls took no longer."""
        return self._median("p50_ms")

    @property
    def p99_ms(self) -> float:
        """All but one in a hundred took no longer."""
        return self._median("p99_ms")

    def _median(self, figure: str) -> float:
        measured = [run.measured for run in self.runs if run.measured]
        return math.nan if self.fault else median(map(attrgetter(figure), measured))


@frozen
class LawTime:
    """How long one law of an audit took."""

    law: str
    rows: int
    seconds: float
    finding: str | None


@frozen
class Audit:
    """A full audit of a long history."""

    storage: str
    entries: int
    seeding_seconds: float
    laws: Sequence[LawTime]

    @property
    def seconds(self) -> float:
        """How long all of it took."""
        return sum(law.seconds for law in self.laws)


@frozen
class Results:
    """Everything that was measured."""

    cells: Sequence[Cell] = field(factory=tuple)
    audits: Sequence[Audit] = field(factory=tuple)

    def cell(self, storage: str, shape: Shape, workers: int, contender: str) -> Cell | None:
        """That cell, if it was measured."""
        wanted = (storage, shape, workers, contender)
        for cell in self.cells:
            if (cell.storage, cell.shape, cell.workers, cell.contender) == wanted:
                return cell
        return None

    def ratio(self, storage: str, shape: Shape, workers: int, other: str) -> float | None:
        """How many times as many transfers ours does as the other one; None when unknown."""
        ours = self.cell(storage, shape, workers, OURS)
        theirs = self.cell(storage, shape, workers, other)
        if ours is None or theirs is None or not theirs.per_second > 0:
            return None
        return None if math.isnan(ours.per_second) else ours.per_second / theirs.per_second
