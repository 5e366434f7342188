"""How much one person may give back alone, as the operator decided."""

from typing import Final

from ...core.errors import AltynError
from ...core.money import Assets, Money
from ...core.payments import Approvals
from .tables import each, table

EXAMPLE: Final = 'XTR = "5000"'


def approvals(written: object, assets: Assets) -> Approvals:
    """
    The most of each asset; what is not written stays as it is shipped, and 0 always takes two.

    Raises:
        ValueError: with the asset that is wrong.
    """

    def most(code: str, value: object) -> Money:
        return amount(value, code, assets, least_units=0)

    return Approvals({**Approvals().alone, **each(table(written, EXAMPLE), most)})


def amount(written: object, code: str, assets: Assets, least_units: int = 1) -> Money:
    """So much of that asset; text or a whole number, since other numbers are not exact."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        raise ValueError('an amount is text, like "12.50"')
    try:
        money = Money.parse(str(written), assets.named(code))
    except AltynError as refused:
        raise ValueError(str(refused)) from None
    if money.units < least_units:
        raise ValueError(f"{money} is too little")
    return money
