"""The ways of paying there are: which of them the operator enabled, and what each may take."""

import ipaddress
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ...core.money import TON, USDT, Money
from .merchants import Network
from .settings import Settings

HELEKET: Final = "heleket"

BOUNDS: Final[Mapping[str, Mapping[str, tuple[Money, Money]]]] = {
    HELEKET: {
        "USDT": (Money.parse("1", USDT), Money.parse("10000", USDT)),
        "TON": (Money.parse("1", TON), Money.parse("5000", TON)),
    },
}
"""By method and asset: the least and the most that is asked of anybody at once."""


@frozen(kw_only=True)
class Method:
    """One way of paying, as the operator decided about it."""

    name: str
    enabled: bool
    enabled_by: str
    """The setting without which it is not."""
    notices: str = ""
    """Where the provider tells us; empty when he is not to, and has to be asked."""
    addresses: tuple[Network, ...] = ()

    def admits(self, host: str) -> bool:
        """Whether a notice may come from there."""
        if not self.addresses:
            return True
        try:
            where = ipaddress.ip_address(host)
        except ValueError:
            return False
        if isinstance(where, ipaddress.IPv6Address) and where.ipv4_mapped is not None:
            where = where.ipv4_mapped
        return any(where in network for network in self.addresses)


def methods(settings: Settings) -> tuple[Method, ...]:
    """All there are."""
    heleket, public = settings.heleket, settings.api.public
    enabled = bool(heleket.merchant)
    return (
        Method(
            name=HELEKET,
            enabled=enabled,
            enabled_by="ALTYN_HELEKET_MERCHANT",
            notices=f"{public}/webhooks/{HELEKET}" if enabled and public else "",
            addresses=heleket.addresses,
        ),
    )
