"""Our own ledger made ready: accounts opened and given money, in the ways that callers have."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from altyn.core.balances import (
    Account,
    AccountName,
    Auditor,
    Ledger,
    Move,
    Receipt,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.money import XTR, Money

from .progress import say, told
from .traffic import ACCOUNTS, HOUSE, OPENING_UNITS, Payment, payments

OPENERS: Final = 50
BATCH: Final = 500

BANK: Final = account_name("clearing:bank")
NAMES: Final[Sequence[AccountName]] = [
    account_name("income:house"),
    *(account_name(f"user:{number}") for number in range(1, ACCOUNTS + 1)),
]
assert NAMES[HOUSE] == "income:house"


def transfer_of(payment: Payment) -> Transfer:
    """The payment in the words of the core."""
    return Transfer(
        id=TransferId(payment.id),
        source=NAMES[payment.source],
        target=NAMES[payment.target],
        amount=Money(payment.units, XTR),
        kind="purchase",
    )


async def open_accounts(ledger: Ledger, what: str) -> None:
    """All accounts, and money for those who pay."""
    say(f"{what}: opening {ACCOUNTS:,} accounts")
    await ledger.open(Account.unlimited(BANK, XTR))
    waiting = told(f"{what}: opening", [Account(name, XTR) for name in NAMES])

    async def work() -> None:
        for account in waiting:
            await ledger.open(account)

    async with asyncio.TaskGroup() as group:
        for _ in range(OPENERS):
            group.create_task(work())
    ids = payments("hot", seed=0)
    funding = (
        Transfer(
            id=TransferId(next(ids).id),
            source=BANK,
            target=name,
            amount=Money(OPENING_UNITS, XTR),
            kind="recharge",
        )
        for name in NAMES[1:]
    )
    await post(ledger, funding, ACCOUNTS, f"{what}: funding")


async def post(ledger: Ledger, transfers: Iterable[Transfer], count: int, what: str) -> None:
    """So many of the transfers, in big batches; each of them has to succeed."""
    source: Iterator[Transfer] = islice(transfers, count)
    for size in told(what, _sizes(count)):
        commands = [Move.of(transfer) for transfer in islice(source, size)]
        for verdict in await ledger.carry_out(commands):
            if not isinstance(verdict, Receipt):
                raise RuntimeError(f"{what}: refused: {verdict}")


async def first_finding(auditor: Auditor) -> str | None:
    """What a full audit finds first."""
    async for examined in auditor.examine():
        if examined.finding:
            return str(examined.finding)
    return None


def _sizes(count: int) -> Sequence[int]:
    return [BATCH] * (count // BATCH) + ([count % BATCH] if count % BATCH else [])
