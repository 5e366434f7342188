"""Which ways of paying somebody is offered, and why not the others."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from ..errors import AltynError, Unavailable
from ..money import Money
from .errors import AmountOutOfBounds, AssetNotTaken, MethodForbidden
from .gateways import Gateways
from .ports import Gateway
from .sale import Goods, Place, Sale


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
class Route:
    """For whom a way of paying is; unless something is said, for everybody."""

    forbidden: frozenset[tuple[Goods, Place]] = frozenset()
    countries: frozenset[str] = frozenset()
    """Only for payers from these, where some are named; a payer of unknown origin is not."""
    without: frozenset[str] = frozenset()
    """Not for payers from these."""
    rank: int = 100
    """Those with less are offered first."""

    def obstacle(self, sale: Sale) -> Obstacle | None:
        """What speaks against it, if anything does."""
        if (sale.goods, sale.place) in self.forbidden:
            return Obstacle.GOODS
        if self.countries and sale.country not in self.countries:
            return Obstacle.COUNTRY
        return Obstacle.COUNTRY if sale.country in self.without else None


@frozen
class Routes:
    """The route of each method; one that is not named is for everybody."""

    by_method: Mapping[str, Route] = field(factory=dict)

    def of(self, method: str) -> Route:
        """The route of that method."""
        return self.by_method.get(method, Route())

    def admit(self, method: str, sale: Sale) -> None:
        """
        Nothing, when such a sale may be paid by that method.

        Raises:
            MethodForbidden: it may not.
        """
        if obstacle := self.of(method).obstacle(sale):
            raise MethodForbidden(method, obstacle, sale.goods, sale.place, sale.country)


class Pulse(Protocol):
    """How a provider seems to be, without asking him."""

    @property
    def resting(self) -> str:
        """Why he would not be asked now, in words without secrets; empty when he would."""
        ...


@frozen
class Pulses:
    """The pulse of each method, as far as it has one."""

    by_method: Mapping[str, Pulse] = field(factory=dict)

    def resting(self, method: str) -> str:
        """Why its provider would not be asked now; empty when he would, as far as is known."""
        pulse = self.by_method.get(method)
        return "" if pulse is None else pulse.resting


@frozen
class Offer:
    """A way of paying; what speaks against it is empty when it can be used."""

    method: str
    obstacle: Obstacle | None = None
    least: Money | None = None
    most: Money | None = None
    why: str = ""
    """In words, where the obstacle alone does not say it."""


@frozen
class OfferMethods:
    """Ask each way of paying whether it would do."""

    gateways: Gateways
    routes: Routes
    pulses: Pulses

    async def __call__(self, amount: Money, sale: Sale) -> Sequence[Offer]:
        """All of them, those that can be used first, in the order of their rank."""
        offers = [
            await self._offer(each, amount, sale) for each in self.gateways.by_method.values()
        ]
        return sorted(
            offers, key=lambda each: (each.obstacle is not None, self._rank(each), each.method)
        )

    def _rank(self, offer: Offer) -> int:
        return self.routes.of(offer.method).rank

    async def _offer(self, gateway: Gateway, amount: Money, sale: Sale) -> Offer:
        method = gateway.method
        if obstacle := self.routes.of(method).obstacle(sale):
            return Offer(method, obstacle)
        try:
            await gateway.accept(amount)
        except AssetNotTaken:
            return Offer(method, Obstacle.ASSET)
        except AmountOutOfBounds as bounds:
            return Offer(method, Obstacle.AMOUNT, bounds.least, bounds.most)
        except Unavailable as silence:
            return Offer(method, Obstacle.RESTING, why=str(silence))
        except AltynError:
            return Offer(method, Obstacle.ASSET)
        if words := self.pulses.resting(method):
            return Offer(method, Obstacle.RESTING, why=words)
        return Offer(method)
