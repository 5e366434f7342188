"""Money coming in: payments that people were asked for, and everything that came."""

from .arrival import SUSPENSE, Arrival, Case, Inflow, clearing, exchange
from .cashbook import Cashbook
from .checking import CheckPayment, PollPayments
from .deciding import CreditHeld, GiveHeld
from .errors import (
    AmountOutOfBounds,
    ArrivalMissing,
    AssetNotTaken,
    InvoiceMissing,
    MethodUnknown,
    NothingHeld,
    NoticeForged,
    NoticeUnreadable,
    PaymentMissing,
    PaymentMoved,
    PaymentReused,
    ProviderRefused,
    ProviderUnclear,
)
from .gateways import Gateways
from .notice import Hint, Notice
from .noticing import ReadNotices, TakeNotice
from .opening import InvoicePayment, OpenPayment
from .payment import MOVES, Order, Payment, PaymentId, Stage, State
from .ports import Arrivals, Gateway, Invoice, Notices, Payments, Report
from .quote import Quote, QuoteMixed
from .rules import Rules, Treatment

__all__ = [
    "MOVES",
    "SUSPENSE",
    "AmountOutOfBounds",
    "Arrival",
    "ArrivalMissing",
    "Arrivals",
    "AssetNotTaken",
    "Case",
    "Cashbook",
    "CheckPayment",
    "CreditHeld",
    "Gateway",
    "Gateways",
    "GiveHeld",
    "Hint",
    "Inflow",
    "Invoice",
    "InvoiceMissing",
    "InvoicePayment",
    "MethodUnknown",
    "NothingHeld",
    "Notice",
    "NoticeForged",
    "NoticeUnreadable",
    "Notices",
    "OpenPayment",
    "Order",
    "Payment",
    "PaymentId",
    "PaymentMissing",
    "PaymentMoved",
    "PaymentReused",
    "Payments",
    "PollPayments",
    "ProviderRefused",
    "ProviderUnclear",
    "Quote",
    "QuoteMixed",
    "ReadNotices",
    "Report",
    "Rules",
    "Stage",
    "State",
    "TakeNotice",
    "Treatment",
    "clearing",
    "exchange",
]
