"""Addresses of Heleket that stand: whatever comes to one is credited, each time anew."""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ...core.payments import (
    AssetNotTaken,
    Invoice,
    PaymentId,
    ProviderRefused,
    StandingOrder,
)
from .api import HeleketApi
from .signing import METHOD
from .wire import Unintelligible, object_of, order_id, text_of, understood

NETWORKS: Final[Mapping[str, str]] = {"USDT": "tron", "TON": "ton"}


@frozen(kw_only=True)
class HeleketWallets:
    """
    One address for each order, for as long as it stands.

    What comes is told by notices of their own, each by its own name and with the id of the order,
    and is asked about like what comes under an invoice of somebody else.
    """

    api: HeleketApi
    networks: Mapping[str, str] = NETWORKS
    """On which network each asset is taken."""

    @property
    def method(self) -> str:
        """As the port says."""
        return METHOD

    async def stand(self, standing: StandingOrder) -> Invoice:
        """As the port says; the same order has the same address."""
        asset, known_as = standing.asset, order_id(PaymentId(standing.id))
        if asset.code not in self.networks:
            raise AssetNotTaken(METHOD, asset)
        if standing.amount is not None:
            raise ProviderRefused(METHOD, "whoever pays to an address pays what he likes")
        wanted = {
            "currency": asset.code,
            "network": self.networks[asset.code],
            "order_id": known_as,
        }
        if self.api.merchant.callback_url:
            wanted["url_callback"] = self.api.merchant.callback_url
        with understood():
            made = object_of(await self.api.ask("wallet", wanted))
            his = text_of(made, "order_id"), text_of(made, "currency").upper()
            if his != (known_as, asset.code):
                raise Unintelligible("it answered about another address")
            return Invoice(provider_id=text_of(made, "uuid"), link=text_of(made, "url"))
