"""The wallets that there are here."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from .errors import WalletUnknown
from .ports import Wallet


@frozen
class Wallets:
    """Every wallet by its name."""

    by_name: Mapping[str, Wallet]

    @classmethod
    def these(cls, *wallets: Wallet) -> "Wallets":
        """Those that were enabled."""
        by_name = {each.name: each for each in wallets}
        if len(by_name) < len(wallets):
            raise ValueError("two wallets have one name")
        return cls(by_name)

    @property
    def names(self) -> Sequence[str]:
        """How they are called."""
        return tuple(self.by_name)

    def of(self, name: str) -> Wallet:
        """
        The wallet of that name.

        Raises:
            WalletUnknown: there is none.
        """
        try:
            return self.by_name[name]
        except KeyError:
            raise WalletUnknown(name[:40], tuple(sorted(self.by_name))) from None
