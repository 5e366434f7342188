"""After the books were restored no money goes out, until a person has compared them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from attrs import define, frozen

from .errors import Conflict


@define
class StandsStill(Conflict):
    """The books were restored, and what was paid since may not be in them."""

    since: str

    def __str__(self) -> str:
        return (
            f"the books were restored at {self.since}: nothing is paid until somebody has compared "
            "them with the outside and says `altyn resume`"
        )


class Standstill(Protocol):
    """Whether money may go out; kept with the books, for every process."""

    async def since(self) -> datetime | None:
        """Since when none may; None when it may."""
        ...

    async def begin(self, at: datetime) -> None:
        """None may from then on; where that is so already, it stays as it is."""
        ...

    async def end(self) -> None:
        """It may again."""
        ...


async def must_move(standstill: Standstill) -> None:
    """
    Nothing, while money may go out: asked where it is written down that it does.

    Raises:
        StandsStill: it may not.
    """
    if (since := await standstill.since()) is not None:
        raise StandsStill(since.isoformat(timespec="seconds"))


@frozen
class WhileItMoves:
    """Does something that leads to paying, unless all of it stands still."""

    standstill: Standstill
    do: Callable[[], Awaitable[object]]

    async def __call__(self) -> object:
        """
        Once.

        Raises:
            StandsStill: nothing was done.
        """
        await must_move(self.standstill)
        return await self.do()
