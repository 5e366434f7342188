"""The shop as those see it who look after it: what a day came to, and what waits for a person."""

from .cases import ReadCases
from .doubts import Doubt, DoubtKind, ReadDoubts, Thing
from .figures import Figures, ReadFigures, Tallies, Tally
from .finding import Person, ReadLimits, ReadPerson, Trace, TraceMoney

__all__ = [
    "Doubt",
    "DoubtKind",
    "Figures",
    "Person",
    "ReadCases",
    "ReadDoubts",
    "ReadFigures",
    "ReadLimits",
    "ReadPerson",
    "Tallies",
    "Tally",
    "Thing",
    "Trace",
    "TraceMoney",
]
