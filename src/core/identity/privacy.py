"""What we know of somebody: handed out as one document, and wiped when they want that."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, Protocol

from attrs import frozen

from ..balances import Ledger
from ..events import Fact
from ..transaction import Transaction
from .appointing import keep_an_owner
from .auditing import Audit
from .caller import Caller
from .permission import Permission, Role
from .ports import Users
from .seeing import Owners
from .user import User, UserId, account_of, user_of

Row = Mapping[str, Fact]
PAGE: Final = 200


class Keeper(Protocol):
    """A subject that keeps something about people."""

    @property
    def name(self) -> str:
        """What it keeps, as people call it: `payments`."""
        ...

    def told(self, user: UserId) -> AsyncIterator[Row]:
        """All that it knows of them, in words that they understand; nothing about others."""
        ...

    async def wipe(self, user: UserId) -> None:
        """Forget what need not be kept, inside the transaction in which they are erased."""
        ...


@frozen
class Keepers:
    """All subjects that keep something about people."""

    these: Sequence[Keeper] = ()


@frozen(kw_only=True)
class Document:
    """All that we know of somebody."""

    user: Row
    balances: Sequence[Row]
    kept: Mapping[str, Sequence[Row]]
    """By what it is: the entries of their accounts, and what each keeper knows."""


@frozen
class ExportUser:
    """Hand out all that we know of somebody."""

    users: Users
    ledger: Ledger
    keepers: Keepers
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, id: UserId) -> Document:
        """
        One document of it.

        Raises:
            NotAllowed: it is about another one, and they may not.
            NotSure: the same, and they have not shown their second factor just now.
            UserMissing: they were never seen.
        """
        by.must_own_or(id, Permission.MANAGE_USERS)
        if by.user != id:
            by.must_be_sure()
        user = await self.users.get(id)
        balances = await self.ledger.balances(user.account)
        kept = {"entries": [row async for row in self._entries(id)]}
        for keeper in self.keepers.these:
            kept[keeper.name] = [row async for row in keeper.told(id)]
        async with self.transaction():
            await self.audit(by, "user.exported", user.account)
        return Document(
            user=row_of(user),
            balances=[{"posted": str(each.posted), "held": str(each.held)} for each in balances],
            kept=kept,
        )

    async def _entries(self, id: UserId) -> AsyncIterator[Row]:
        account = account_of(id)
        for each in await self.ledger.balances(account):
            before: int | None = None
            while True:  # ends with the beginning of the history
                page = await self.ledger.statement(
                    account, each.posted.asset, before=before, limit=PAGE
                )
                for entry in page.entries:
                    transfer = entry.posted.transfer
                    yield {
                        "id": str(transfer.id),
                        "at": entry.posted.at.isoformat(),
                        "kind": transfer.kind,
                        "change": str(entry.change),
                        "balance": str(entry.after),
                        "counterpart": others(entry.counterpart),
                        "reference": transfer.reference,
                        "memo": transfer.memo,
                    }
                if (before := page.next) is None:
                    break


def others(account: str) -> str:
    """The other side of an entry; who else a person is, is not theirs to know."""
    return account if user_of(account) is None else "another user"


def row_of(user: User) -> dict[str, Any]:
    """What we know of them ourselves."""
    return {
        "id": user.id,
        "account": user.account,
        "name": user.name,
        "username": user.username,
        "language": user.language.value,
        "role": user.role.value,
        "muted": user.muted,
        "blocked": user.blocked,
        "since": user.since.isoformat(),
        "seen_at": user.seen_at.isoformat(),
        "referrer": user.referrer,
        "erased_at": user.erased_at.isoformat() if user.erased_at else None,
    }


@frozen
class EraseUser:
    """Wipe all that is personal about somebody."""

    users: Users
    owners: Owners
    keepers: Keepers
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, id: UserId) -> User:
        """
        Who is left: a number. The history of their money stays under the name of their accounts.

        Raises:
            NotAllowed: it is about another one, and they may not.
            NotSure: the same, and they have not shown their second factor just now.
            UserMissing: they were never seen.
            LastOwner, NamedOwner: they stay an owner.
        """
        by.must_own_or(id, Permission.MANAGE_USERS, own=Permission.ERASE_OWN)
        if by.user != id:
            by.must_be_sure()
        async with self.transaction():
            owners = await self.users.owners()  # before any one of them, as everywhere
            user = await self.users.get(id)
            if user.erased_at is not None:
                return user
            if user.role is Role.OWNER:
                keep_an_owner(user, owners, self.owners)
            for keeper in self.keepers.these:
                await keeper.wipe(id)
            erased = await self.users.erase(id, self.audit.clock.now())
            await self.audit(by, "user.erased", user.account)
        return erased
