"""Telegram Stars: charges by their id, read in the list of all of them, refunded whole."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import evolve, frozen

from ...core.clock import Clock
from ...core.payments import (
    Arrival,
    CursorMoved,
    Cursors,
    Invoice,
    Line,
    NotReturnable,
    Page,
    Payment,
    ProviderRefused,
    ProviderUnclear,
    Refund,
    RefundStage,
    Report,
    Returning,
    stage_of,
)
from .methods import STARS, TELEGRAM
from .till import Till
from .transactions import ROWS, StarsList

PAGES_MAX: Final = 1000
LAG: Final = timedelta(minutes=1)
"""By how much the list may be behind what was said in updates, and our clocks apart."""
APART: Final = re.compile(r"@-?[0-9]+$")
"""What our books put behind an id that a subscription has used before."""
REFUNDED_BEFORE: Final = "CHARGE_ALREADY_REFUNDED"


def beginning(at: datetime) -> str:
    """The place from which on everything is read that comes from that moment on."""
    return f"@{int((at - LAG).timestamp())}"


async def begin_before(cursors: Cursors, at: datetime) -> None:
    """See to it that what comes from then on is read, however long from now the reading begins."""
    cursor = await cursors.get(STARS)
    if not cursor.position:
        with suppress(CursorMoved):  # somebody else has begun
            await cursors.put(evolve(cursor, position=beginning(at)), was=cursor)


def charge_of(arrival: Arrival) -> str:
    """Telegram's id of the charge by which that came."""
    return APART.sub("", arrival.inflow.key)


@frozen
class StarsFeed:
    """
    What no update told: the list of all transactions, from when somebody was first asked to pay.

    What is older than that, or than the first look at it, was not sold by us. A place is how many
    there are before it, and before the first look a moment.
    """

    list: StarsList
    clock: Clock
    name: str = STARS
    method: str = STARS
    every_seconds: float = 60.0
    """Updates tell of nearly all of it at once."""

    async def page(self, position: str) -> Page:
        """As the port says."""
        until = self.clock.now() - LAG
        position = position or beginning(self.clock.now())
        if position.startswith("@"):
            since = datetime.fromtimestamp(int(position[1:]), UTC)
            offset = await self.list.place(since)
        else:
            offset = int(position)
        sales, count = await self.list.rows(offset)
        return Page(
            deposits=[each.deposit for each in sales if not each.back],
            reversals=[each.reversal for each in sales if each.back],
            position=str(offset + count),
            until=until if count < ROWS else None,
            last=count < ROWS,
        )


@frozen(kw_only=True)
class StarsGateway(Till):
    """Paid in Stars; they come whole, and go back whole."""

    list: StarsList
    cursors: Cursors

    @property
    def method(self) -> str:
        """As the port says."""
        return STARS

    @property
    def returning(self) -> Returning:
        """As the port says."""
        return Returning.WHOLE

    @property
    def returns_to_sender(self) -> bool:
        """As the port says."""
        return True

    @property
    def refunds_are_single(self) -> bool:
        """As the port says: a charge goes back once, and it is said when it did before."""
        return True

    async def open(self, payment: Payment) -> Invoice:
        """As the port says."""
        await begin_before(self.cursors, payment.created_at)
        return await super().open(payment)

    async def inquire(self, payment: Payment) -> Report:
        """As the port says: what came is in our books as soon as the list was read."""
        return Report(stage_of(payment, await self.cursors.get(STARS)))

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        sender = arrival.inflow.sender
        if not sender.isdecimal():
            raise NotReturnable(STARS, "it is not known who paid")
        charge = {"user_id": int(sender), "telegram_payment_charge_id": charge_of(arrival)}
        try:
            done = await self.api("refundStarPayment", charge)
        except ProviderRefused as no:
            if REFUNDED_BEFORE not in no.reason:
                raise
            done = True
        if done is not True:
            raise ProviderUnclear(TELEGRAM, "it did not say that it refunded")
        return RefundStage.DONE

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says: only asking for it again tells, and pays nothing twice."""
        return RefundStage.NOTHING

    @property
    def lists(self) -> bool:
        """As the port says."""
        return True

    async def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line]]:
        """As the port says."""
        offset = await self.list.place(since)
        for _ in range(PAGES_MAX):
            sales, count = await self.list.rows(offset)
            yield [each.line for each in sales if since <= each.paid.at < until]
            offset += count
            if count < ROWS or (sales and sales[-1].paid.at >= until):
                return
        raise ProviderUnclear(TELEGRAM, f"a list of over {PAGES_MAX * ROWS} transactions")
