"""Invoices of Heleket: our payment's id is theirs, so there is never a second."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from ...core.balances import MalformedText
from ...core.clock import Clock
from ...core.money import Asset, Assets, Money
from ...core.payments import (
    AmountOutOfBounds,
    Arrival,
    AssetNotTaken,
    Deposit,
    Hint,
    Inflow,
    Invoice,
    InvoiceMissing,
    Line,
    NoticeUnreadable,
    Payment,
    ProviderRefused,
    ProviderUnclear,
    Refund,
    RefundStage,
    Report,
    Returning,
    Uncounted,
)
from ...core.resilience import Guard
from ..http import Calls
from .api import HeleketApi, Merchant
from .listing import HeleketList
from .refunds import HeleketRefunds
from .service import Services
from .signing import METHOD, proven
from .wire import (
    Unintelligible,
    money_of,
    object_of,
    order_id,
    payment_id,
    report_of,
    status_of,
    text_of,
    understood,
)

LIFETIME_SECONDS: Final = 3600
LIFETIME_SECONDS_MIN: Final = 300
LIFETIME_SECONDS_MAX: Final = 43200
NOTICES: Final = frozenset({"payment", "wallet"})


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
    services: Services | None = None
    """What he takes at present, where those bounds are to be drawn in to it."""
    lifetime_seconds: int = LIFETIME_SECONDS

    @property
    def method(self) -> str:
        """As the port says."""
        return METHOD

    async def accept(self, amount: Money) -> None:
        """As the port says."""
        found = await self._bounds_of(amount.asset)
        if found is None:
            raise AssetNotTaken(METHOD, amount.asset)
        least, most = found
        if not least <= amount <= most:
            raise AmountOutOfBounds(METHOD, amount, least, most)

    async def _bounds_of(self, asset: Asset) -> tuple[Money, Money] | None:
        found = self.bounds.get(asset.code)
        if found is None or found[0].asset != asset:
            return None
        return found if self.services is None else await self.services.within(*found)

    async def open(self, payment: Payment) -> Invoice:
        """As the port says."""
        wanted: dict[str, Any] = {
            "amount": payment.asked.decimal,
            "currency": payment.asked.asset.code,
            "order_id": order_id(payment.id),
            "lifetime": self._lifetime_of(payment),
            "accuracy_payment_percent": 0,  # what is accepted as enough is for our rules to say
            # Else the payer is offered all that he takes, also what our books do not know.
            "currencies": [{"currency": payment.asked.asset.code}],
        }
        if self.merchant.callback_url:
            wanted["url_callback"] = self.merchant.callback_url
        found = await self._opened(payment, wanted)
        if found is None:
            raise ProviderUnclear(METHOD, "it knows no such call, or no such order")
        with understood():
            made, asked = object_of(found), payment.asked
            same = text_of(made, "currency").upper() == asked.asset.code
            if not same or money_of(made, "amount", asked.asset) != asked:
                raise ProviderRefused(METHOD, "an invoice of this id has other terms")
            return Invoice(provider_id=text_of(made, "uuid"), link=text_of(made, "url"))

    async def _opened(self, payment: Payment, wanted: Mapping[str, Any]) -> object:
        """The invoice, whether it is new or was there."""
        try:
            return await self._api.ask("payment", wanted)
        except ProviderRefused as refused:
            if "order_id" not in refused.reason:
                raise
            return await self._api.ask("payment/info", {"order_id": order_id(payment.id)})

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
        found = await self._api.ask("payment/info", {"order_id": order_id(payment.id)})
        if found is None:
            raise InvoiceMissing(payment.id, METHOD)
        with understood():
            invoice = object_of(found)
            if invoice.get("order_id") != order_id(payment.id):
                raise Unintelligible("it answered about another order")
            return report_of(invoice, self.assets, self.clock.now())

    async def find(self, hint: Hint) -> Sequence[Inflow | Uncounted]:
        """As the port says; a notice that was sent to try us out is about nothing he knows."""
        found = await self._api.ask("payment/info", {"uuid": hint.provider_id})
        if found is None:
            return ()
        with understood():
            invoice = object_of(found)
            if payment_id(invoice.get("order_id")) != hint.payment:
                return ()  # it was told of another, to try us out
            said = report_of(invoice, self.assets, self.clock.now())
            return [*said.inflows, *said.uncounted]

    def told(self, raw: bytes) -> Sequence[Deposit]:
        """As the port says: a notice that was sent to try us out is signed like any other."""
        return ()

    def claims(self, raw: bytes) -> Sequence[Inflow | Uncounted]:
        """As the port says: he tells of an invoice as he answers about one."""
        try:
            said = report_of(json.loads(raw, parse_float=Decimal), self.assets, self.clock.now())
        except Unintelligible:
            return ()  # whatever it says, it is no amount
        return [*said.inflows, *said.uncounted]

    @property
    def returning(self) -> Returning:
        """As the port says: whether he would do it more than once for an invoice is not known."""
        return Returning.ONCE if self.merchant.payout_key else Returning.NEVER

    @property
    def returns_to_sender(self) -> bool:
        """As the port says: it may have come from an exchange, which would not know whose it is."""
        return False

    @property
    def refunds_are_single(self) -> bool:
        """As the port says."""
        return False

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says; he has to be told to which address."""
        return await HeleketRefunds(self._api, self.assets).ask_for(refund, arrival)

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        return await HeleketRefunds(self._api, self.assets).inquire(refund, arrival)

    @property
    def lists(self) -> bool:
        """As the port says."""
        return True

    def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line | Uncounted]]:
        """As the port says."""
        return HeleketList(self._api, self.assets).lines(since, until)

    @property
    def _api(self) -> HeleketApi:
        return HeleketApi(self.merchant, self.caller, self.guard)
