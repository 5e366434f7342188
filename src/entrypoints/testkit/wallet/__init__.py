"""The contract of `core.wallets.Wallet`."""

from .drawing import Drawing
from .ground import Ground, cheque_of
from .looking import Looking
from .outside import Call, Outside, Trait, Trouble
from .presenting import Presenting

__all__ = ["Call", "Ground", "Outside", "Trait", "Trouble", "WalletContract", "cheque_of"]


class WalletContract(Drawing, Presenting, Looking):
    """
    What every wallet does. Subclass it in a test and override two fixtures: `wallet`, and the
    `outside` it reaches.
    """
