"""Payments by Heleket: invoices, notices, and what came."""

from .gateway import HeleketGateway, Merchant
from .signing import METHOD, signature

__all__ = ["METHOD", "HeleketGateway", "Merchant", "signature"]
