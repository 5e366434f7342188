"""Surviving the outside: what is asked of it, how often, and what is done when it fails."""

from .backoff import Backoff
from .breaker import State
from .breaker_policy import BreakerPolicy, Step
from .cache import Aside, Cache, CacheUnreachable, Copy, Lease
from .candidates import Candidate, Effect, Operation
from .dependencies import DEPENDENCIES
from .endpoint_errors import (
    MisdeclaredOperation,
    NoCandidate,
    NotExecuted,
    TurnedAway,
    UnknownOperation,
)
from .endpoints import EndpointPool
from .errors import CircuitOpen, OutOfBounds, SharingAway
from .guard import Changed, Guard
from .outcome import Outcome, outcome_of
from .profiles import (
    AGGRESSIVE,
    BALANCED,
    EXTREME,
    FAST,
    PROFILES,
    SAFE,
    MisjudgedProfile,
    Profile,
    UnknownProfile,
    profile_named,
)
from .remembering import remembering
from .reputation import Reputation, Reputations
from .retry import Repeatable, Retry, RetryBudget, RetryPolicy
from .sharing import Place, SharedTrips, Trip
from .turns import PATIENCE, Priority, Turns, WaitedTooLong

__all__ = [
    "AGGRESSIVE",
    "BALANCED",
    "DEPENDENCIES",
    "EXTREME",
    "FAST",
    "PATIENCE",
    "PROFILES",
    "SAFE",
    "Aside",
    "Backoff",
    "BreakerPolicy",
    "Cache",
    "CacheUnreachable",
    "Candidate",
    "Changed",
    "CircuitOpen",
    "Copy",
    "Effect",
    "EndpointPool",
    "Guard",
    "Lease",
    "MisdeclaredOperation",
    "MisjudgedProfile",
    "NoCandidate",
    "NotExecuted",
    "Operation",
    "OutOfBounds",
    "Outcome",
    "Place",
    "Priority",
    "Profile",
    "Repeatable",
    "Reputation",
    "Reputations",
    "Retry",
    "RetryBudget",
    "RetryPolicy",
    "SharedTrips",
    "SharingAway",
    "State",
    "Step",
    "Trip",
    "TurnedAway",
    "Turns",
    "UnknownOperation",
    "UnknownProfile",
    "WaitedTooLong",
    "outcome_of",
    "profile_named",
    "remembering",
]
