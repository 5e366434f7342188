"""Looking at those with whom we buy and pay, so that it is known before a customer finds out."""

from attrs import frozen

from ...core.purchases import VisitSuppliers
from ...core.wallets import VisitWallets
from ..wiring.outlook import Outlook, wallet_name


@frozen
class LookOutside:
    """Visit all of them, and remember how they were."""

    suppliers: VisitSuppliers
    wallets: VisitWallets
    outlook: Outlook

    async def __call__(self) -> None:
        """Once."""
        self.outlook.note(await self.suppliers())
        seen = await self.wallets()
        self.outlook.note({wallet_name(name): condition for name, condition in seen.items()})
