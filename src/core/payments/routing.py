"""Which ways of paying somebody is offered, and why not the others."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from attrs import field, frozen

from ..errors import AltynError, Unavailable
from ..money import Money
from .errors import AmountOutOfBounds, AssetNotTaken
from .gateways import Gateways
from .ports import Gateway


class Goods(StrEnum):
    """What is paid for."""

    DIGITAL = "digital"
    PHYSICAL = "physical"
    SERVICE = "service"


class Place(StrEnum):
    """Where it is sold."""

    TELEGRAM = "telegram"
    """Inside Telegram: by a bot or a Mini App."""
    ELSEWHERE = "elsewhere"


class Obstacle(StrEnum):
    """Why a way of paying is not offered."""

    ASSET = "asset"
    """It does not take this asset."""
    AMOUNT = "amount"
    """It takes no payment of this size."""
    GOODS = "goods"
    """It is not for such goods, sold there."""
    COUNTRY = "country"
    """It is not for payers from there."""
    RESTING = "resting"
    """It does not answer at present."""


@frozen(kw_only=True)
class Wanted:
    """Somebody wants to pay."""

    amount: Money
    goods: Goods = Goods.DIGITAL
    place: Place = Place.TELEGRAM
    country: str = ""
    """Two letters; empty when it is not known."""


@frozen(kw_only=True)
class Route:
    """For whom a way of paying is; unless something is said, for everybody."""

    forbidden: frozenset[tuple[Goods, Place]] = frozenset()
    countries: frozenset[str] = frozenset()
    """Only for payers from these, where some are named; a payer of unknown origin is not."""
    without: frozenset[str] = frozenset()
    """Not for payers from these."""
    rank: int = 100
    """Those with less are offered first."""

    def obstacle(self, wanted: Wanted) -> Obstacle | None:
        """What speaks against it, if anything does."""
        if (wanted.goods, wanted.place) in self.forbidden:
            return Obstacle.GOODS
        if self.countries and wanted.country not in self.countries:
            return Obstacle.COUNTRY
        return Obstacle.COUNTRY if wanted.country in self.without else None


@frozen
class Offer:
    """A way of paying; what speaks against it is empty when it can be used."""

    method: str
    obstacle: Obstacle | None = None
    least: Money | None = None
    most: Money | None = None


@frozen
class OfferMethods:
    """Ask each way of paying whether it would do."""

    gateways: Gateways
    routes: Mapping[str, Route] = field(factory=dict)

    async def __call__(self, wanted: Wanted) -> Sequence[Offer]:
        """All of them, those that can be used first, in the order of their rank."""
        offers = [await self._offer(each, wanted) for each in self.gateways.by_method.values()]
        return sorted(
            offers, key=lambda each: (each.obstacle is not None, self._rank(each), each.method)
        )

    def _rank(self, offer: Offer) -> int:
        return self.routes.get(offer.method, Route()).rank

    async def _offer(self, gateway: Gateway, wanted: Wanted) -> Offer:
        method = gateway.method
        if obstacle := self.routes.get(method, Route()).obstacle(wanted):
            return Offer(method, obstacle)
        try:
            await gateway.accept(wanted.amount)
        except AssetNotTaken:
            return Offer(method, Obstacle.ASSET)
        except AmountOutOfBounds as bounds:
            return Offer(method, Obstacle.AMOUNT, bounds.least, bounds.most)
        except Unavailable:
            return Offer(method, Obstacle.RESTING)
        except AltynError:
            return Offer(method, Obstacle.ASSET)
        return Offer(method)
