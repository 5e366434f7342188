"""The contracts of `core.wallets`: every sentence of the ports that keep something."""

from .paying import OutlaysContract
from .signing import ChequesContract

__all__ = [
    "ChequesContract",
    "OutlaysContract",
]
