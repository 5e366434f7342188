"""The contract of `core.purchases`: every sentence of the port that keeps something."""

from .buying import PurchasesContract
from .campaigning import CampaignsContract
from .shutting import ShuttersContract

__all__ = [
    "CampaignsContract",
    "PurchasesContract",
    "ShuttersContract",
]
