"""What every story about wallets starts from: fixtures, bills, outlays and cheques."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from attrs import evolve

from ....core.balances import account_name
from ....core.money import TON, Asset, Money
from ....core.transaction import Transaction
from ....core.wallets import (
    Bill,
    Cheque,
    ChequeId,
    Cheques,
    ChequeState,
    Draft,
    Outlay,
    OutlayId,
    Outlays,
    Part,
)
from ..payments.ground import NOON, QUOTED, TICK, meanwhile

__all__ = ["NOON", "QUOTED", "TICK", "meanwhile"]

WALLET: Final = "ton"
SUPPLY: Final = account_name("supply:fragment")
LATER: Final = NOON + timedelta(minutes=30) + 3 * TICK


@pytest.mark.asyncio
class Ground:
    """The fixtures that whoever runs a contract overrides: all of one storage."""

    @pytest.fixture
    def outlays(self) -> Outlays:
        """Nothing to be paid."""
        raise NotImplementedError("override the fixture `outlays`")

    @pytest.fixture
    def cheques(self) -> Cheques:
        """Nothing signed."""
        raise NotImplementedError("override the fixture `cheques`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of that storage."""
        raise NotImplementedError("override the fixture `transaction`")


def part(units: int = 5, asset: Asset = TON, **other: Any) -> Part:
    """So much to somebody."""
    return Part(**{"to": "EQfragment", "amount": Money(units, asset), **other})


def bill(*parts: Part) -> Bill:
    """These parts together, or a small one."""
    return Bill(parts=parts or (part(),), pay_before=LATER)


def outlay(of: Bill | None = None, **other: Any) -> Outlay:
    """A bill that is to be paid, for a thing of its own."""
    fields = {
        "id": OutlayId(uuid4()),
        "wallet": WALLET,
        "bill": of or bill(),
        "target": SUPPLY,
        "reference": uuid4().hex,
        "created_at": NOON,
        **other,
    }
    return Outlay(**fields)


def cheque(number: int, *lot: Outlay, **other: Any) -> Cheque:
    """A cheque over these, or over something that nobody asked for yet."""
    fields = {
        "id": ChequeId(uuid4()),
        "wallet": lot[0].wallet if lot else WALLET,
        "number": number,
        "draft": draft(number),
        "outlays": tuple(each.id for each in lot) or (OutlayId(uuid4()),),
        "present_before": NOON + timedelta(seconds=20),
        "signed_at": NOON,
        "check_at": NOON,
        **other,
    }
    return Cheque(**fields)


def draft(sequence: int = 0, **other: Any) -> Draft:
    """What would be signed."""
    fields = {
        "message": f"message {sequence}",
        "hash": f"hash {sequence}",
        "sequence": sequence,
        "expires_at": NOON + timedelta(minutes=1),
        **other,
    }
    return Draft(**fields)


async def drawn(cheques: Cheques, outlays: Outlays, *lot: Outlay, **other: Any) -> Cheque:
    """The next cheque of their wallet is drawn over these, which are kept and signed by it."""
    wallet = lot[0].wallet if lot else other.get("wallet", WALLET)
    book = await cheques.book(wallet)
    new = cheque(book.number + 1, *lot, **other)
    await cheques.draw(new, book.draws(new.id, lot, NOON))
    for each in lot:
        await outlays.put(each.signed(new.id))
    return new


async def ended(
    cheques: Cheques, outlays: Outlays, cheque: Cheque, paid: Sequence[bool] = ()
) -> Cheque:
    """It is known of each of its outlays whether it was paid; if none was, of the cheque too."""
    book = await cheques.book(cheque.wallet)
    state = ChequeState.CASHED if any(paid) else ChequeState.VOID
    after = evolve(cheque, state=state, check_at=None, checks=cheque.checks + 1)
    await cheques.put(after, was=cheque)
    unpaid = []
    for id, its in zip(cheque.outlays, paid, strict=False):
        its_outlay = await outlays.get(id)
        await outlays.put(its_outlay.paid("seen") if its else its_outlay.unpaid("not seen"))
        if not its:
            unpaid.append(its_outlay)
    await cheques.close(book.closes(after, unpaid))
    return after
