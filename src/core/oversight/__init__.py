"""The shop as those see it who look after it: what a day came to, and what waits for a person."""

from .cases import ReadCases
from .doubts import Doubt, DoubtKind, ReadDoubts, Thing
from .figures import Figures, ReadFigures, Tallies, Tally
from .finding import Person, ReadLimits, ReadPerson, Trace, TraceMoney
from .vitals import SUMS_EVERY, Ailment, Sufferers, TellVitals, Vitals

__all__ = [
    "SUMS_EVERY",
    "Ailment",
    "Doubt",
    "DoubtKind",
    "Figures",
    "Person",
    "ReadCases",
    "ReadDoubts",
    "ReadFigures",
    "ReadLimits",
    "ReadPerson",
    "Sufferers",
    "Tallies",
    "Tally",
    "TellVitals",
    "Thing",
    "Trace",
    "TraceMoney",
    "Vitals",
]
