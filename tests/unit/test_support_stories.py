"""What people ask us, from the question to the answer: told once, and read by those who may."""

from typing import Any
from uuid import UUID

import pytest
from attrs import define, evolve, field

from altyn.adapters.memory import (
    ManualClock,
    MemoryOutbox,
    MemoryPayments,
    MemoryPurchases,
    MemoryStore,
    MemoryTickets,
    MemoryTrail,
)
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit, Caller, NotAllowed, Role, UserId
from altyn.core.payments import PaymentId
from altyn.core.purchases import PurchaseId
from altyn.core.support import (
    MOVES,
    OPEN_MAX,
    WORDS_MAX,
    AnswerTicket,
    CloseTicket,
    OpenTicket,
    ReadTickets,
    State,
    Supportbook,
    TellTickets,
    Ticket,
    TicketId,
    TicketMissing,
    TicketMoved,
    TooManyTickets,
)
from altyn.core.wording import MalformedText
from altyn.entrypoints.testkit.payments.ground import begun, order
from altyn.entrypoints.testkit.purchases.ground import quoted, wish

ANN, BOB = UserId(42), UserId(43)
SHE, HE = (Caller(name=f"user:{id}", role=Role.CUSTOMER, user=id) for id in (ANN, BOB))
EVE = Caller(name="user:7", role=Role.SUPPORT, user=UserId(7))


@define(slots=False)
class House:
    """Support over one memory."""

    clock: ManualClock = field(factory=ManualClock)
    store: MemoryStore = field(factory=MemoryStore)

    def __attrs_post_init__(self) -> None:
        clock, store = self.clock, self.store
        self.tickets, self.outbox = MemoryTickets(store), MemoryOutbox(store)
        self.payments, self.purchases = MemoryPayments(store), MemoryPurchases(store)
        self.trail = MemoryTrail(store)
        book = Supportbook(self.tickets, self.outbox, clock, TimeOrdered(clock))
        audit = Audit(self.trail, clock)
        self.open = OpenTicket(book, self.payments, self.purchases, store, clock)
        self.read = ReadTickets(self.tickets)
        self.answer = AnswerTicket(book, store, clock, audit)
        self.close = CloseTicket(book, store, clock, audit)

    async def asked(self, id: int = 1, by: Caller = SHE, **other: Any) -> Ticket:
        """Ann asks something."""
        return await self.open(by, ANN, TicketId(UUID(int=id)), "Where is it?", **other)

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """What was told to the rest of the house."""
        return [(each.name, dict(each.facts)) for each in await self.outbox.pending(99)]


async def test_from_the_question_to_the_answer() -> None:
    """Each is told once, without the words; who answered is in the trail."""
    house = House()
    ticket = await house.asked()
    house.clock.advance(minutes=1)
    assert await house.asked() == ticket
    assert (ticket.number, ticket.state, ticket.words) == (1, State.OPEN, "Where is it?")
    answered = await house.answer(EVE, 1, "  It is there.\nLook! ")
    assert (answered.answer, answered.by) == ("It is there. Look!", "user:7")
    with pytest.raises(TicketMoved):
        await house.answer(EVE, 1, "Again")
    closed = await house.close(EVE, 1)
    assert (closed.state, await house.close(EVE, 1)) == (State.CLOSED, closed)
    facts = {"ticket": 1, "account": "user:42", "about": ""}
    names = ("ticket.opened", "ticket.answered", "ticket.closed")
    assert await house.told() == [(name, facts) for name in names]
    entries = [each.audited for each in await house.trail.onward(9)]
    assert [(each.who, each.what, each.about) for each in entries] == [
        ("user:7", "ticket.answered", "ticket:1"),
        ("user:7", "ticket.closed", "ticket:1"),
    ]


