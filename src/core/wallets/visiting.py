"""Seeing whether our wallets can be used, before somebody has to be paid."""

from collections.abc import Mapping

from attrs import frozen

from ..errors import AltynError
from ..health import Condition
from ..signals import Signals
from .wallets import Wallets


@frozen
class VisitWallets:
    """Ask every wallet what it has; how much that is only the signals are told."""

    wallets: Wallets
    signals: Signals

    async def __call__(self) -> Mapping[str, Condition]:
        """How each of them is, by name."""
        return {name: await self._visited(name) for name in self.wallets.names}

    async def _visited(self, name: str) -> Condition:
        wallet = self.wallets.of(name)
        try:
            for asset in wallet.assets:
                has = await wallet.balance(asset)
                amount = has.units / 10**asset.scale
                self.signals.gauge("wallet_balance", amount, wallet=name, asset=asset.code)
        except AltynError as unwell:
            return Condition(False, str(unwell))
        return Condition(True)
