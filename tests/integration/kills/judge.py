"""What has to be so at last: what the desks hold is in the books, once, and everything adds up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import chain

from attrs import frozen
from dishka import AsyncContainer

from altyn.core.balances import Ledger
from altyn.core.money import USDT, WELL_KNOWN, XTR, Money
from altyn.core.payments import (
    SUSPENSE,
    Arrival,
    Arrivals,
    Notices,
    Payment,
    Payments,
    Refund,
    Refunds,
    RefundState,
    State,
    clearing,
)

from .people import Bill, Habit
from .town import Town

Came = Counter[tuple[str, str, str | None]]
"""In units, by method, asset and the id of the payment in hexadecimal."""

LISTED = ("example", "heleket", "stars", "ton")
"""Methods whose provider keeps a list; of cards nobody does."""
PAGE = 200
LONG = timedelta(days=400)


@frozen(kw_only=True)
class Books:
    """All that was noted."""

    bills: Sequence[Bill]
    payments: Sequence[Payment]
    arrivals: Sequence[Arrival]
    refunds: Sequence[Refund]
    unread: int
    """Notices that nobody has acted on."""
    balances: Mapping[tuple[str, str], int]
    """In units, by account and asset."""

    def of(self, payment: Payment) -> list[Arrival]:
        """What came for it, in the order in which it was noted."""
        return [each for each in self.arrivals if each.payment == payment.id]


async def read(container: AsyncContainer, town: Town, bills: Sequence[Bill]) -> Books:
    """The books as they are by now."""
    now, methods = town.clock.now(), {each.method for each in bills}
    span = now - LONG, now + LONG
    arrivals, refunds = await container.get(Arrivals), await container.get(Refunds)
    payments, notices = await container.get(Payments), await container.get(Notices)
    noted: list[Arrival] = []
    backs: list[Refund] = []
    for method in methods:
        after = place = None
        while page := await arrivals.noted(method, *span, PAGE, after):
            noted += page
            after = page[-1].noted_at, page[-1].inflow.key
        while went := await refunds.noted(method, *span, PAGE, place):
            backs += went
            place = went[-1].created_at, went[-1].id
    return Books(
        bills=bills,
        payments=[await payments.get(each.id) for each in bills],
        arrivals=noted,
        refunds=backs,
        unread=len(await notices.waiting(span[1], PAGE)),
        balances=await balances(await container.get(Ledger)),
    )


async def balances(ledger: Ledger) -> dict[tuple[str, str], int]:
    """What every account holds."""
    held: dict[tuple[str, str], int] = {}
    after = None
    while page := await ledger.accounts(after=after, limit=PAGE):
        for each in page:
            posted = (await ledger.balance(each.name, each.asset)).posted
            held[each.name, each.asset.code] = posted.units
        after = page[-1].name, page[-1].asset.code
    return held


def came_at_desks(town: Town) -> Came:
    """What was paid, as those know it to whom it was paid."""
    came: Came = Counter()
    for name, invoice in town.heleket.invoices.items():
        if invoice["payment_amount"]:
            amount = Money.parse(invoice["payment_amount"], USDT)
            came["heleket", "USDT", name] += amount.units
    for sale in town.psp.sales.values():
        paid = sale["paid"]
        amount = Money.parse(paid["value"], WELL_KNOWN.by_code[paid["currency"]])
        came["example", paid["currency"], sale["order_id"]] += amount.units
    for message in chain.from_iterable(town.telegram.chats.messages.values()):
        if paid := message.get("successful_payment"):
            method = "stars" if paid["currency"] == XTR.code else "cards"
            came[method, paid["currency"], paid["invoice_payload"]] += paid["total_amount"]
    for (code, name), units in town.sent.items():
        came["ton", code, name] += units
    return +came


def came_in_books(books: Books) -> Came:
    """The same as we know it."""
    came: Came = Counter()
    for each in books.arrivals:
        amount, payment = each.inflow.amount, each.payment
        came[each.method, amount.asset.code, payment.hex if payment else None] += amount.units
    return came


def quiet(books: Books, town: Town) -> bool:
    """Whether nothing is left to be done."""
    told = not town.under_way and not books.unread
    ended = all(each.ended for each in books.refunds)
    paid = [each for each in books.payments if each.came.units]
    settled = all(each.state in states_of(each) for each in paid)  # no more is waited for
    return told and ended and settled and came_in_books(books) == came_at_desks(town)


def judge(books: Books, town: Town) -> None:
    """The books agree with what the desks know, and with themselves."""
    assert came_in_books(books) == came_at_desks(town), "what came is there, once"
    assert not books.unread
    for bill, payment in zip(books.bills, books.payments, strict=True):
        judge_payment(bill, payment, books)
    judge_refunds(books, town)
    judge_accounts(books)
    opened = Counter(each["order_id"] for each in town.psp.sales.values())
    assert set(opened.values()) <= {1}, "each was asked for once"


def judge_payment(bill: Bill, payment: Payment, books: Books) -> None:
    """It is the sum of what came for it; as the rules say, it was credited, is held, went back."""
    arrivals, nothing = books.of(payment), bill.asked - bill.asked
    came = sum((each.inflow.amount for each in arrivals), nothing)
    credited = sum((each.credited for each in arrivals), nothing)
    held = sum((each.held for each in arrivals), nothing)
    returned = sum((each.returned for each in arrivals), nothing)
    assert (payment.came, payment.credited, payment.returned) == (came, credited, returned)
    assert credited + held + returned == came
    twice = max(came - bill.asked, nothing) if bill.habit is Habit.TWICE else nothing
    assert held == (twice if bill.method == "ton" else nothing), payment
    assert returned == (twice if bill.method == "stars" else nothing), payment
    assert books.balances[bill.payer, bill.asked.asset.code] == credited.units, payment
    if came.units:
        assert payment.state in states_of(payment), payment


def states_of(payment: Payment) -> set[State]:
    """In which states something may be for which something came."""
    if payment.came < payment.asked:
        return {State.UNDERPAID}
    return {State.SETTLED if payment.came == payment.asked else State.OVERPAID}


def judge_refunds(books: Books, town: Town) -> None:
    """Each was paid, no charge went back twice, and nothing else went back."""
    assert {each.state for each in books.refunds} <= {RefundState.DONE}
    ours = Counter((each.method, each.key) for each in books.refunds)
    charges = town.telegram.stars.charges.values()
    assert ours == Counter(("stars", each.id) for each in charges if each.is_refunded)


def judge_accounts(books: Books) -> None:
    """Every account holds what it should, and all of them together nothing."""
    should: Counter[tuple[str, str]] = Counter()
    for bill, payment in zip(books.bills, books.payments, strict=True):
        should[bill.payer, bill.asked.asset.code] += payment.credited.units
    for each in books.arrivals:
        code = each.inflow.amount.asset.code
        should[clearing(each.method), code] -= each.inflow.amount.units
        should[SUSPENSE, code] += each.held.units
    for back in books.refunds:
        should[clearing(back.method), back.amount.asset.code] += back.amount.units
    assert {place: units for place, units in books.balances.items() if units} == {
        place: units for place, units in should.items() if units
    }
    sums: Counter[str] = Counter()
    for (_, code), units in books.balances.items():
        sums[code] += units
    assert not any(sums.values()), sums
