"""How those are with whom we buy and pay, for whoever asks whether this process is well."""

from collections.abc import Mapping
from typing import Final

from attrs import define, field, frozen

from ...core.errors import AltynError
from ...core.health import Condition, Probe
from ...core.purchases import Shutters
from .plain import iso
from .sellers import sellers
from .settings import Settings

NOT_LOOKED: Final = Condition(True, "nobody here has looked yet")


@define
class Outlook:
    """What was seen when the worker of this process looked last."""

    _seen: dict[str, Condition] = field(factory=dict, init=False)

    def note(self, seen: Mapping[str, Condition]) -> None:
        """They are like that now."""
        self._seen.update(seen)

    def of(self, name: str) -> Condition:
        """How that one was."""
        return self._seen.get(name, NOT_LOOKED)


@frozen
class WalletProbe:
    """How a wallet was."""

    wallet: str
    outlook: Outlook

    @property
    def name(self) -> str:
        """What people call it."""
        return wallet_name(self.wallet)

    async def __call__(self) -> Condition:
        """As the port says; nobody outside is asked."""
        return self.outlook.of(self.name)


@frozen
class SupplierProbe:
    """How a supplier was; who is closed is not well, whichever process found out."""

    name: str
    outlook: Outlook
    shutters: Shutters

    async def __call__(self) -> Condition:
        """As the port says; nobody outside is asked."""
        try:
            shutter = await self.shutters.of(self.name)
        except AltynError:
            return Condition(False, "not known while the database is not well")
        if shutter is not None and shutter.closed:
            return Condition(False, f"closed since {iso(shutter.since)}: {shutter.reason}")
        return self.outlook.of(self.name)


@frozen
class Outside:
    """Those that are enabled."""

    probes: tuple[Probe, ...]


def outside(settings: Settings, outlook: Outlook, shutters: Shutters) -> Outside:
    """One for each; none of them is opened for that."""
    enabled = {"ton": bool(settings.ton.wallet), "stars": settings.stars.enabled}
    return Outside(
        (
            *(WalletProbe(name, outlook) for name, its in enabled.items() if its),
            *(
                SupplierProbe(each.name, outlook, shutters)
                for each in sellers(settings)
                if each.enabled
            ),
        )
    )


def wallet_name(wallet: str) -> str:
    """What it is called among all that this process stands on."""
    return f"wallet.{wallet}"
