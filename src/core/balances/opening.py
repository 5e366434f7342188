"""Opening the house's own accounts ahead of their first transfer, once in the life of a process."""

from contextlib import suppress
from typing import Final

from attrs import define, field

from .account import Account
from .errors import AccountDiffers
from .ports import Ledger

KNOWN_MAX: Final = 10_000
"""So many are remembered; whoever has more opens some of them again."""


@define
class OpenAccounts:
    """Accounts that are certainly open: what was opened is never closed, so once is enough."""

    ledger: Ledger
    _known: set[Account] = field(factory=set, init=False, repr=False)

    async def ahead(self, *accounts: Account) -> None:
        """
        Open them outside of any transaction, and remember that they are.

        One that is open with limits that somebody chose for it stays as it is.
        """
        for account in self._unknown(*accounts):
            await self._open(account)
            if len(self._known) < KNOWN_MAX:
                self._known.add(account)

    async def now(self, *accounts: Account) -> None:
        """The same where it may be undone with what is done next: nothing new is remembered."""
        for account in self._unknown(*accounts):
            await self._open(account)

    def _unknown(self, *accounts: Account) -> list[Account]:
        return [each for each in accounts if each not in self._known]

    async def _open(self, account: Account) -> None:
        with suppress(AccountDiffers):
            await self.ledger.open(account)
