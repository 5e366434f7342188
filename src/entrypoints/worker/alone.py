"""Chores that one process of all does, since another one beside it would only be in its way."""

from collections.abc import Awaitable, Callable
from typing import Final

from attrs import frozen

from ...core.leases import Leases

SECONDS: Final = 60.0
"""After which whoever began is taken for lost; two at once do no harm."""


@frozen
class Alone:
    """Does it while it has the lease, and nothing while somebody else has."""

    leases: Leases
    name: str
    holder: str
    do: Callable[[], Awaitable[object]]

    async def __call__(self) -> bool:
        """Once; whether it was us."""
        lease = await self.leases.take(self.name, self.holder, SECONDS)
        if lease is None:
            return False
        try:
            await self.do()
        finally:
            await self.leases.give_back(lease)
        return True
