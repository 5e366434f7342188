"""What has to hold before anybody signs: a wrong message would be money for a stranger."""

from collections.abc import Set
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from ...core.money import TON, Money
from ...core.purchases import SupplierClosed, SupplierUnclear
from ...core.wallets import Part
from ..http import Said, Unintelligible, text_of
from ..ton import Address, NotAnAddress, comment_of, parse_address
from ..ton.cells import Unreadable
from .comment import NotTheComment, reference_in
from .usdt import dollars_in
from .wire import FRAGMENT, bag_of, moment_of, units_of

VALID_FOR_MAX: Final = timedelta(hours=24)
"""The site says half an hour; what holds for longer than a day was not meant so."""
MARGIN: Final = timedelta(seconds=60)
"""So long before its end nobody begins to pay."""
BODY_MAX: Final = 8192
ADDRESS_MAX: Final = 80
FORWARDED_MAX: Final = 10_000_000
"""So many nano at most go with the news of a transfer of dollars; it is one, as a rule."""


@frozen(kw_only=True)
class Expected:
    """What we are about to pay."""

    amount: Money
    beginning: str
    """How the comment begins."""
    payer: Address
    destinations: Set[Address]
    """Those who may be paid, as the operator has said."""


@frozen
class Checked:
    """What is to be paid, once all of that holds."""

    part: Part
    reference: str
    pay_before: datetime


def checked(transaction: Said, expected: Expected, now: datetime) -> Checked:
    """
    What the transaction asks us to pay.

    Raises:
        SupplierClosed: it is not what we are about to pay; an operator has to look at it.
        SupplierUnclear: there is no time left to pay it.
        Unintelligible: it is no transaction.
    """
    if _address(text_of(transaction, "from", ADDRESS_MAX)) != expected.payer:
        raise _stop("the session is connected to another wallet than ours")
    messages = transaction.get("messages")
    if not isinstance(messages, list) or not all(isinstance(each, dict) for each in messages):
        raise Unintelligible("messages are missing")
    if len(messages) != 1:
        raise _stop(f"it asks for {len(messages)} messages where one was to be expected")
    pay_before = _pay_before(transaction, now)
    part, reference = _part(messages[0], expected)
    return Checked(part, reference, pay_before)


def _pay_before(transaction: Said, now: datetime) -> datetime:
    until = moment_of(transaction, "validUntil")
    if until > now + VALID_FOR_MAX:
        raise _stop("its bill holds for longer than any should")
    if until - MARGIN <= now:
        raise SupplierUnclear(FRAGMENT, "its bill has run out already")
    return until - MARGIN


def _part(message: Said, expected: Expected) -> tuple[Part, str]:
    if message.get("stateInit") or message.get("state_init"):
        raise _stop("the message would deploy something")
    try:
        body = bag_of(message, "payload", BODY_MAX)
    except Unintelligible as wrong:
        raise _stop(str(wrong)) from None
    if expected.amount.asset == TON:
        units, to = units_of(message), _address(text_of(message, "address", ADDRESS_MAX))
        comment = comment_of(body)
    else:
        units, to, comment = _dollars(body, expected)
    if to not in expected.destinations:
        raise _stop(f"it wants to be paid at {to}, which is not on the list")
    if units != expected.amount.units:
        raise _stop(f"the message would pay {units} units, and {expected.amount} is due")
    try:
        reference = reference_in(comment, expected.beginning)
    except NotTheComment as wrong:
        raise _stop(str(wrong)) from None
    part = Part(to=to.raw, amount=expected.amount, comment=comment or "", body=body)
    return part, reference


def _dollars(body: str, expected: Expected) -> tuple[int, Address, str | None]:
    """Out of which wallet of ours the dollars come is for that wallet to know; it takes no word."""
    try:
        transfer = dollars_in(body)
    except Unreadable as wrong:
        raise _stop(f"the transfer of dollars is {wrong}") from None
    if transfer.response != expected.payer:
        raise _stop("what is left over of the transfer would go to a stranger")
    if transfer.custom or not 1 <= transfer.forwarded <= FORWARDED_MAX:
        raise _stop("the transfer of dollars would do something else besides")
    return transfer.amount, transfer.destination, transfer.comment


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except NotAnAddress as wrong:
        raise _stop(str(wrong)) from None


def _stop(reason: str) -> SupplierClosed:
    return SupplierClosed(FRAGMENT, reason)
