"""
Processes that buy, and are killed: their storage is a database, all else is at the end of a line.

What is outside, the clock too, lives with whoever started them. He hears each question before it
is answered, so that he can kill a process between any two of its steps.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final

from attrs import define, field, frozen

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import (
    PostgresCampaigns,
    PostgresCheques,
    PostgresLedger,
    PostgresOutbox,
    PostgresOutlays,
    PostgresPayments,
    PostgresPurchases,
    PostgresStore,
    PostgresTrail,
    open_postgres,
)
from altyn.core.purchases import Delivery, Goods, Kind, Offer, Ordered, Purchase
from altyn.core.wallets import Bill, Cheque, Draft, Look
from tests.integration.purchase_stories import House, Outside
from tests.unit.purchases_house import FakeSupplier, FakeWallet

FORKS: Final = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])

Question = tuple[str, str, tuple[Any, ...]]
"""Of whom or what, what, and with which words."""


def house_in(store: PostgresStore, outside: Outside) -> House:
    """A house whose rooms are all in one database."""
    return House(
        purchases=PostgresPurchases(store),
        campaigns=PostgresCampaigns(store),
        outlays=PostgresOutlays(store),
        cheques=PostgresCheques(store),
        payments=PostgresPayments(store),
        ledger=PostgresLedger(store, outside.clock),
        outbox=PostgresOutbox(store),
        trail=PostgresTrail(store),
        transaction=store,
        clock=outside.clock,
        wallet=outside.wallet,
        supplier=outside.supplier,
        packs=outside.packs,
    )


@frozen
class Line:
    """Asks, and waits for the answer."""

    end: "Connection[Question, Any]"

    def ask(self, of: str, what: str, *words: Any) -> Any:
        self.end.send((of, what, words))
        return self.end.recv()


@define(kw_only=True)
class FarClock(ManualClock):
    """The clock of whoever is at the other end."""

    line: Line

    def now(self) -> datetime:
        moment: datetime = self.line.ask("clock", "now")
        return moment


@define(kw_only=True)
class FarWallet(FakeWallet):
    """The wallet at the other end."""

    line: Line

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        draft: Draft = self.line.ask("wallet", "draw", bills, last)
        return draft

    async def present(self, cheque: Cheque) -> Look:
        look: Look = self.line.ask("wallet", "present", cheque)
        return look

    async def look(self, cheque: Cheque) -> Look:
        look: Look = self.line.ask("wallet", "look", cheque)
        return look


@define(kw_only=True)
class FarSupplier(FakeSupplier):
    """The supplier at the other end."""

    line: Line

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        offer: Offer = self.line.ask(self.name, "offer", goods, recipient)
        return offer

    async def stock(self, goods: Goods) -> int | None:
        left: int | None = self.line.ask(self.name, "stock", goods)
        return left

    async def order(self, purchase: Purchase) -> Ordered:
        ordered: Ordered = self.line.ask(self.name, "order", purchase)
        return ordered

    async def delivery(self, purchase: Purchase, message: str) -> Delivery:
        delivery: Delivery = self.line.ask(self.name, "delivery", purchase, message)
        return delivery


def live(url: str, end: "Connection[Question, Any]") -> None:
    """Go on with everything that is due, until somebody says that it is enough."""
    asyncio.run(_live(url, Line(end)))


async def _live(url: str, line: Line) -> None:
    clock = FarClock(line=line)
    outside = Outside(clock)
    wallet = outside.wallet = FarWallet(clock, line=line)
    outside.supplier = FarSupplier(clock, wallet, line=line)
    outside.packs = FarSupplier(clock, wallet, name="packs", kinds=(Kind.PACK,), line=line)
    async with open_postgres(url) as store:
        house = house_in(store, outside)
        while line.ask("life", "goes_on"):
            await house.poll_campaigns()
            await house.poll()
            await house.poll_wallets()


@frozen
class End:
    """At which question a process is killed."""

    question: str
    heard: bool
    """Whether it is answered, and only the process does not know that."""
    times: int = 1
    """How often it is asked before that is the last time."""


@define
class Town:
    """What is outside of all processes, and how they die."""

    url: str
    outside: Outside
    met: Counter[End] = field(factory=Counter)
    """Which ends were met by how many."""

    async def life(self, end: End | None, minutes: float) -> None:
        """A process goes on for so long, and is killed before if it meets its end."""
        ours, its = FORKS.Pipe()
        process = FORKS.Process(target=live, args=(self.url, its))
        process.start()
        its.close()
        until = self.outside.clock.now() + timedelta(minutes=minutes)
        try:
            await self._hear(ours, end, until)
        finally:
            process.kill()
            await asyncio.to_thread(process.join)
            process.close()
            ours.close()

    async def _hear(
        self, line: "Connection[Any, Question]", end: End | None, until: datetime
    ) -> None:
        asked = 0
        while True:
            question: Question = await asyncio.to_thread(line.recv)
            asked += end is not None and end.question == " ".join(question[:2])
            if end is not None and asked == end.times:
                self.met[end] += 1
                if end.heard:
                    await self._answer(question, until)
                return
            answer = await self._answer(question, until)
            if answer is False:
                return
            line.send(answer)

    async def _answer(self, question: Question, until: datetime) -> Any:
        of, what, words = question
        if of == "life":
            self.outside.clock.advance(seconds=2)
            return self.outside.clock.now() < until
        whom = {
            "clock": self.outside.clock,
            "wallet": self.outside.wallet,
            "fragment": self.outside.supplier,
            "packs": self.outside.packs,
        }
        said = getattr(whom[of], what)(*words)
        return await said if asyncio.iscoroutine(said) else said
