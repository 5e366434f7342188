"""The contract of `core.balances.Ledger`: every sentence of the port, story by story."""

from .correcting import Correcting
from .ground import HandClock
from .history import History
from .holding import Holding
from .moving import Moving
from .opening import Opening
from .racing import Racing
from .repeating import Repeating
from .transacting import Transacting

__all__ = ["HandClock", "LedgerContract"]


class LedgerContract(Opening, Moving, Repeating, Correcting, Holding, History, Transacting, Racing):
    """
    What every ledger does. Subclass it in a test and override three fixtures: `clock`, moved by
    hand; `ledger`, empty and on that clock; `transaction`, of the same storage.
    """
