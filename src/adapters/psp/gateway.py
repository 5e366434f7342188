"""Payments by a card provider whom a profile describes; payers give their cards to him alone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from attrs import frozen

from ...core.balances import MalformedText
from ...core.clock import Clock
from ...core.money import Money
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
    NoticeForged,
    NoticeUnreadable,
    NotReturnable,
    Payment,
    ProviderRefused,
    ProviderUnclear,
    Refund,
    RefundStage,
    Report,
    Returning,
    State,
)
from ...core.resilience import Guard
from ..http import Calls
from .api import Api
from .asking import Heard, Word
from .calls import Opened, RefundShown, Shown
from .known import to_ask, to_open, to_return
from .listing import lines_of
from .names import order_id, payment_id
from .places import safe
from .profile import Acknowledgement, Content, Profile
from .reader import Unintelligible
from .shop import Shop
from .signing import Message
from .wire import kept_of, refund_stage_of, report_of
from .writing import read_form, read_json

SEND: Final = timedelta(seconds=10)
"""For how long a payment is young enough to be opened where opening it twice makes two."""


@frozen(kw_only=True)
class PspGateway:
    """
    A card provider; what comes is credited in the currency in which it was asked for.

    Without everything that its profile needs it raises ShopIncomplete when it is made.
    """

    profile: Profile
    shop: Shop
    caller: Calls
    guard: Guard
    clock: Clock

    def __attrs_post_init__(self) -> None:
        self.profile.make_sure(self.shop)

    @property
    def method(self) -> str:
        """As the port says."""
        return self.profile.name

    @property
    def lifetime_seconds(self) -> int:
        """As the port says."""
        return self.profile.limits.lifetime_seconds

    @property
    def acknowledgement(self) -> Acknowledgement:
        """What he wants to hear when we have his notice."""
        callback = self.profile.callback
        return callback.acknowledgement if callback else Acknowledgement()

    async def accept(self, amount: Money) -> None:
        """As the port says."""
        for least, most in self.profile.bounds():
            if least.asset == amount.asset:
                if not least <= amount <= most:
                    raise AmountOutOfBounds(self.method, amount, least, most)
                return
        raise AssetNotTaken(self.method, amount.asset)

    async def open(self, payment: Payment) -> Invoice:
        """As the port says."""
        said, where = await self._opened(payment)
        if not isinstance(said, dict):
            raise ProviderUnclear(self.method, "it knows no such call, or no such payment")
        reader = self._api.reader
        with self._api.understood():
            reader.expect(said, where.order_id, order_id(payment.id))
            if not reader.same_terms(said, where, payment):
                raise ProviderRefused(self.method, "a payment of this id has other terms")
            link = where.checkout_url.read(said) if where.checkout_url else None
            if not isinstance(link, str) or not safe(link):
                raise Unintelligible("it does not say where to pay")
            return Invoice(provider_id=reader.name(said, where.payment_id), link=link)

    async def _opened(self, payment: Payment) -> tuple[Heard | None, Opened | Shown]:
        """What he says of it, whether it is new or was there; there are never two."""
        create, query = self.profile.create, self.profile.query
        wanted = to_open(self.profile, self.shop, payment)
        known = to_ask(self.shop, payment.id, "")
        if self.profile.features.creates_are_single:
            made = await self._api.have(create, wanted)
            if made is not Word.THERE_ALREADY:
                return made, create.response
            return await self._api.ask(query, known), query.response
        if (found := await self._api.ask(query, known)) is not None:
            return found, query.response
        young = self.clock.now() < payment.created_at + SEND
        if payment.state is not State.CREATED or not young:
            what = "it may be opening one, and asked again it might open another"
            raise ProviderUnclear(self.method, what)
        return await self._api.have(create, wanted), create.response

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """As the port says; where it came from is looked at on the way in."""
        callback = self.profile.callback
        if callback is None:  # then he has nothing to tell us
            raise NoticeForged(self.method)
        small = {name.lower(): value for name, value in headers.items()}
        try:
            said = read_json(raw) if callback.content is Content.JSON else read_form(raw)
            proven = callback.signature.proves(Message(raw, said, small), self.shop)
        except (ValueError, RecursionError):  # what can just be read may be too deep to be signed
            what = f"it is not {callback.content}, or readers disagree on it"
            raise NoticeUnreadable(self.method, what) from None
        if not proven:
            raise NoticeForged(self.method)
        reader, where = self._api.reader, callback.fields
        try:
            order = reader.name(said, where.order_id)
            named = where.order_id if self._by_order else where.payment_id or where.order_id
            # Without a name of its own the same bytes are the same notice.
            key = reader.name(said, where.event_id) if where.event_id else sha256(raw).hexdigest()
            return Hint(key, payment_id(order), reader.name(said, named))
        except (Unintelligible, MalformedText) as wrong:
            raise NoticeUnreadable(self.method, str(wrong)) from None

    def told(self, raw: bytes) -> Sequence[Deposit]:
        """As the port says: nothing, whoever signed it."""
        return ()

    def claims(self, raw: bytes) -> Sequence[Inflow]:
        """As the port says: what a profile reads of a notice is no amount."""
        return ()

    async def inquire(self, payment: Payment) -> Report:
        """As the port says."""
        if not self._by_order and not payment.provider_id:
            raise InvoiceMissing(payment.id, self.method)  # nobody was ever told where to pay
        known = to_ask(self.shop, payment.id, payment.provider_id)
        said = await self._api.ask(self.profile.query, known)
        if said is None:
            raise InvoiceMissing(payment.id, self.method)
        reader, where = self._api.reader, self.profile.query.response
        with self._api.understood():
            reader.expect(said, where.order_id, order_id(payment.id))
            if payment.provider_id:
                reader.expect(said, where.payment_id, payment.provider_id)
            if not reader.same_terms(said, where, payment):
                raise Unintelligible("it speaks of other terms than we asked for")
            return report_of(reader, said, where, payment.came, self.clock.now())

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        """As the port says."""
        name = "order.id" if self._by_order else "payment.id"
        known = {"shop.id": self.shop.id, name: hint.provider_id}
        if (said := await self._api.ask(self.profile.query, known)) is None:
            return ()
        reader, where = self._api.reader, self.profile.query.response
        with self._api.understood():
            named = where.order_id if self._by_order else where.payment_id
            reader.expect(said, named, hint.provider_id)
            return kept_of(reader, said, where, self.clock.now())

    @property
    def returning(self) -> Returning:
        """As the port says."""
        if self.profile.refund is None:
            return Returning.NEVER
        return Returning.ONCE if self.profile.features.partial_refund else Returning.WHOLE

    @property
    def returns_to_sender(self) -> bool:
        """As the port says: to the card that paid."""
        return self.returning is not Returning.NEVER

    @property
    def refunds_are_single(self) -> bool:
        """As the port says."""
        return self.profile.features.refunds_are_single

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        call = self.profile.refund
        if call is None:
            raise NotReturnable(self.method, "its profile has no refund")
        match await self._api.have(call, to_return(self.profile, self.shop, refund, arrival)):
            case Word.NOT_THERE:
                raise ProviderRefused(self.method, "it knows no such payment")
            case Word.THERE_ALREADY:
                return await self.inquire_refund(refund, arrival)
            case said:
                return self._refunded(said, call.response, refund)

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        call = self.profile.refund_query
        if call is None:
            raise ProviderUnclear(self.method, "it cannot be asked what became of a refund")
        said = await self._api.ask(call, to_return(self.profile, self.shop, refund, arrival))
        if said is None:
            return RefundStage.NOTHING
        return self._refunded(said, call.response, refund)

    def _refunded(self, said: object, where: RefundShown, refund: Refund) -> RefundStage:
        with self._api.understood():
            return refund_stage_of(self._api.reader, said, where, refund)

    @property
    def lists(self) -> bool:
        """As the port says."""
        return self.profile.listing is not None

    def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line]]:
        """As the port says."""
        return lines_of(self._api, since, until)

    @property
    def _by_order(self) -> bool:
        return self.profile.query.by == "order.id"

    @property
    def _api(self) -> Api:
        return Api(self.profile, self.shop, self.caller, self.guard, self.clock)
