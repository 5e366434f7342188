"""What leases need: one place that all who want them ask."""

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from .lease import Lease


@frozen
class SeenLease:
    """A lease as somebody else sees it."""

    lease: Lease
    seconds_left: float
    """Negative, when it is over and nobody took it since."""


class Leases(Protocol):
    """
    Leases by name, each held by one at a time.

    Time is that of the place where they are kept, the same for all who ask there.
    """

    async def take(self, name: str, holder: str, seconds: float) -> Lease | None:
        """
        The lease for so long from now, or None when somebody else has it.

        Whoever has it already gets the same again, under the same token.
        """
        ...

    async def extend(self, lease: Lease, seconds: float) -> None:
        """
        Let it last so long from now.

        Raises:
            LeaseLost: it is over.
        """
        ...

    async def prove(self, lease: Lease) -> None:
        """
        Nothing, while it lasts; inside a transaction nobody else gets it before the end of that.

        Whoever writes in that transaction writes as its holder, or not at all.

        Raises:
            LeaseLost: it is over.
        """
        ...

    async def give_back(self, lease: Lease) -> None:
        """End it, so that others need not wait; one that is over already stays as it is."""
        ...

    async def seen(self) -> Sequence[SeenLease]:
        """Those that were ever taken, by name, with their last holders."""
        ...
