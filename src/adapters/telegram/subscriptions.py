"""Subscriptions in Stars: a link that is paid once, and then every thirty days by itself."""

from attrs import frozen

from ...core.money import XTR, Money
from ...core.payments import (
    AmountOutOfBounds,
    Arrival,
    AssetNotTaken,
    Cursors,
    Invoice,
    NotRenewable,
    PaymentId,
    ProviderRefused,
    ProviderUnclear,
    StandingOrder,
)
from .bot import BotApi
from .methods import STARS, TELEGRAM
from .stars import begin_before, charge_of
from .till import invoice_link
from .updates import payload_of

PERIOD_SECONDS = 30 * 24 * 3600
"""The only one that Telegram knows."""
LEAST, MOST = Money(1, XTR), Money(10_000, XTR)


@frozen(kw_only=True)
class StarsSubscriptions:
    """Each charge is told and listed like any other, with the id of the order."""

    api: BotApi
    cursors: Cursors
    title: str = "Altyn"

    @property
    def method(self) -> str:
        """As the port says."""
        return STARS

    async def stand(self, standing: StandingOrder) -> Invoice:
        """As the port says. Of a link that we were not told nobody knows, so it is never paid."""
        price = standing.amount
        if standing.asset != XTR:
            raise AssetNotTaken(STARS, standing.asset)
        if price is None:
            raise ProviderRefused(STARS, "it has to be said how much is paid each time")
        if not LEAST <= price <= MOST:
            raise AmountOutOfBounds(STARS, price, LEAST, MOST)
        await begin_before(self.cursors, standing.created_at)
        return await invoice_link(
            self.api,
            price,
            payload_of(PaymentId(standing.id)),
            (self.title, standing.reference.strip()),
            provider_token="",
            subscription_period=PERIOD_SECONDS,
        )

    async def renew(self, standing: StandingOrder, begun: Arrival, renews: bool) -> None:
        """As the port says."""
        sender = begun.inflow.sender
        if not sender.isdecimal():
            raise NotRenewable(standing.id)
        asked = {
            "user_id": int(sender),
            "telegram_payment_charge_id": charge_of(begun),
            "is_canceled": not renews,
        }
        if await self.api("editUserStarSubscription", asked) is not True:
            raise ProviderUnclear(TELEGRAM, "it did not say that it changed the subscription")
