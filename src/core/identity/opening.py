"""Accounts that somebody opens by hand."""

from contextlib import suppress

from attrs import frozen

from ..balances import Account, AccountMissing, Ledger
from ..money import UNITS_MAX, Money
from ..transaction import Transaction
from .auditing import Audit
from .caller import Caller
from .permission import Permission


@frozen
class OpenByHand:
    """Begin to count an asset for an owner, within limits that somebody sets."""

    ledger: Ledger
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, account: Account) -> None:
        """
        Open it; opening it again with the same limits changes nothing, and is no deed.

        Raises:
            NotAllowed: they may not say how much somebody may owe.
            AccountDiffers: it is open with other limits.
            AssetDiffers: the ledger counts this asset with another scale.
        """
        by.must(Permission.ADJUST)
        async with self.transaction():
            new = await self._is_new(account)
            await self.ledger.open(account)
            if new:
                about = f"account:{account.name}"
                floor, ceiling = (
                    limit(account, units) for units in (account.floor_units, account.ceiling_units)
                )
                asset = account.asset.code
                await self.audit(
                    by, "account.opened", about, asset=asset, floor=floor, ceiling=ceiling
                )

    async def _is_new(self, account: Account) -> bool:
        with suppress(AccountMissing):
            await self.ledger.balance(account.name, account.asset)
            return False
        return True


def limit(account: Account, units: int) -> str | None:
    """The limit in words; what 64 bits end at is no limit."""
    return None if abs(units) == UNITS_MAX else str(Money(units, account.asset))
