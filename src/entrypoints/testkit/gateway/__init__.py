"""The contract of `core.payments.Gateway`, and of the stories that rest on it."""

from .asking import Asking
from .ground import fifths, order_of
from .listing import Listing
from .noticing import Noticing
from .opening import Opening
from .outside import Call, House, NotPayable, Outside, Told, Trait, Trouble
from .refunding import Refunding, some_of, wish_of

__all__ = [
    "Call",
    "GatewayContract",
    "House",
    "NotPayable",
    "Outside",
    "Told",
    "Trait",
    "Trouble",
    "fifths",
    "order_of",
    "some_of",
    "wish_of",
]


class GatewayContract(Opening, Asking, Noticing, Refunding, Listing):
    """
    What every gateway does. Subclass it in a test and override three fixtures: `gateway`, the
    `outside` it speaks to, and the `house` over both with an empty storage.
    """
