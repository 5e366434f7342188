"""The contract of `core.purchases`: every sentence of the port that keeps something."""

from .buying import PurchasesContract

__all__ = [
    "PurchasesContract",
]
