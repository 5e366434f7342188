"""The least and the most of one payment, by method and asset, as the operator decided."""

from collections.abc import Mapping
from typing import Final

from ...core.money import WELL_KNOWN, Money
from .approvals import amount
from .methods import BOUNDS
from .tables import each, known, table

EXAMPLE: Final = 'heleket = { USDT = ["5", "2000"], TON = false }'

Bounds = Mapping[str, tuple[Money, Money]]


def bounds(written: object) -> Mapping[str, Bounds]:
    """
    The bounds of the methods that have some here; an asset that is `false` is not taken.

    Raises:
        ValueError: with the method and the asset that are wrong.
    """
    return {**BOUNDS, **each(table(written, EXAMPLE), _of_method)}


def _of_method(method: str, written: object) -> Bounds:
    if method not in BOUNDS:
        raise ValueError("what a card provider takes is said in his profile")
    shipped = BOUNDS[method]

    def read(code: str, value: object) -> tuple[Money, Money] | None:
        return _pair(known(code, shipped, "asset of this method"), value)

    changed = {**shipped, **each(table(written, EXAMPLE), read)}
    left = {code: pair for code, pair in changed.items() if pair is not None}
    if not left:
        raise ValueError("nothing could be paid by it; to switch it off take its settings away")
    return left


def _pair(code: str, written: object) -> tuple[Money, Money] | None:
    if written is False:
        return None
    if not isinstance(written, list) or len(written) != 2:
        raise ValueError('expected the least and the most, like ["5", "2000"], or false')
    least, most = (amount(each, code, WELL_KNOWN) for each in written)
    if least > most:
        raise ValueError(f"{least} is more than {most}")
    return least, most
