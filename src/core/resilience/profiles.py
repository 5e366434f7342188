"""How boldly we use a stranger's endpoints: a few tried sets of numbers, each within bounds."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from attrs import define, frozen

from ..errors import Missing, Refused

BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "delay_max_seconds": (1, 3600),
    "preemptive_delay_seconds": (0, 600),
    "circuit_threshold": (1, 100),
    "circuit_timeout_seconds": (1, 3600),
    "backoff_multiplier": (1, 10),
    "poll_seconds": (0.5, 3600),
    "price_ttl_seconds": (1, 600),
    "retries_max": (0, 10),
    "request_timeout_seconds": (1, 120),
}
"""What any profile may say: beyond them we would hammer others or hang."""

WHOLE: Final = ("circuit_threshold", "retries_max")
NAME_MAX: Final = 40


@define
class MisjudgedProfile(Refused):
    """A number of the profile makes no sense."""

    profile: str
    setting: str
    reason: str

    def __str__(self) -> str:
        return f"profile {self.profile!r}: {self.setting} {self.reason}"


@define
class UnknownProfile(Missing):
    """No profile has this name."""

    profile: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        near = get_close_matches(self.profile, self.known, n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        return f"no profile is called {self.profile!r}; {meant}known: {', '.join(self.known)}"


@frozen(kw_only=True)
class Profile:
    """Numbers that belong together, from patient to bold."""

    name: str
    delay_max_seconds: float
    """The longest pause between two tries."""
    preemptive_delay_seconds: float
    """How long to hold back when little of a provider's limit remains."""
    circuit_threshold: int
    """So many failures in a row make an endpoint broken."""
    circuit_timeout_seconds: float
    """How long a broken endpoint rests before it is tried again."""
    backoff_multiplier: float
    """How many times longer each pause is than the one before."""
    poll_seconds: float
    """The pause between two looks at a collection."""
    price_ttl_seconds: float
    """How long a price that was read is believed."""
    retries_max: int
    """How many tries may follow the first."""
    request_timeout_seconds: float
    """How long one request may take."""

    def __attrs_post_init__(self) -> None:
        for setting, (least, most) in BOUNDS.items():
            value = getattr(self, setting)
            wanted = int if setting in WHOLE else (int, float)
            if isinstance(value, bool) or not isinstance(value, wanted):
                reason = f"is not a {'whole ' if setting in WHOLE else ''}number: {value!r}"
                raise MisjudgedProfile(self.name, setting, reason)
            if not least <= value <= most:  # nor is anything that is not a number at all
                reason = f"is from {least:g} to {most:g}, not {value:g}"
                raise MisjudgedProfile(self.name, setting, reason)
        if self.preemptive_delay_seconds > self.delay_max_seconds:
            reason = f"is above delay_max_seconds, {self.delay_max_seconds:g}"
            raise MisjudgedProfile(self.name, "preemptive_delay_seconds", reason)


def _profile(name: str, *numbers: float) -> Profile:
    return Profile(name=name, **dict(zip(BOUNDS, numbers, strict=True)))  # type: ignore[arg-type]


# The order is that of BOUNDS.
SAFE: Final = _profile("safe", 600, 120, 2, 600, 3, 10, 60, 3, 45)
BALANCED: Final = _profile("balanced", 300, 60, 3, 300, 2, 5, 30, 5, 30)
FAST: Final = _profile("fast", 60, 10, 5, 120, 1.5, 2, 10, 4, 20)
AGGRESSIVE: Final = _profile("aggressive", 30, 5, 7, 60, 1.2, 1, 5, 3, 15)
EXTREME: Final = _profile("extreme", 15, 2, 10, 30, 1.1, 1, 3, 2, 10)

PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile for profile in (SAFE, BALANCED, FAST, AGGRESSIVE, EXTREME)
}


def profile_named(name: str) -> Profile:
    """
    The profile of that name.

    Raises:
        UnknownProfile: there is none.
    """
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownProfile(name[:NAME_MAX], tuple(PROFILES)) from None
