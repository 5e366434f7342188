"""What every story about a ledger starts from: fixtures, a few accounts, short ways to ask."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import uuid4

import pytest

from ....core.balances import (
    Account,
    AccountName,
    Balance,
    Command,
    Entry,
    Hold,
    HoldId,
    Ledger,
    Move,
    Place,
    Placed,
    Receipt,
    Transfer,
    TransferId,
    account_name,
)
from ....core.clock import Clock
from ....core.errors import AltynError
from ....core.money import XTR, Asset, Money
from ....core.transaction import Transaction

ALICE = account_name("user:alice")
BOB = account_name("user:bob")
SHOP = account_name("income:shop")
BANK = account_name("clearing:bank")
"""The world outside: money comes from it and goes back to it."""
NOBODY = account_name("user:nobody")


class HandClock(Clock, Protocol):
    """A clock that stands still until a test moves it."""

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Move it; a negative step moves it back."""
        ...


@pytest.mark.asyncio
class Ground:
    """The three fixtures that whoever runs the contract overrides."""

    @pytest.fixture
    def clock(self) -> HandClock:
        """A clock moved by hand; the ledger looks at no other."""
        raise NotImplementedError("override the fixture `clock`")

    @pytest.fixture
    def ledger(self) -> Ledger:
        """An empty ledger on that clock."""
        raise NotImplementedError("override the fixture `ledger`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of the storage that the ledger writes to."""
        raise NotImplementedError("override the fixture `transaction`")


def coins(units: int, asset: Asset = XTR) -> Money:
    """So many smallest units."""
    return Money(units, asset)


def transfer_id() -> TransferId:
    """An id nobody used."""
    return TransferId(uuid4())


def hold_id() -> HoldId:
    """An id nobody used."""
    return HoldId(uuid4())


def pay(
    source: AccountName,
    target: AccountName,
    units: int,
    asset: Asset = XTR,
    *,
    kind: str = "purchase",
    reference: str = "",
    memo: str = "",
    corrects: TransferId | None = None,
) -> Transfer:
    """A transfer nobody made yet."""
    return Transfer(
        id=transfer_id(),
        source=source,
        target=target,
        amount=coins(units, asset),
        kind=kind,
        reference=reference,
        memo=memo,
        corrects=corrects,
    )


def set_aside(
    account: AccountName,
    units: int,
    asset: Asset = XTR,
    *,
    reference: str = "",
    expires_at: datetime | None = None,
) -> Hold:
    """A hold nobody placed yet."""
    return Hold(
        id=hold_id(),
        account=account,
        amount=coins(units, asset),
        reference=reference,
        expires_at=expires_at,
    )


async def opened(ledger: Ledger, *names: AccountName, asset: Asset = XTR) -> None:
    """Accounts that never go below zero."""
    for name in names:
        await ledger.open(Account(name, asset))


async def funded(ledger: Ledger, asset: Asset = XTR, **units: int) -> None:
    """Alice, Bob and the shop, with as much as is said for `alice`, `bob` and `shop`."""
    await ledger.open(Account.unlimited(BANK, asset))
    await opened(ledger, ALICE, BOB, SHOP, asset=asset)
    by_word = {"alice": ALICE, "bob": BOB, "shop": SHOP}
    for word, amount in units.items():
        await moved(ledger, pay(BANK, by_word[word], amount, asset, kind="recharge"))


async def moved(ledger: Ledger, *transfers: Transfer, hold: HoldId | None = None) -> Receipt:
    """The receipt of a movement that must succeed."""
    (verdict,) = await ledger.carry_out([Move(transfers, hold)])
    assert isinstance(verdict, Receipt), verdict
    return verdict


async def placed(ledger: Ledger, hold: Hold) -> Placed:
    """The answer to a hold that must succeed."""
    (verdict,) = await ledger.carry_out([Place(hold)])
    assert isinstance(verdict, Placed), verdict
    return verdict


async def refusal(ledger: Ledger, command: Command) -> AltynError:
    """The refusal of a command that must not succeed."""
    (verdict,) = await ledger.carry_out([command])
    assert isinstance(verdict, AltynError), verdict
    return verdict


def same(said: object, expected: AltynError) -> bool:
    """Whether that is the refusal expected, with the same facts and the same words."""
    alike = isinstance(said, AltynError) and said.like(expected) and str(said) == str(expected)
    assert alike, f"expected {expected!r} ({expected}), got {said!r} ({said})"
    return True


async def posted(ledger: Ledger, account: AccountName, asset: Asset = XTR) -> int:
    """How many units the account holds."""
    return (await ledger.balance(account, asset)).posted.units


async def figures(
    ledger: Ledger, account: AccountName, asset: Asset = XTR, at: datetime | None = None
) -> tuple[int, int, int]:
    """Posted, held and available units of an account."""
    balance = await ledger.balance(account, asset, at)
    assert balance.account == account
    return balance.posted.units, balance.held.units, balance.available.units


async def history(
    ledger: Ledger, account: AccountName, asset: Asset = XTR, page: int = 100
) -> Sequence[Entry]:
    """All entries of an account, newest first."""
    entries: list[Entry] = []
    before: int | None = None
    while True:
        statement = await ledger.statement(account, asset, before=before, limit=page)
        entries += statement.entries
        if statement.next is None:
            return entries
        assert before is None or statement.next < before, "the pages of a statement go in circles"
        before = statement.next


Picture = Sequence[tuple[Account, Balance, Sequence[Entry]]]


async def picture(ledger: Ledger) -> Picture:
    """Everything the ledger says about every account: what must stay when nothing is written."""
    seen: list[tuple[Account, Balance, Sequence[Entry]]] = []
    accounts = await ledger.accounts(limit=1000)
    for account in accounts:
        balance = await ledger.balance(account.name, account.asset)
        seen.append((account, balance, await history(ledger, account.name, account.asset)))
    return seen
