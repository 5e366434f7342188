"""The shop as those see it who look after it: what a day came to, and what waits for a person."""

from .cases import ReadCases
from .doubts import Doubt, DoubtKind, ReadDoubts, Thing
from .figures import Figures, ReadFigures, Tallies, Tally

__all__ = [
    "Doubt",
    "DoubtKind",
    "Figures",
    "ReadCases",
    "ReadDoubts",
    "ReadFigures",
    "Tallies",
    "Tally",
    "Thing",
]
