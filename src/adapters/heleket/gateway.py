"""Invoices of Heleket: our payment's id is theirs, so there is never a second."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from attrs import define, field, frozen

from ...core.balances import MalformedText
from ...core.clock import Clock
from ...core.errors import Missing
from ...core.money import Assets, Money
from ...core.payments import (
    AmountOutOfBounds,
    AssetNotTaken,
    Hint,
    Inflow,
    Invoice,
    InvoiceMissing,
    NoticeUnreadable,
    Payment,
    PaymentId,
    ProviderRefused,
    ProviderUnclear,
    Report,
)
from ...core.resilience import Guard
from ..http import Answer, Calls
from .signing import METHOD, proven, signature
from .wire import Unintelligible, money_of, report_of, status_of, text_of

LIFETIME_SECONDS: Final = 3600
LIFETIME_SECONDS_MIN: Final = 300
LIFETIME_SECONDS_MAX: Final = 43200
OK: Final = 200
REFUSALS: Final = range(400, 500)
LATER: Final = frozenset({408, 409, 425, 429})
"""Statuses under 500 that say nothing about what was done."""
NOT_FOUND: Final = 404
NOTICES: Final = frozenset({"payment", "wallet"})


@frozen(kw_only=True)
class Merchant:
    """Who we are to Heleket."""

    id: str
    payment_key: str = field(repr=False)
    callback_url: str = ""
    """Where notices are to be sent; without it payments are found by asking."""


@frozen(kw_only=True)
class HeleketGateway:
    """Crypto by Heleket; what comes is credited in the asset in which the invoice was made out."""

    merchant: Merchant
    caller: Calls
    guard: Guard
    clock: Clock
    assets: Assets
    bounds: Mapping[str, tuple[Money, Money]]
    """The least and the most of one invoice, for each asset that may be paid."""
    lifetime_seconds: int = LIFETIME_SECONDS

    @property
    def method(self) -> str:
        """As the port says."""
        return METHOD

    async def accept(self, amount: Money) -> None:
        """As the port says."""
        found = self.bounds.get(amount.asset.code)
        if found is None:
            raise AssetNotTaken(METHOD, amount.asset)
        least, most = found
        if not least <= amount <= most:
            raise AmountOutOfBounds(METHOD, amount, least, most)

    async def open(self, payment: Payment) -> Invoice:
        """As the port says."""
        wanted: dict[str, Any] = {
            "amount": payment.asked.decimal,
            "currency": payment.asked.asset.code,
            "order_id": order_id(payment.id),
            "lifetime": self._lifetime_of(payment),
            "accuracy_payment_percent": 0,  # what is accepted as enough is for our rules to say
        }
        if self.merchant.callback_url:
            wanted["url_callback"] = self.merchant.callback_url
        try:
            made = await self._opened(payment, wanted)
        except _NotFound:
            raise ProviderUnclear(METHOD, "it knows no such call, or no such order") from None
        with _understood():
            asset = Assets.of(payment.asked.asset)
            same = text_of(made, "currency") == payment.asked.asset.code
            if (
                not same
                or money_of(made, "amount", asset, payment.asked.asset.code) != payment.asked
            ):
                raise ProviderRefused(METHOD, "an invoice of this id has other terms")
            return Invoice(provider_id=text_of(made, "uuid"), link=text_of(made, "url"))

    async def _opened(self, payment: Payment, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """The invoice, whether it is new or was there."""
        try:
            return await self._ask("payment", wanted)
        except ProviderRefused as refused:
            if "order_id" not in refused.reason:
                raise
            return await self._ask("payment/info", {"order_id": order_id(payment.id)})

    def _lifetime_of(self, payment: Payment) -> int:
        """Until the rate runs out: an invoice that is opened late does not wait longer."""
        left = int((payment.expires_at - self.clock.now()).total_seconds())
        return min(max(left, LIFETIME_SECONDS_MIN), LIFETIME_SECONDS_MAX)

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """As the port says; the signature is in the body."""
        said = proven(raw, self.merchant.payment_key)
        try:
            if text_of(said, "type") not in NOTICES:
                raise NoticeUnreadable(METHOD, "it is not about a payment")
            uuid = text_of(said, "uuid")
            # With the amount: whoever pays too much twice is told of twice by the same status.
            key = f"{uuid}:{status_of(said)}:{said.get('payment_amount')}"
            return Hint(key, payment_id(said.get("order_id")), uuid)
        except (Unintelligible, MalformedText) as wrong:
            raise NoticeUnreadable(METHOD, str(wrong)) from None

    async def inquire(self, payment: Payment) -> Report:
        """As the port says."""
        try:
            invoice = await self._ask("payment/info", {"order_id": order_id(payment.id)})
        except _NotFound:
            raise InvoiceMissing(payment.id, METHOD) from None
        with _understood():
            if invoice.get("order_id") != order_id(payment.id):
                raise Unintelligible("it answered about another order")
            return report_of(invoice, self.assets, self.clock.now())

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        """As the port says; a notice that was sent to try us out is about nothing he knows."""
        try:
            invoice = await self._ask("payment/info", {"uuid": hint.provider_id})
        except _NotFound:
            return ()
        with _understood():
            return report_of(invoice, self.assets, self.clock.now()).inflows

    async def _ask(self, path: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """
        What Heleket answers to that.

        Raises:
            _NotFound: it is about something he does not know.
            ProviderRefused: he will not have it.
            Unavailable: it is not known what became of it.
        """
        body = json.dumps(wanted, separators=(",", ":")).encode()
        headers = {
            "merchant": self.merchant.id,
            "sign": signature(body, self.merchant.payment_key),
            "Content-Type": "application/json",
        }
        return await self.guard(lambda: self._call(f"/v1/{path}", body, headers))

    async def _call(self, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        return result_of(await self.caller("POST", path, body=body, headers=headers))


@define
class _NotFound(Missing):
    """Heleket knows nothing of it."""


def result_of(answer: Answer) -> dict[str, Any]:
    """The result in an answer, or what went wrong."""
    try:
        said = answer.json()
    except ValueError:
        said = None
    if answer.status >= 500 or answer.status in LATER or not isinstance(said, dict):
        what = f"status {answer.status}" + ("" if isinstance(said, dict) else ", not JSON")
        raise ProviderUnclear(METHOD, what, answer.retry_after_seconds)
    if answer.status == OK and said.get("state") == 0 and isinstance(said.get("result"), dict):
        return dict(said["result"])
    reason = _reason(said)
    if answer.status == NOT_FOUND or reason.lower() == "not found":
        raise _NotFound
    if said.get("state") == 1 or answer.status in REFUSALS:
        raise ProviderRefused(METHOD, reason or f"status {answer.status}")
    raise ProviderUnclear(METHOD, f"status {answer.status}, and no result")


def _reason(said: Mapping[str, Any]) -> str:
    """Why, in his words, as far as they can be shown; of wrong members their names."""
    errors = said.get("errors")
    text = ", ".join(errors) if isinstance(errors, dict) else said.get("message")
    return "".join(each for each in str(text or "")[:200] if each.isprintable())


@contextmanager
def _understood() -> Iterator[None]:
    """What we cannot read leaves us in doubt."""
    try:
        yield
    except (Unintelligible, MalformedText) as wrong:
        raise ProviderUnclear(METHOD, str(wrong)) from None


def order_id(id: PaymentId) -> str:
    """How Heleket knows a payment: 32 characters are as many as all of its calls take."""
    return id.hex


def payment_id(order: object) -> PaymentId | None:
    """Which payment that is; None when it cannot be one of ours."""
    try:
        id = UUID(hex=order) if isinstance(order, str) else None
    except ValueError:
        return None
    return PaymentId(id) if id is not None and id.hex == order else None
