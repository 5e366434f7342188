"""What has to be so when the world has calmed down: nothing is lost, and nothing is there twice."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from altyn.core.balances import AccountName
from altyn.core.money import USDT, WELL_KNOWN, XTR, Money
from altyn.core.payments import (
    SUSPENSE,
    Arrival,
    Case,
    Inflow,
    Kind,
    Payment,
    PaymentId,
    Refund,
    RefundState,
    State,
    Treatment,
    clearing,
    exchange,
    returning,
)
from tests.unit.payments_world import World
from tests.unit.payments_world_fate import START
from tests.unit.payments_world_office import FRIEND, was_paid
from tests.unit.payments_world_people import GOODS

METHODS = ("heleket", "stars", "cards", "ton")
Came = Counter[tuple[str, str, PaymentId | None]]
"""In units, by method, asset and payment."""


async def story(world: World) -> None:
    """Live, and be judged."""
    await world.live()
    await judge(world)


async def judge(world: World) -> None:
    """The books agree with what the desks know, and with themselves."""
    arrivals = list(world.arrivals._kept.values())
    refunds = list(world.refunds._kept.values())
    came = came_at_desks(world)
    assert came == came_in_books(arrivals), "what came is in the books, once"
    await judge_refunds(world, refunds)
    for payment in world.payments._kept.values():
        judge_payment(payment, [each for each in arrivals if each.payment == payment.id])
    for arrival in arrivals:
        judge_held(world, arrival, [each for each in refunds if each.key == arrival.inflow.key])
    await judge_accounts(world, arrivals, refunds)
    assert await world.notices.waiting(world.clock.now() + timedelta(days=2), 10) == []
    await judge_tie_outs(world, arrivals, refunds)


def came_at_desks(world: World) -> Came:
    """What was paid, as those know it to whom it was paid."""
    came: Came = Counter()
    for name, invoice in world.heleket.invoices.items():
        if invoice["payment_amount"]:
            asset = WELL_KNOWN.by_code[invoice["payer_currency"]]
            amount = Money.parse(invoice["payment_amount"], asset)
            came["heleket", asset.code, ours(world, name)] += amount.units
    for paid in world.heleket.top_ups:
        amount = Money.parse(paid["payment_amount"], USDT)
        inflow = Inflow(key=paid["uuid"], amount=amount, at=START)
        order = world.standing[paid["order_id"]].order(inflow)
        came["heleket", "USDT", order.id] += amount.units
    for message in (each for chat in world.telegram.chats.messages.values() for each in chat):
        if charged := message.get("successful_payment"):
            code = charged["currency"]
            method = "stars" if code == XTR.code else "cards"
            came[method, code, ours(world, charged["invoice_payload"])] += charged["total_amount"]
    for sent in world.sent:
        if not sent.silent:
            came["ton", sent.amount.asset.code, sent.payment] += sent.amount.units
    return came


def ours(world: World, name: str) -> PaymentId | None:
    """The payment of that name, if it is one of ours."""
    return next((id for id in world.orders if id.hex == name), None)


def came_in_books(arrivals: Iterable[Arrival]) -> Came:
    """The same as we know it."""
    came: Came = Counter()
    for each in arrivals:
        amount = each.inflow.amount
        came[each.method, amount.asset.code, each.payment] += amount.units
    return came


async def judge_refunds(world: World, refunds: list[Refund]) -> None:
    """Each has ended; what is done was paid once, and what is not was not paid."""
    for each in refunds:
        assert each.ended, each
        paid = each.state is RefundState.DONE
        match each.method:
            case "heleket":
                backs = [
                    one for one in world.heleket.refunds.begun if one.address == each.to and each.to
                ]
                gone = [Money.parse(str(one.amount), each.amount.asset) for one in backs]
                assert gone in ([], [each.amount]), (each, backs)
                assert paid == any(not one.failed for one in backs), (each, backs)
            case "stars":
                assert not paid or was_paid(world, each), each
            case _:
                assert not paid, each
    of_arrivals = Counter((each.method, each.key) for each in refunds if not_undone(each))
    assert not [key for key, count in of_arrivals.items() if count > 1], of_arrivals
    charges = {each.key for each in refunds if each.method == "stars" and not_undone(each)}
    back = {each.id for each in world.telegram.stars.charges.values() if each.is_refunded}
    assert back - world.outside <= charges <= back
    known = {each.to for each in refunds}
    assert {each.address for each in world.heleket.refunds.begun} <= known | {"TByHand0000"}


def not_undone(refund: Refund) -> bool:
    """Whether it went back."""
    return refund.state is RefundState.DONE


def judge_payment(payment: Payment, arrivals: list[Arrival]) -> None:
    """It is the sum of what came for it, and in the state that this makes."""
    asked = payment.asked.asset
    its = [each for each in arrivals if each.inflow.amount.asset == asked]
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


def judge_held(world: World, arrival: Arrival, refunds: list[Refund]) -> None:
    """What is held is held for a reason: a rule, an account that is full, a refund that failed."""
    if not arrival.held.units:
        return
    by_rule = world.rules.treatment(arrival.case, arrival.method) is not Treatment.CREDIT
    full = "no room" in arrival.why_held
    assert by_rule or full or any(each.ended for each in refunds), arrival
    if arrival.case is Case.UNDER and by_rule and not refunds and not full:
        payment = world.payments._kept[arrival.payment]  # type: ignore[index]
        assert payment.came < payment.asked, "it was held only because the rest was missing"


async def judge_accounts(world: World, arrivals: list[Arrival], refunds: list[Refund]) -> None:
    """Every account holds what it should, and all of them together nothing."""
    should: Counter[tuple[str, str]] = Counter()
    for each in arrivals:
        code = each.inflow.amount.asset.code
        should[clearing(each.method), code] -= each.inflow.amount.units
        should[SUSPENSE, code] += each.held.units
        should[FRIEND, code] += each.credited.units
    for refund in refunds:
        if not_undone(refund):
            should[clearing(refund.method), refund.amount.asset.code] += refund.amount.units
        should[returning(refund.method), refund.amount.asset.code] += 0
    for payment in world.payments._kept.values():
        quote, order, credited = payment.order.quote, payment.order, payment.credited.units
        should[FRIEND, quote.pays.asset.code] -= credited
        given = credited * quote.gives.units // quote.pays.units
        should[order.target, quote.gives.asset.code] += given
        if quote.exchanges:
            should[exchange(order.method), quote.pays.asset.code] += credited
            should[exchange(order.method), quote.gives.asset.code] -= given
    sums: Counter[str] = Counter()
    for account in await world.ledger.accounts(limit=1000):
        posted = (await world.ledger.balance(account.name, account.asset)).posted.units
        sums[account.asset.code] += posted
        if account.name == GOODS:
            assert posted == await spent(world, account.name, account.asset.code)
        else:
            posted += await spent(world, account.name, account.asset.code)
            assert posted == should.pop((account.name, account.asset.code), 0), account
    assert not any(sums.values()), sums
    assert not any(should.values()), should


async def spent(world: World, name: AccountName, code: str) -> int:
    """What was bought for, from there or, of the shop, there."""
    return sum(
        each.transfer.amount.units
        for each in world.ledger._transfers.values()
        if each.transfer.target == GOODS
        and name in (each.transfer.source, GOODS)
        and each.transfer.amount.asset.code == code
    )


async def judge_tie_outs(world: World, arrivals: list[Arrival], refunds: list[Refund]) -> None:
    """The providers' lists agree with the books, but for what nobody told us, which is named."""
    now = world.clock.now()
    unmatched = {
        (each.method, Kind.UNMATCHED, each.inflow.key)
        for each in arrivals
        if each.case is Case.UNMATCHED and each.held.units
    }
    silent = {("ton", Kind.MISSING_HERE, each.key) for each in world.sent if each.silent}
    given_back = {each.key for each in refunds if not_undone(each)}
    outside = {
        ("stars", Kind.REFUNDED_OUTSIDE, key) for key in world.outside if key not in given_back
    }
    found = set()
    for method in ("heleket", "stars", "ton"):
        tie_out = await world.front.house.tie_out(method, START - timedelta(hours=1), now)
        found |= {(method, each.kind, each.key) for each in tie_out.differences}
    named = unmatched | silent | outside | unsaid(world, refunds)
    assert found == named, (found - named, named - found)


def unsaid(world: World, refunds: list[Refund]) -> set[tuple[str, Kind, str]]:
    """What Heleket's list does not say: of how much he gave back, and of it all once he is paid."""
    found = set()
    for invoice in (*world.heleket.invoices.values(), *world.heleket.top_ups):
        its = [each for each in refunds if each.key.partition("+")[0] == invoice["uuid"]]
        ours = sum(each.amount.units for each in its if not_undone(each))
        came = Decimal(invoice["payment_amount"] or "0").scaleb(
            its[0].amount.asset.scale if its else 0
        )
        theirs = int(came) if invoice["status"] == "refund_paid" else 0
        if ours != theirs:
            kind = Kind.AMOUNT_DIFFERS if ours and theirs else Kind.MISSING_THERE
            found.add(("heleket", kind, invoice["uuid"]))
    return found
