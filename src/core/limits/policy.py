"""What policies have in common: a name, a largest cost, and one rule each."""

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any, ClassVar, Final, Self

from attrs import field, frozen

from .errors import CostMalformed, CostNever, PolicyMalformed

SECOND: Final = 1_000_000
WINDOW_MIN_SECONDS: Final = Fraction(1, 1000)
WINDOW_MAX_SECONDS: Final = 366 * 24 * 3600
LIMIT_MAX: Final = 1_000_000
ENTRIES_MAX: Final = 10_000
"""The largest limit of policies that remember every admission on its own."""
NAME_LENGTH_MAX: Final = 100

Seconds = int | float | Fraction

State = Any
"""What a meter keeps of one key; None for an idle one. Only its policy knows what is in it."""

Answer = tuple[int, int, int]
"""Wait, remaining and full, as `Policy.take` says. A plain tuple: limits are asked at every step
of everything, and should cost less than what they guard."""


def derived() -> Any:
    """A value that follows from the others, and says nothing new."""
    return field(init=False, eq=False, repr=False)


@frozen(kw_only=True, cache_hash=True)
class Policy:
    """
    How often one may, as data.

    The name says what is counted: policies of one name and kind count together, windows and
    leases when they are of one length, so a role's larger limit goes on with the debt of the
    smaller. Times are whole microseconds of whatever clock the meter goes by. When the meter that
    processes share cannot be asked, a policy that fails closed refuses, and one that does not is
    counted by each process alone.
    """

    kind: ClassVar[str]
    """One word, by which states of different kinds are told apart."""
    grows: ClassVar[bool] = False
    """Whether a state takes more room the more is spent."""

    name: str = field()
    fails_closed: bool = True
    table: str = derived()
    """What is counted together: one kind, one name, one length of time."""
    most: int = derived()
    """The largest cost that can ever be admitted."""

    @name.validator
    def _named(self, _: object, name: object) -> None:
        if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH_MAX:
            raise PolicyMalformed(str(name)[:40], f"a name has 1 to {NAME_LENGTH_MAX} characters")
        # Names and keys stand beside each other with a colon between them.
        if not name.isprintable() or " " in name or ":" in name:
            raise PolicyMalformed(name, "a name is printable, without spaces and colons")

    def derive(self, **values: object) -> None:
        """Keep what follows from the rest: plain attributes are read in a third of the time."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def times(self, multiplier: Fraction) -> Self:
        """The same for somebody who may do that many times as much; never less than one."""
        raise NotImplementedError

    def take(self, state: State, now: int, cost: int, lease: str) -> tuple[Answer, State]:
        """
        Whether that much may be spent, and what would then be kept.

        `wait` is 0 when it may, else how long until it might; `remaining` is what could be spent
        at once after this; `full` is how long until everything could, if nobody asks meanwhile.
        Nothing is spent before the state answered here is kept in place of the old one; when it
        may not be spent, it is the old one.
        """
        raise NotImplementedError

    def release(self, state: State, lease: str) -> State:
        """The state without what was leased under that name."""
        return state

    def forgive(self, state: State, end: int, cost: int, lease: str) -> State:
        """The state as though that admission had not been, where this can be told."""
        return self.release(state, lease)

    def idle_at(self, state: State) -> int:
        """When the state says no more than None does."""
        raise NotImplementedError

    def places(self, state: State) -> int:
        """How much room the state takes, in numbers remembered."""
        return 1

    def check(self, cost: int) -> None:
        """
        Whether it makes sense to ask for that much.

        Raises:
            CostMalformed: it is no whole number above zero.
            CostNever: waiting would not help.
        """
        if type(cost) is not int or cost < 1:
            raise CostMalformed(self.name, cost)
        if cost > self.most:
            raise CostNever(self.name, cost, self.most)


def whole(most: int) -> Callable[[Any, Any, Any], None]:
    """A validator: a whole number from 1 to the most."""

    def checked(policy: Policy, attribute: Any, value: Any) -> None:
        if type(value) is not int or not 1 <= value <= most:
            raise PolicyMalformed(
                policy.name, f"its {attribute.name} is a whole number from 1 to {most}"
            )

    return checked


def lasting(policy: Any, attribute: Any, seconds: Any) -> None:
    """A validator: a time that is neither too short to be counted nor longer than a year."""
    number = isinstance(seconds, (int, float, Fraction)) and not isinstance(seconds, bool)
    if not number or not WINDOW_MIN_SECONDS <= seconds <= WINDOW_MAX_SECONDS:
        least = float(WINDOW_MIN_SECONDS)
        raise PolicyMalformed(
            policy.name, f"its {attribute.name} are from {least} to {WINDOW_MAX_SECONDS}"
        )


def microseconds(seconds: Seconds, parts: int = 1) -> int:
    """
    One of so many parts, rounded up: rounding is never to the loss of a limit.

    A float is what it is written as: 0.1 is a tenth, not the nearest there is in binary.
    """
    return -floor(-Fraction(str(seconds)) * SECOND / parts)


def scaled(limit: int, multiplier: Fraction, most: int) -> int:
    """The limit of a role."""
    return min(max(floor(limit * multiplier), 1), most)
