"""The doctor: finds what is wrong about how Altyn is set up, and says what to do."""

from .examining import examine
from .finding import Check, Finding, Grade
from .house import checks_of_house
from .machine import checks_of_machine, checks_of_settings
from .outside import checks_outside
from .rounds import Report, Rounds, look_around

__all__ = [
    "Check",
    "Finding",
    "Grade",
    "Report",
    "Rounds",
    "checks_of_house",
    "checks_of_machine",
    "checks_of_settings",
    "checks_outside",
    "examine",
    "look_around",
]
