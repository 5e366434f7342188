"""What the balances need from a storage."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from ..money import Asset
from .account import Account, AccountName, Balance
from .commands import Command, Verdict
from .hold import HoldId, KeptHold
from .transfer import Posted, Statement, TransferId


class Ledger(Protocol):
    """Balances, and the transfers and holds that made them."""

    async def open(self, account: Account) -> None:
        """
        Begin to count an asset for an owner, from nothing.

        Opening it again with the same limits changes nothing.

        Raises:
            AccountDiffers: it is open with other limits.
            AssetDiffers: the ledger counts this asset with another scale.
        """
        ...

    async def limit(self, account: Account) -> None:
        """
        Give an open account these limits instead of its own.

        Raises:
            AccountMissing: it was never opened.
            AssetDiffers: the ledger counts this asset with another scale.
            LimitsBroken: what it holds now is beyond them.
        """
        ...

    async def carry_out(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        """
        Carry out each command, in this order, and answer each with its own verdict.

        A command is done whole or refused alone; refusals are returned, not raised. The same id
        with the same contents changes nothing and is answered as the first time, a refusal too;
        with other contents it is refused. What is done is durable before it is answered.

        Raises:
            Unavailable: it is not known which of them were done; asking again under the same
                ids is safe and tells.
        """
        ...

    async def accounts(
        self, *, after: tuple[AccountName, str] | None = None, limit: int = 100
    ) -> Sequence[Account]:
        """Accounts by name and asset code, those after the given one, a page of them."""
        ...

    async def balance(
        self, account: AccountName, asset: Asset, at: datetime | None = None
    ) -> Balance:
        """
        What the account holds now, or held at that moment, everything at the moment included.

        Raises:
            AccountMissing: it was never opened.
            AssetDiffers: the ledger counts this asset with another scale.
        """
        ...

    async def balances(self, account: AccountName) -> Sequence[Balance]:
        """Every asset of that name, by asset code; nothing for a name nobody opened."""
        ...

    async def statement(
        self, account: AccountName, asset: Asset, *, before: int | None = None, limit: int = 50
    ) -> Statement:
        """
        A page of history, newest first, of entries numbered below `before`.

        Entries that come while one pages do not move the pages.

        Raises:
            AccountMissing: it was never opened.
            AssetDiffers: the ledger counts this asset with another scale.
        """
        ...

    async def transfer(self, id: TransferId) -> Posted:
        """
        The transfer as it stands in the books.

        Raises:
            TransferMissing: none has this id.
        """
        ...

    async def hold(self, id: HoldId) -> KeptHold:
        """
        The hold as it is now.

        Raises:
            HoldMissing: none has this id.
        """
        ...

    async def holds(
        self,
        account: AccountName,
        asset: Asset,
        limit: int,
        before: tuple[datetime, HoldId] | None = None,
    ) -> Sequence[KeptHold]:
        """
        What is or was set aside of it, the newest first, a page of it; ids break ties.

        Raises:
            AccountMissing: it was never opened.
            AssetDiffers: the ledger counts this asset with another scale.
        """
        ...

    async def late_holds(self, at: datetime, limit: int) -> Sequence[HoldId]:
        """Open holds whose time is over at that moment, the oldest first."""
        ...


@frozen
class Finding:
    """A place where the books contradict themselves."""

    law: str
    """Which law is broken, in a few words."""
    where: str
    """The first row that breaks it."""
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.law}: {self.where}: expected {self.expected}, found {self.found}"


@frozen
class Examined:
    """One law looked at over the whole ledger."""

    law: str
    rows: int
    """How many rows were looked at."""
    finding: Finding | None = None
    """The first row that breaks it, if any does."""


class Auditor(Protocol):
    """Whether the books agree with their own history."""

    def examine(self) -> AsyncIterator[Examined]:
        """
        Derive everything again from the history, law by law, on one unchanging view of it.

        Nothing is written, and nobody who writes has to wait.
        """
        ...
