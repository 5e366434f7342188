"""The contract of `core.purchases`: every sentence of the port that keeps something."""

from .buying import PurchasesContract
from .campaigning import CampaignsContract

__all__ = [
    "CampaignsContract",
    "PurchasesContract",
]
