"""What a provider says of payments and refunds, in our words."""

from datetime import datetime
from typing import Final

from attrs import evolve

from ...core.errors import AltynError
from ...core.money import Money, zero
from ...core.payments import Inflow, Line, Refund, RefundStage, Report, Reversal, Stage
from .calls import RefundShown, Shown
from .cards import masked, shown
from .meanings import STAGES, Meaning
from .names import GROWN, payment_id
from .reader import Reader, Unintelligible

SENDER_MAX: Final = 256
GONE: Final = frozenset({Meaning.REFUNDED, Meaning.CHARGEBACK})


def report_of(
    reader: Reader, said: object, where: Shown, came: Money | None, now: datetime
) -> Report:
    """
    What he says of a payment, for which so much has come as far as we know: that, and what of it
    went back, whoever asked for it.

    Raises:
        Unintelligible: something that matters is missing or makes no sense.
    """
    meaning = _meaning(reader, said, where)
    if meaning in STAGES:
        return Report(STAGES[meaning])
    paid, back = _amounts(reader, said, where, meaning)
    if not paid.units:  # he shows what is left of it, and that is nothing
        back = came if came is not None and came.asset == paid.asset else paid
    by_bank = meaning is Meaning.CHARGEBACK
    reversals: tuple[Reversal, ...] = ()
    if back.units:
        reversal = Reversal(
            key=_key(reader, said, where),
            amount=back,
            at=reader.moment(said, where.refunded_at, now),
            arrived=by_bank,  # a refund that he has accepted may fail
        )
        reversals = (reversal,)
    if not paid.units:
        return Report(Stage.LOCKED if by_bank else Stage.CANCELLED, reversals=reversals)
    inflows = [_inflow(reader, said, where, paid, now)]
    return Report(Stage.CLOSED, inflows, reversals=reversals)


def kept_of(reader: Reader, said: object, where: Shown, now: datetime) -> list[Inflow]:
    """
    What came for a payment that is not ours and is still there.

    Raises:
        Unintelligible: something that matters is missing or makes no sense.
    """
    report = report_of(reader, said, where, None, now)
    back = sum(each.amount.units for each in report.reversals)
    left = [(each, Money(each.amount.units - back, each.amount.asset)) for each in report.inflows]
    return [evolve(each, amount=amount) for each, amount in left if amount.units]


def lines_in(
    reader: Reader, said: object, where: Shown, since: datetime, until: datetime
) -> list[Line]:
    """
    What came and what went back in that time of one member of his list.

    Raises:
        Unintelligible: something that matters is missing or makes no sense.
    """
    if (meaning := _meaning(reader, said, where)) in STAGES:
        return []
    paid, back = _amounts(reader, said, where, meaning)
    key, payment = _key(reader, said, where), payment_id(reader.name(said, where.order_id))
    # He chose it for that time, so what he does not date is of that time.
    came_at = reader.moment(said, where.at, since)
    back_at = reader.moment(said, where.refunded_at, since)
    lines = [
        Line(key=key, amount=paid, at=came_at, payment=payment),
        Line(key=key, amount=back, at=back_at, payment=payment, back=True),
    ]
    return [line for line in lines if line.amount.units and since <= line.at < until]


def refund_stage_of(
    reader: Reader, said: object, where: RefundShown, refund: Refund
) -> RefundStage:
    """
    What he says of a refund; one without a status is done, unless he is asked afterwards.

    Raises:
        Unintelligible: it is another refund, or the profile does not say what it means.
    """
    reader.expect(said, where.refund_id, refund.id.hex)
    asked, amount, profile = refund.amount, where.amount, reader.profile
    if amount is not None and reader.money(said, amount, asked.asset) != asked:
        raise Unintelligible("it speaks of a refund of another amount")
    if where.status is None or profile.refund is None:
        return RefundStage.ACCEPTED if profile.refund_query else RefundStage.DONE
    status = reader.name(said, where.status)
    if (meaning := profile.refund.statuses.get(status)) is None:
        raise Unintelligible(f"its profile does not know {shown(status)!r} of a refund")
    return meaning.stage


def _meaning(reader: Reader, said: object, where: Shown) -> Meaning:
    status = reader.name(said, where.status)
    if (meaning := reader.profile.statuses.get(status)) is None:
        raise Unintelligible(f"its profile does not know {shown(status)!r} of a payment")
    return meaning


def _amounts(reader: Reader, said: object, where: Shown, meaning: Meaning) -> tuple[Money, Money]:
    """How much came, and how much of it went back."""
    asset = reader.asset(said, where.paid_currency or where.currency)
    paid = reader.money(said, where.paid_amount, asset)
    partly, told = meaning is Meaning.PARTIALLY_REFUNDED, where.refunded_amount
    back = paid if meaning in GONE else zero(asset)
    if meaning not in GONE and told is not None and (partly or told.read(said) is not None):
        back = reader.money(said, told, asset)
    if not 0 <= back.units <= paid.units or not (paid.units or meaning in GONE):
        raise Unintelligible(f"{paid} came, and {back} of it went back")
    return paid, back


def _inflow(reader: Reader, said: object, where: Shown, amount: Money, now: datetime) -> Inflow:
    sender = where.sender.read(said) if where.sender else ""
    sender = sender if isinstance(sender, str) and sender.isprintable() else ""
    try:
        return Inflow(
            key=_key(reader, said, where),
            amount=amount,
            at=reader.moment(said, where.at, now),
            sender=masked(sender)[:SENDER_MAX],
        )
    except AltynError as wrong:
        raise Unintelligible(str(wrong)) from None


def _key(reader: Reader, said: object, where: Shown) -> str:
    """His name for the payment: what came under it is known by it."""
    key = reader.name(said, where.payment_id)
    if GROWN.search(key):
        raise Unintelligible(f"{where.payment_id} ends as only our own keys do")
    return key
