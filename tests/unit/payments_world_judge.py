"""What has to be so when the world has calmed down: nothing is lost, and nothing is there twice."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from attrs import field, frozen

from altyn.adapters.telegram import STARS
from altyn.core.balances import AccountName, Transfer
from altyn.core.identity import Caller, VerifyTrail
from altyn.core.money import USDT, WELL_KNOWN, XTR, Money
from altyn.core.payments import (
    SUSPENSE,
    Arrival,
    Case,
    Inflow,
    Kind,
    Origin,
    Payment,
    PaymentId,
    Refund,
    RefundState,
    State,
    Treatment,
    clearing,
    exchange,
    fees,
    returning,
)
from altyn.entrypoints.sandbox.telegram_stars import NANO
from tests.unit.payments_world import GOODS, World
from tests.unit.payments_world_fate import START
from tests.unit.payments_world_office import CLERKS, FRIEND

Came = Counter[tuple[str, str, PaymentId | None]]
"""In units, by method, asset and payment."""


async def judge(world: World) -> None:
    """The books agree with what the desks know, and with themselves."""
    books = Books(world)
    assert came_at_desks(world) == came_in_books(books.arrivals), "what came is there, once"
    judge_refunds(books)
    for payment in books.payments:
        judge_payment(payment, books.of(payment))
    for arrival in books.arrivals:
        judge_held(books, arrival)
    await judge_accounts(books)
    await judge_tie_outs(books)
    await judge_deeds(books)
    later = world.clock.now() + timedelta(days=2)
    assert await world.kept.notices.waiting(later, 10) == []


@frozen
class Books:
    """All that was noted in a world."""

    world: World
    payments: list[Payment] = field(init=False)
    arrivals: list[Arrival] = field(init=False)
    refunds: list[Refund] = field(init=False)

    @payments.default
    def _payments(self) -> list[Payment]:
        return list(self.world.kept.payments._kept.values())

    @arrivals.default
    def _arrivals(self) -> list[Arrival]:
        return list(self.world.kept.arrivals._kept.values())

    @refunds.default
    def _refunds(self) -> list[Refund]:
        return list(self.world.kept.refunds._kept.values())

    @property
    def done(self) -> list[Refund]:
        """What went back."""
        return [each for each in self.refunds if each.state is RefundState.DONE]

    def of(self, payment: Payment) -> list[Arrival]:
        """What came for it."""
        return [each for each in self.arrivals if each.payment == payment.id]


async def judge_deeds(books: Books) -> None:
    """What clerks did is in the trail, each deed once, and nobody has changed it."""
    trail = books.world.kept.trail
    assert (await VerifyTrail(trail)(Caller.local())).finding is None
    told = [each.audited for each in await trail.onward(10**6)]
    deeds = Counter((each.what, each.about) for each in told if each.about.startswith("refund:"))
    assert not deeds or max(deeds.values()) == 1, "a deed is told once"
    asked = {about for what, about in deeds if what == "refund.asked_for"}
    clerks = {each.name for each in CLERKS}
    assert asked == {f"refund:{each.id}" for each in books.refunds if each.by in clerks}
    decided = {(each.who, each.about) for each in told if each.what != "refund.asked_for"}
    for refund in books.refunds:
        by, about = refund.approved_by, f"refund:{refund.id}"
        assert not by or (by, about) in decided, "who decided is told"


def came_at_desks(world: World) -> Came:
    """What was paid, as those know it to whom it was paid."""
    came: Came = Counter()
    outside, orders = world.outside, {id.hex: id for id in world.orders}
    for name, invoice in outside.heleket.invoices.items():
        if invoice["payment_amount"]:
            asset = WELL_KNOWN.by_code[invoice["payer_currency"]]
            amount = Money.parse(invoice["payment_amount"], asset)
            came["heleket", asset.code, orders.get(name)] += amount.units
    for top_up in outside.heleket.top_ups:
        amount = Money.parse(top_up["payment_amount"], USDT)
        inflow = Inflow(key=top_up["uuid"], amount=amount, at=START)
        order = world.standing[top_up["order_id"]].order(inflow)
        came["heleket", "USDT", order.id] += amount.units
    for sale in outside.psp.sales.values():
        paid = sale["paid"]
        amount = Money.parse(paid["value"], WELL_KNOWN.by_code[paid["currency"]])
        came["example", paid["currency"], orders.get(sale["order_id"])] += amount.units
    for message in chain.from_iterable(outside.telegram.chats.messages.values()):
        if paid := message.get("successful_payment"):
            code = paid["currency"]
            method = "stars" if code == XTR.code else "cards"
            came[method, code, orders.get(paid["invoice_payload"])] += paid["total_amount"]
    for sent in world.sent:
        if not sent.silent:
            came["ton", sent.amount.asset.code, sent.payment] += sent.amount.units
    return +came


def came_in_books(arrivals: Iterable[Arrival]) -> Came:
    """The same as we know it."""
    came: Came = Counter()
    for each in arrivals:
        amount = each.inflow.amount
        came[each.method, amount.asset.code, each.payment] += amount.units
    return came


def judge_refunds(books: Books) -> None:
    """Each has ended; what is done was paid, nothing else was, and nothing twice."""
    assert [each for each in books.refunds if not each.ended] == []
    outside = books.world.outside
    at_heleket = Counter(
        (each.address, Decimal(each.amount))
        for each in outside.heleket.refunds.begun
        if not each.failed
    )
    done = [each for each in books.done if each.method == "heleket"]
    assert at_heleket == Counter((each.to, Decimal(each.amount.decimal)) for each in done)
    begun = Counter(each.address for each in outside.heleket.refunds.begun)
    assert not any(count > 1 for count in begun.values()), "each was asked for once"
    stars = Counter(each.key for each in books.done if each.method == "stars")
    back = Counter(each.id for each in outside.telegram.stars.charges.values() if each.is_refunded)
    assert stars == back, "what went back is there, once, whoever wanted it"
    by_hand = {each.key for each in books.done if each.origin is Origin.OUTSIDE}
    assert by_hand <= books.world.outside_refunds
    at_psp = {each["refund_id"]: each for each in outside.psp.refunds.values()}
    paid = {name: each["amount"]["value"] for name, each in at_psp.items() if is_done(each)}
    ours = [each for each in books.done if each.method == "example"]
    assert paid == {each.id.hex: each.amount.decimal for each in ours}
    assert {each.method for each in books.done} <= {"example", "heleket", "stars"}


def is_done(refund: Mapping[str, Any]) -> bool:
    """Whether the payer has it, as Example Pay says."""
    return bool(refund["status"] == "done")


def judge_payment(payment: Payment, arrivals: list[Arrival]) -> None:
    """It is the sum of what came for it, and in the state that this makes."""
    its = [each for each in arrivals if each.inflow.amount.asset == payment.asked.asset]
    assert payment.came.units == sum(each.inflow.amount.units for each in its)
    assert payment.returned.units == sum(each.returned.units for each in its)
    assert not payment.returning.units
    certain = sum(each.credited.units for each in its if each.given_to is None)
    assert certain <= payment.credited.units <= sum(each.credited.units for each in its)
    assert payment.check_at is None, payment
    assert payment.state in states_of(payment, arrivals), payment


def states_of(payment: Payment, arrivals: list[Arrival]) -> set[State]:
    """In which states it may be when the day is over."""
    if not payment.came.units:
        if arrivals:  # in another asset, and what that makes of an invoice is for its provider
            return {State.UNDERPAID, State.EXPIRED, State.CANCELLED}
        return {State.EXPIRED, State.CANCELLED}
    if payment.returned == payment.came:
        return {State.REFUNDED}
    if payment.came < payment.asked:
        return {State.UNDERPAID}
    return {State.SETTLED if payment.came == payment.asked else State.OVERPAID}


def judge_held(books: Books, arrival: Arrival) -> None:
    """What is held is held for a reason: a rule, an account that is full, a refund that failed."""
    if not arrival.held.units:
        return
    treatment = books.world.rules.treatment(arrival.case, arrival.method)
    by_rule, full = treatment is not Treatment.CREDIT, "no room" in arrival.why_held
    refunds = [each for each in books.refunds if each.key == arrival.inflow.key]
    assert by_rule or full or refunds, arrival
    if arrival.case is Case.UNDER and by_rule and not refunds and not full:
        (payment,) = (each for each in books.payments if each.id == arrival.payment)
        assert payment.came < payment.asked, "it was held only because the rest was missing"


async def judge_accounts(books: Books) -> None:
    """Every account holds what it should, and all of them together nothing."""
    world, should = books.world, what_should_be(books)
    sums: Counter[str] = Counter()
    for account in await world.kept.ledger.accounts(limit=1000):
        name, code = account.name, account.asset.code
        posted = (await world.kept.ledger.balance(name, account.asset)).posted.units
        sums[code] += posted
        if name != GOODS:
            spent, lost = bought(world, name, code), lost_by(world, name, code)
            assert 0 <= lost <= spent, "what went back is taken from whoever has it"
            assert posted + spent - lost == should.pop((name, code), 0), account
    assert not any(sums.values()), sums
    assert not any(should.values()), should


def what_should_be(books: Books) -> Counter[tuple[AccountName, str]]:
    """In units, by account and asset, if nobody had bought anything."""
    should: Counter[tuple[AccountName, str]] = Counter()
    for arrival in books.arrivals:
        code = arrival.inflow.amount.asset.code
        should[clearing(arrival.method), code] -= arrival.inflow.amount.units
        should[SUSPENSE, code] += arrival.held.units
        should[FRIEND, code] += arrival.credited.units
    for refund in books.done:
        should[clearing(refund.method), refund.amount.asset.code] += refund.amount.units
    for transfer in transfers_of(books.world):
        if transfer.source.startswith("losses:"):
            assert any(each.origin is Origin.OUTSIDE for each in books.done)
            should[transfer.source, transfer.amount.asset.code] -= transfer.amount.units
    for charge, back in fees_of(books.world):
        should[fees(STARS), XTR.code] -= charge * (not back)
        should[clearing(STARS), XTR.code] += charge * (not back)
    for refund in books.refunds:
        should[returning(refund.method), refund.amount.asset.code] += 0
    for payment in books.payments:
        quote, order, credited = payment.order.quote, payment.order, payment.credited.units
        should[FRIEND, quote.pays.asset.code] -= credited
        given = credited * quote.gives.units // quote.pays.units
        should[order.target, quote.gives.asset.code] += given
        if quote.exchanges:
            should[exchange(order.method), quote.pays.asset.code] += credited
            should[exchange(order.method), quote.gives.asset.code] -= given
    return should


def fees_of(world: World) -> list[tuple[int, bool]]:
    """What affiliates had of each charge, as whole Stars, and whether they gave it back."""
    charges = world.outside.telegram.stars.charges.values()
    return [
        (each.invoice.total_amount - each.earned // NANO, each.is_refunded)
        for each in charges
        if each.invoice.in_stars
    ]


def transfers_of(world: World) -> list[Transfer]:
    """All that there ever were."""
    return [each.transfer for each in world.kept.ledger._transfers.values()]


def bought(world: World, name: AccountName, code: str) -> int:
    """For how much somebody bought."""
    ways = (name, GOODS)
    theirs = [each for each in transfers_of(world) if (each.source, each.target) == ways]
    return sum(each.amount.units for each in theirs if each.amount.asset.code == code)


def lost_by(world: World, name: AccountName, code: str) -> int:
    """How much went back that somebody had spent."""
    theirs = [each for each in transfers_of(world) if each.memo == f"{name} had spent it"]
    return sum(each.amount.units for each in theirs if each.amount.asset.code == code)


async def judge_tie_outs(books: Books) -> None:
    """The providers' lists agree with the books, but for what nobody told us, which is named."""
    world = books.world
    named = {
        (each.method, Kind.UNMATCHED, each.inflow.key)
        for each in books.arrivals
        if each.case is Case.UNMATCHED and each.held.units
    }
    named |= {("ton", Kind.MISSING_HERE, each.key) for each in world.sent if each.silent}
    named |= unsaid(books)
    found = set()
    for method in ("example", "heleket", "stars", "ton"):
        since, until = START - timedelta(hours=1), world.clock.now()
        tie_out = await world.front.house.tie_out(method, since, until)
        found |= {(method, each.kind, each.key) for each in tie_out.differences}
    assert found == named, (found - named, named - found)


def unsaid(books: Books) -> set[tuple[str, Kind, str]]:
    """Heleket's list tells of the last refund of an invoice: of one before that it says nothing."""
    desk, found = books.world.outside.heleket, set()
    back = {each.key.partition("+")[0] for each in books.done}
    for invoice in (*desk.invoices.values(), *desk.top_ups):
        if invoice["uuid"] in back and invoice["status"] != "refund_paid":
            found.add(("heleket", Kind.MISSING_THERE, invoice["uuid"]))
    return found
