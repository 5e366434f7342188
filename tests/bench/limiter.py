"""What is measured of limits: a library's way to count so many in so many seconds."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Literal, get_args

from attrs import frozen

Kind = Literal["GCRA", "fixed window", "strict window", "another kind"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

OURS: Final = "altyn"


@frozen
class Quota:
    """So many in so many seconds; where a burst can be said, all of them at once after a rest."""

    limit: int
    seconds: int


PLENTY: Final = Quota(10_000, 60)
"""More than any key is asked for while it is measured."""
TEN: Final = Quota(10, 3600)

Decide = Callable[[Sequence[str]], Awaitable[int]]
"""Asks for each of the keys, one after the other, and answers how many of them were admitted."""


@frozen
class Limiter:
    """One policy of one library: in the words of an asyncio program, or those of a blocking one."""

    library: str
    kind: Kind
    counting: Callable[[Quota], Decide]
    blocking: bool = False

    @property
    def ours(self) -> bool:
        """Whether it is not a peer."""
        return self.library == OURS

    @property
    def name(self) -> str:
        """What its column is called."""
        return f"{self.library}, sync" if self.blocking else self.library


Library = Callable[[str | None], AbstractAsyncContextManager[Sequence[Limiter]]]
"""What a library has, for the Redis at that address, or for memory."""
