"""How often one may: policies, the meter that counts, and who is told to wait."""

from .asking import AskLimits
from .attempts import BY_ACCOUNT, BY_ADDRESS, Attempt, SignInAttempts
from .concurrency import Concurrency
from .demands import DEMANDS_MAX, KEY_LENGTH_MAX, check_key, digest
from .demands import check as check_demands
from .errors import (
    CostMalformed,
    CostNever,
    DemandsMalformed,
    KeyMalformed,
    MeterAway,
    MeterFull,
    PolicyMalformed,
    RuleUnknown,
    SubjectMissing,
    TooOften,
)
from .policy import ENTRIES_MAX, LIMIT_MAX, Answer, Policy
from .ports import Admission, Demand, Meter
from .rate import Rate
from .rules import EVERYBODY, Rule, Rulebook
from .steady import SteadyMeter
from .window import FixedWindow, StrictWindow

__all__ = [
    "BY_ACCOUNT",
    "BY_ADDRESS",
    "DEMANDS_MAX",
    "ENTRIES_MAX",
    "EVERYBODY",
    "KEY_LENGTH_MAX",
    "LIMIT_MAX",
    "Admission",
    "Answer",
    "AskLimits",
    "Attempt",
    "Concurrency",
    "CostMalformed",
    "CostNever",
    "Demand",
    "DemandsMalformed",
    "FixedWindow",
    "KeyMalformed",
    "Meter",
    "MeterAway",
    "MeterFull",
    "Policy",
    "PolicyMalformed",
    "Rate",
    "Rule",
    "RuleUnknown",
    "Rulebook",
    "SignInAttempts",
    "SteadyMeter",
    "StrictWindow",
    "SubjectMissing",
    "TooOften",
    "check_demands",
    "check_key",
    "digest",
]
