"""Goods that are bought outside for somebody: quoted, paid for, delivered, and never twice."""

from .delivering import AwaitDelivery, DecidePurchase, FollowOutlay
from .errors import (
    LaneTaken,
    NotPaidFor,
    PriceRose,
    PurchaseMissing,
    PurchaseMoved,
    PurchaseReused,
    QuoteExpired,
    RecipientChanged,
    RecipientRefused,
    SupplierClosed,
    SupplierRefused,
    SupplierUnclear,
    SupplierUnknown,
    TooLateToCancel,
)
from .going_on import GoOn, PollPurchases
from .goods import Assortment, Goods, Kind, NotForSale
from .ordering import OrderPurchase, PayPurchase
from .ports import Delivery, Offer, Ordered, Purchases, Stage, Supplier
from .pricing import Markup, PriceList, Quote, Rate, RateMalformed, Rates, RateUnknown
from .purchase import IN_LANE, MOVES, Funding, Purchase, PurchaseId, State, Wish, income, supply
from .quoting import QuotePurchase
from .reserving import CancelPurchase, ReservePurchase
from .salesbook import Salesbook
from .schedule import ASKED_FOR, ATTEMPTS_MAX, CALL, DELIVERY_TAKES, PAYING_NEEDS, QUOTE_HOLDS
from .suppliers import Suppliers

__all__ = [
    "ASKED_FOR",
    "ATTEMPTS_MAX",
    "CALL",
    "DELIVERY_TAKES",
    "IN_LANE",
    "MOVES",
    "PAYING_NEEDS",
    "QUOTE_HOLDS",
    "Assortment",
    "AwaitDelivery",
    "CancelPurchase",
    "DecidePurchase",
    "Delivery",
    "FollowOutlay",
    "Funding",
    "GoOn",
    "Goods",
    "Kind",
    "LaneTaken",
    "Markup",
    "NotForSale",
    "NotPaidFor",
    "Offer",
    "OrderPurchase",
    "Ordered",
    "PayPurchase",
    "PollPurchases",
    "PriceList",
    "PriceRose",
    "Purchase",
    "PurchaseId",
    "PurchaseMissing",
    "PurchaseMoved",
    "PurchaseReused",
    "Purchases",
    "Quote",
    "QuoteExpired",
    "QuotePurchase",
    "Rate",
    "RateMalformed",
    "RateUnknown",
    "Rates",
    "RecipientChanged",
    "RecipientRefused",
    "ReservePurchase",
    "Salesbook",
    "Stage",
    "State",
    "Supplier",
    "SupplierClosed",
    "SupplierRefused",
    "SupplierUnclear",
    "SupplierUnknown",
    "Suppliers",
    "TooLateToCancel",
    "Wish",
    "income",
    "supply",
]
