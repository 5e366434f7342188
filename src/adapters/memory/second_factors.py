"""Second factors, in memory."""

from attrs import field, frozen

from ...core.identity import SecondFactor, SecondFactorMissing, UserId, account_of
from .store import MemoryStore


@frozen
class MemorySecondFactors:
    """Second factors by user."""

    store: MemoryStore
    _kept: dict[UserId, SecondFactor] = field(factory=dict, init=False)

    async def get(self, user: UserId) -> SecondFactor:
        """As the port says."""
        async with self.store.using():
            if user not in self._kept:
                raise SecondFactorMissing(account_of(user))
            return self._kept[user]

    async def put(self, factor: SecondFactor) -> None:
        """As the port says."""
        async with self.store.using():
            self.store.put(self._kept, factor.user, factor)

    async def remove(self, user: UserId) -> bool:
        """As the port says."""
        async with self.store.using():
            there = user in self._kept
            self.store.put(self._kept, user, None)
            return there
