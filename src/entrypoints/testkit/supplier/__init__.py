"""The contract of `core.purchases.Supplier`."""

from .delivering import Delivering
from .ground import begun, in_doubt, paid_for
from .offering import Offering
from .ordering import Ordering
from .outside import Call, Outside, Trait, Trouble

__all__ = [
    "Call",
    "Outside",
    "SupplierContract",
    "Trait",
    "Trouble",
    "begun",
    "in_doubt",
    "paid_for",
]


class SupplierContract(Offering, Ordering, Delivering):
    """
    What every supplier does. Subclass it in a test and override two fixtures: `supplier`, and the
    `outside` he reaches.
    """