async def test_it_is_about_what_is_theirs() -> None:
    """A payment or a purchase; of others', or of none, nothing is said."""
    house = House()
    payment = begun(order())
    mine = evolve(payment, order=evolve(payment.order, payer="user:42"))
    purchase = quoted(of=wish(buyer="user:42"))
    others = quoted(of=wish(buyer="user:43"))
    await house.payments.add(mine)
    for each in (purchase, others):
        await house.purchases.add(each)
    paid, bought = PaymentId(mine.id), PurchaseId(purchase.id)
    assert (await house.asked(1, about=paid)).about == f"payment:{mine.id}"
    assert (await house.asked(2, about=bought)).about == f"purchase:{purchase.id}"
    assert (await house.asked(3, about=PurchaseId(others.id))).about == ""
    assert (await house.asked(4, about=PaymentId(UUID(int=9)))).about == ""
    theirs = await house.open(HE, BOB, TicketId(UUID(int=5)), "And mine?", paid)
    assert theirs.about == ""


async def test_nobody_asks_without_end() -> None:
    """Until somebody has answered; the same question again is none of them."""
    house = House()
    for id in range(OPEN_MAX):
        await house.asked(id)
    assert (await house.asked(0)).number == 1
    with pytest.raises(TooManyTickets):
        await house.asked(OPEN_MAX)
    await house.close(EVE, OPEN_MAX)
    assert (await house.asked(OPEN_MAX)).number == OPEN_MAX + 1
    with pytest.raises(TooManyTickets):  # however new the one is that was answered
        await house.asked(OPEN_MAX + 1)


async def test_something_has_to_be_said() -> None:
    """By whoever asks, and whoever answers; and it is cut where it is too long."""
    house = House()
    for nothing in ("", " \n "):
        with pytest.raises(MalformedText):
            await house.open(SHE, ANN, TicketId(UUID(int=1)), nothing)
    ticket = await house.open(SHE, ANN, TicketId(UUID(int=1)), "x" * 2000)
    assert len(ticket.words) == WORDS_MAX
    with pytest.raises(MalformedText):
        await house.answer(EVE, ticket.number, " ")


async def test_who_may_what() -> None:
    """Customers ask for themselves and see their own; support asks, sees and answers for all."""
    house = House()
    ticket = await house.asked()
    with pytest.raises(NotAllowed):
        await house.asked(2, by=HE)
    assert (await house.asked(2, by=EVE)).user == ANN
    assert len(await house.read.of(SHE, ANN, 9)) == len(await house.read.of(EVE, ANN, 9)) == 2
    assert await house.read.page(EVE, 9, ticket.number, State.OPEN) != []
    assert await house.read.one(EVE, ticket.number) == ticket
    for refused in (
        house.read.of(HE, ANN, 9),
        house.read.page(SHE, 9),
        house.read.one(SHE, 1),
        house.answer(SHE, 1, "myself"),
        house.close(SHE, 1),
    ):
        with pytest.raises(NotAllowed):
            await refused
    with pytest.raises(TicketMissing):
        await house.close(EVE, 99)


async def test_what_is_kept_of_somebody_is_told_and_wiped() -> None:
    """Not who of us has answered; the words go, and the number stays."""
    house = House()
    keeper = TellTickets(house.tickets)
    await house.asked()
    await house.answer(EVE, 1, "There.")
    (row,) = [each async for each in keeper.told(ANN)]
    assert (row["number"], row["words"], row["answer"]) == (1, "Where is it?", "There.")
    assert "by" not in row
    await keeper.wipe(ANN)
    (row,) = [each async for each in keeper.told(ANN)]
    assert (row["number"], row["words"], row["answer"]) == (1, "", "")


def test_every_move_that_is_not_in_the_table_is_refused() -> None:
    """From anywhere to anywhere."""
    now = ManualClock().now()
    for state in State:
        ticket = Ticket(
            id=TicketId(UUID(int=1)), user=ANN, words="", state=state, opened_at=now, since=now
        )
        for to in set(State) - MOVES[state]:
            with pytest.raises(ValueError, match="no move leads"):
                ticket.moved(to, now, "eve")
