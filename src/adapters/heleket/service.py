"""What Heleket takes at present: asked now and then, and remembered while he is silent."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import define, field, frozen

from ...core.clock import Clock
from ...core.errors import AltynError
from ...core.money import UNITS_MAX, Asset, Assets, Money, Percent
from .api import HeleketApi
from .wire import Unintelligible, decimal_of, list_of, object_of, text_of, understood

FRESH: Final = timedelta(minutes=10)
SOON: Final = timedelta(minutes=1)
"""When to ask again if he does not answer."""
STALE: Final = timedelta(hours=24)
"""For how long what he said last is believed."""


@frozen(kw_only=True)
class Service:
    """One asset that he takes on one network, and what he takes for that."""

    network: str
    """In small letters."""
    least: Money
    most: Money
    fee: Money
    percent: Percent
    """Of each payment, beside the fee."""

    @property
    def asset(self) -> Asset:
        """Which one."""
        return self.least.asset


@define(eq=False)
class Services:
    """
    What he says that he takes, of the assets that we know.

    Whoever finds it old asks; everybody else is told what was known before, and waits for nobody.
    """

    api: HeleketApi
    clock: Clock
    assets: Assets
    _known: Sequence[Service] = field(default=(), init=False)
    _known_at: datetime | None = field(default=None, init=False)
    _ask_at: datetime | None = field(default=None, init=False)

    async def within(self, least: Money, most: Money) -> tuple[Money, Money] | None:
        """
        These bounds as far as some network keeps them; None when none does.

        As long as it is not known what he takes, they stay as they are.
        """
        known = await self._look()
        if known is None:
            return least, most
        networks = [each for each in known if each.asset == least.asset]
        if not networks:
            return None
        least = max(least, min(each.least for each in networks))
        most = min(most, max(each.most for each in networks))
        return (least, most) if least <= most else None

    async def commission_of(self, asset: Asset, network: str) -> tuple[Money, Percent] | None:
        """What he takes for a payment on that network, as far as that is known."""
        for each in await self._look() or ():
            if (each.asset, each.network) == (asset, network.lower()):
                return each.fee, each.percent
        return None

    async def _look(self) -> Sequence[Service] | None:
        """What is known; None when he never said it, or too long ago."""
        now = self.clock.now()
        if self._ask_at is None or now >= self._ask_at:
            self._ask_at = now + SOON  # so that nobody else asks meanwhile
            with suppress(AltynError):
                with understood():
                    said = await self.api.ask("payment/services")
                    self._known = services_of(said, self.assets)
                self._known_at, self._ask_at = now, now + FRESH
        believed = self._known_at is not None and now < self._known_at + STALE
        return self._known if believed else None


def services_of(said: object, assets: Assets) -> Sequence[Service]:
    """Those that are available, of assets that are known; codes may be written in any case."""
    by_code = {code.upper(): asset for code, asset in assets.by_code.items()}
    found: list[Service] = []
    for each in map(object_of, list_of(said)):
        asset = by_code.get(text_of(each, "currency").upper())
        if asset is not None and each.get("is_available") is True:
            found.append(service_of(each, asset))
    return found


def service_of(said: Mapping[str, Any], asset: Asset) -> Service:
    """One of them; bounds finer than the asset are drawn in, a fee is rounded up."""
    limit, commission = object_of(said.get("limit")), object_of(said.get("commission"))
    try:
        return Service(
            network=text_of(said, "network").lower(),
            least=amount_of(limit, "min_amount", asset, up=True),
            most=amount_of(limit, "max_amount", asset, up=False),
            fee=amount_of(commission, "fee_amount", asset, up=True),
            percent=Percent.parse(decimal_of(commission, "percent")),
        )
    except AltynError as wrong:
        raise Unintelligible(str(wrong)) from None


def amount_of(said: Mapping[str, Any], name: str, asset: Asset, *, up: bool) -> Money:
    """An amount in whole units; more than we can count is as much as we can."""
    whole, _, decimals = decimal_of(said, name).partition(".")
    units = int(whole + decimals[: asset.scale].ljust(asset.scale, "0"))
    rest = decimals[asset.scale :].strip("0")
    return Money(min(units + (up and bool(rest)), UNITS_MAX), asset)
