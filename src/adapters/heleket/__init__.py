"""Payments by Heleket: invoices, addresses, notices, what came, what went back."""

from .api import HeleketApi, Merchant
from .gateway import HeleketGateway
from .service import Service, Services
from .signing import METHOD, signature
from .wallets import HeleketWallets

__all__ = [
    "METHOD",
    "HeleketApi",
    "HeleketGateway",
    "HeleketWallets",
    "Merchant",
    "Service",
    "Services",
    "signature",
]
