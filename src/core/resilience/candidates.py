"""What may be called: operations, the endpoints declared for each, and what a failure allows."""

import re
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from ..errors import Unavailable
from .endpoint_errors import MisdeclaredOperation, NotExecuted, TurnedAway
from .errors import CircuitOpen

NAME: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


class Effect(StrEnum):
    """What an operation does to the other side, and with that whom a failure may send it to."""

    READ = "read"
    """Nothing: any other endpoint may be asked."""
    CREATE = "create"
    """Something new: another endpoint only after those before certainly did nothing."""
    PAY = "pay"
    """Money moves: nobody else is ever asked, whatever is said to have happened."""

    def goes_on_after(self, failure: Unavailable) -> bool:
        """Whether the next endpoint may be asked when one of them failed like that."""
        if self is Effect.READ:
            return True
        nothing_done = isinstance(failure, NotExecuted | TurnedAway | CircuitOpen)
        return self is Effect.CREATE and nothing_done


@frozen
class Candidate:
    """One endpoint: a name that people and metrics know it by, and the address to be called."""

    name: str
    address: str = field(default="", repr=False)  # which may hold a key


@frozen
class Operation:
    """
    Something that is asked of the outside, and its endpoints, the preferred one first.

    What creates or pays is never tried out on an endpoint that was found broken. It may name a
    read that has endpoints of the same names: then an endpoint is only used while that read is
    served well by it, and after a failure not before that read succeeded there again.
    """

    name: str
    effect: Effect
    candidates: tuple[Candidate, ...]
    proven_by: str | None = None

    def __attrs_post_init__(self) -> None:
        names = [candidate.name for candidate in self.candidates]
        for name in (self.name, *names):
            if not NAME.fullmatch(name):
                raise MisdeclaredOperation(self.name, f"{name!r} is not a name like price_v2")
        if not names:
            raise MisdeclaredOperation(self.name, "it has no endpoints")
        if len(names) != len(set(names)):
            raise MisdeclaredOperation(self.name, "two of its endpoints have the same name")
        if self.proven_by is not None and self.effect is Effect.READ:
            raise MisdeclaredOperation(self.name, "a read needs no other read to prove it")
