"""A standing order: whoever pays under it may do so again and again, and is credited each time."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NewType, Protocol
from uuid import UUID, uuid5

from attrs import evolve, field, frozen

from ..balances import AccountName, MalformedText, account_name
from ..clock import Clock, aware
from ..money import Asset, AssetsMixed, Money, NotPositive
from ..transaction import Transaction
from ..wording import checked_text, checked_word
from .arrival import KEY_MAX, TRANSFERS, Inflow
from .errors import MethodUnknown, StandingMissing, StandingReused
from .payment import OURS, PAYER_MAX, REFERENCE_MAX, Order, PaymentId
from .ports import Invoice
from .quote import Quote
from .routing import Routes
from .sale import Sale

StandingId = NewType("StandingId", UUID)


@frozen(kw_only=True)
class Term:
    """For how long a subscription was paid."""

    charge: str
    """The key of the one that it began with."""
    until: datetime
    """What was paid lasts until then, whatever becomes of it."""
    renews: bool = True
    """Whether the next time is paid by itself, as far as we were told."""
    lapsed: bool = False
    """Whether that is over, and was told."""

    def __attrs_post_init__(self) -> None:
        checked_text("charge", self.charge, KEY_MAX)
        aware(self.until)


@frozen(kw_only=True)
class StandingOrder:
    """An address, or a subscription; the id is the idempotency key."""

    id: StandingId
    payer: str
    target: AccountName
    """Whose balance grows."""
    method: str
    asset: Asset
    """What may be paid under it."""
    amount: Money | None = None
    """How much each month, of a subscription; None: whatever comes, whenever it comes."""
    reference: str = ""
    sale: Sale = field(factory=Sale)
    created_at: datetime
    provider_id: str = ""
    link: str = ""
    """Where one pays: a link, or an address."""
    ended: bool = False
    """What comes under it now waits for a decision."""
    term: Term | None = None
    """Of a subscription of which anything was paid."""

    def __attrs_post_init__(self) -> None:
        account_name(self.target)
        if self.target.partition(":")[0] in OURS:
            raise MalformedText("target", self.target, "what comes in passes through that account")
        checked_word("method", self.method)
        checked_text("payer", self.payer, PAYER_MAX)
        checked_text("reference", self.reference, REFERENCE_MAX)
        aware(self.created_at)
        if self.amount is not None:
            if self.amount.asset != self.asset:
                raise AssetsMixed(self.amount.asset, self.asset)
            if self.amount.units <= 0:
                raise NotPositive(self.amount)

    @property
    def terms(self) -> tuple[object, ...]:
        """What was agreed."""
        whose = (self.payer, self.target, self.reference, self.sale)
        return (*whose, self.method, self.asset, self.amount)

    def order(self, inflow: Inflow) -> Order:
        """What came under it once, as an order of its own; the same each time it is told."""
        return Order(
            id=PaymentId(uuid5(TRANSFERS, f"standing\n{self.id}\n{inflow.key}")),
            payer=self.payer,
            target=self.target,
            method=self.method,
            quote=Quote.plain(inflow.amount),
            reference=self.reference,
            sale=self.sale,
        )


class Standings(Protocol):
    """Standing orders, kept."""

    async def add(self, standing: StandingOrder) -> StandingOrder:
        """Keep a new one; when the id is known, the one that has it is answered instead."""
        ...

    async def get(self, id: StandingId) -> StandingOrder:
        """
        The order as it is; inside a transaction nobody else changes it until the end.

        Raises:
            StandingMissing: none has this id.
        """
        ...

    async def put(self, standing: StandingOrder) -> None:
        """
        Keep how one pays, for how long it was paid, and whether it has ended.

        Everything else stays as it was.

        Raises:
            StandingMissing: none has this id.
        """
        ...

    async def of(self, payer: str) -> Sequence[StandingOrder]:
        """All of somebody's, the oldest first."""
        ...

    async def lapsing(self, at: datetime, limit: int) -> Sequence[StandingId]:
        """Those that were paid until then or less and have not lapsed, the longest over first."""
        ...


class StandingGateway(Protocol):
    """A provider with whom an order can stand."""

    @property
    def method(self) -> str:
        """The name of this way of paying."""
        ...

    async def stand(self, standing: StandingOrder) -> Invoice:
        """
        Have him tell how to pay under it, from now on.

        Raises:
            Refused: there is no such thing, and there will be none.
            Unavailable: perhaps there is.
        """
        ...


@frozen
class StandingGateways:
    """Every such provider by the name of his method."""

    by_method: Mapping[str, StandingGateway]

    def of(self, method: str) -> StandingGateway:
        """
        The provider of that method.

        Raises:
            MethodUnknown: no order can stand with it.
        """
        try:
            return self.by_method[method]
        except KeyError:
            raise MethodUnknown(method[:40], tuple(sorted(self.by_method))) from None


@frozen
class OpenStanding:
    """Let somebody pay again and again."""

    standings: Standings
    gateways: StandingGateways
    transaction: Transaction
    clock: Clock
    routes: Routes

    async def __call__(self, wanted: StandingOrder) -> StandingOrder:
        """
        The order, and how to pay under it; the same again is answered by the same.

        Raises:
            MethodUnknown, MethodForbidden: no such order can stand with it; nothing was written.
            StandingReused: the id is known with other contents.
            Refused, Unavailable: the provider did not tell how to pay; ask for the same again.
        """
        gateway = self.gateways.of(wanted.method)
        known = await self._known(wanted)
        if known.terms != wanted.terms:
            raise StandingReused(wanted.id)
        if known.provider_id:
            return known
        invoice = await gateway.stand(known)
        async with self.transaction():
            known = await self.standings.get(wanted.id)
            if not known.provider_id:
                known = evolve(known, provider_id=invoice.provider_id, link=invoice.link)
                await self.standings.put(known)
        return known

    async def _known(self, wanted: StandingOrder) -> StandingOrder:
        """The one of that id; a new one only where the route of its method allows it."""
        try:
            return await self.standings.get(wanted.id)
        except StandingMissing:
            self.routes.admit(wanted.method, wanted.sale)
            return await self.standings.add(wanted)


async def standing_under(
    standings: Standings, method: str, id: PaymentId, inflow: Inflow
) -> StandingOrder | None:
    """The order under which that came, if one stands by that id and it is what may be paid."""
    with suppress(StandingMissing):
        standing = await standings.get(StandingId(id))
        fits = standing.method == method and standing.asset == inflow.amount.asset
        if fits and not standing.ended:
            return standing
    return None
