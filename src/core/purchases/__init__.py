"""Goods that are bought outside for somebody: quoted, paid for, delivered, and never twice."""

from .browsing import Browse, Priced
from .campaign import (
    CAMPAIGN_MOVES,
    PACKS,
    Campaign,
    CampaignId,
    CampaignState,
    Plan,
    Strategy,
    Tally,
)
from .campaign_beginning import BeginCampaign
from .campaign_book import CampaignBook
from .campaign_polling import PollCampaigns
from .campaign_steering import SteerCampaign
from .campaign_stepping import StepCampaign
from .closing import AskOffer, Doorkeeper, ReopenSupplier, VisitSuppliers
from .copied_showcase import CopiedShowcase
from .delivering import AwaitDelivery, DecidePurchase, FollowOutlay
from .errors import (
    CampaignMissing,
    CampaignMoved,
    CampaignReused,
    LaneTaken,
    NotForHouse,
    NotPaidFor,
    PlanMalformed,
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
from .for_the_house import HOUSE, BuyByHand, BuyForHouse
from .going_on import GoOn, PollPurchases
from .goods import LEAST, Assortment, Goods, Kind, NotForSale
from .late import LookForLate, ReportLate, SettleLate
from .on_sale import OnSale
from .ordering import OrderPurchase, PayPurchase
from .ports import Campaigns, Delivery, Offer, Ordered, Purchases, Stage, Supplier
from .pricing import Markup, PriceList, Quote, Rate, RateMalformed, Rates, RateUnknown
from .purchase import (
    ENDED,
    IN_LANE,
    MOVES,
    SET_ASIDE,
    Funding,
    Late,
    Purchase,
    PurchaseId,
    Share,
    State,
    Wish,
    income,
    supply,
)
from .quoting import QuotePurchase
from .reserving import CancelPurchase, ReservePurchase
from .salesbook import Salesbook
from .schedule import ASKED_FOR, ATTEMPTS_MAX, CALL, DELIVERY_TAKES, PAYING_NEEDS, QUOTE_HOLDS
from .showcase import ARTICLES_MAX, COLLECTIONS_MAX, Article, Collection, Showcase
from .shutter import TRY_AFTER, Shutter, Shutters, Step
from .suppliers import Suppliers
from .told import TellPurchases
from .under_way import PurchasesUnderWay

__all__ = [
    "ARTICLES_MAX",
    "ASKED_FOR",
    "ATTEMPTS_MAX",
    "CALL",
    "CAMPAIGN_MOVES",
    "COLLECTIONS_MAX",
    "DELIVERY_TAKES",
    "ENDED",
    "HOUSE",
    "IN_LANE",
    "LEAST",
    "MOVES",
    "PACKS",
    "PAYING_NEEDS",
    "QUOTE_HOLDS",
    "SET_ASIDE",
    "TRY_AFTER",
    "Article",
    "AskOffer",
    "Assortment",
    "AwaitDelivery",
    "BeginCampaign",
    "Browse",
    "BuyByHand",
    "BuyForHouse",
    "Campaign",
    "CampaignBook",
    "CampaignId",
    "CampaignMissing",
    "CampaignMoved",
    "CampaignReused",
    "CampaignState",
    "Campaigns",
    "CancelPurchase",
    "Collection",
    "CopiedShowcase",
    "DecidePurchase",
    "Delivery",
    "Doorkeeper",
    "FollowOutlay",
    "Funding",
    "GoOn",
    "Goods",
    "Kind",
    "LaneTaken",
    "Late",
    "LookForLate",
    "Markup",
    "NotForHouse",
    "NotForSale",
    "NotPaidFor",
    "Offer",
    "OnSale",
    "OrderPurchase",
    "Ordered",
    "PayPurchase",
    "Plan",
    "PlanMalformed",
    "PollCampaigns",
    "PollPurchases",
    "PriceList",
    "PriceRose",
    "Priced",
    "Purchase",
    "PurchaseId",
    "PurchaseMissing",
    "PurchaseMoved",
    "PurchaseReused",
    "Purchases",
    "PurchasesUnderWay",
    "Quote",
    "QuoteExpired",
    "QuotePurchase",
    "Rate",
    "RateMalformed",
    "RateUnknown",
    "Rates",
    "RecipientChanged",
    "RecipientRefused",
    "ReopenSupplier",
    "ReportLate",
    "ReservePurchase",
    "Salesbook",
    "SettleLate",
    "Share",
    "Showcase",
    "Shutter",
    "Shutters",
    "Stage",
    "State",
    "SteerCampaign",
    "Step",
    "StepCampaign",
    "Strategy",
    "Supplier",
    "SupplierClosed",
    "SupplierRefused",
    "SupplierUnclear",
    "SupplierUnknown",
    "Suppliers",
    "Tally",
    "TellPurchases",
    "TooLateToCancel",
    "VisitSuppliers",
    "Wish",
    "income",
    "supply",
]
