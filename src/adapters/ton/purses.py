"""Our address and its jetton wallets, as the jettons' own masters name them."""

from collections.abc import Mapping
from contextlib import suppress

from attrs import define, field

from ...core.errors import Refused
from ...core.money import Asset
from ...core.payments import ProviderUnclear
from .address import Address
from .chain import METHOD, Chain, ContractMissing
from .deposits import Purse


@define
class Purses:
    """Asks once for the wallets, and believes them when both sides agree."""

    chain: Chain
    owner: Address
    masters: Mapping[Address, Asset]
    """The jettons that we take: names and pictures are free for anybody, this is not."""
    _ours: Purse | None = field(default=None, init=False)

    async def ours(self) -> Purse:
        """
        The address and its wallets.

        Raises:
            Unavailable: nobody says where the wallets are, or somebody says what is not so.
        """
        if self._ours is None:
            wallets = {await self._wallet(master): self.masters[master] for master in self.masters}
            self._ours = Purse(self.owner, wallets)
        return self._ours

    async def _wallet(self, master: Address) -> Address:
        try:
            wallet = await self.chain.jetton_wallet_address(master, self.owner)
            with suppress(ContractMissing):  # before the first jettons come there is none
                data = await self.chain.jetton_wallet_data(wallet)
                if (data.owner, data.master) != (self.owner, master):
                    raise ProviderUnclear(METHOD, f"the wallet {wallet} says that it is not ours")
        except (ContractMissing, Refused) as no:
            raise ProviderUnclear(METHOD, f"{master} is no jetton: {no}") from None
        return wallet
