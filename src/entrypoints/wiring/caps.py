"""The most that our wallets pay, as the operator decided."""

from collections.abc import Mapping, Set
from typing import Final

from ...core.money import WELL_KNOWN, Money
from ...core.wallets import Caps
from .approvals import amount
from .tables import each, table

EXAMPLE: Final = 'ton = { TON = ["20", "100"] }'

SHIPPED: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "ton": {"TON": ("50", "200"), "USDT": ("100", "500")},
    "stars": {"XTR": ("5000", "20000")},
}
"""By wallet and asset: for one bill, and on one day."""


def caps(written: object, payees: Mapping[str, Set[str]]) -> Mapping[str, Caps]:
    """
    The caps of each wallet; what is not written stays as it is shipped.

    `payees` are those whom a wallet pays at all, where they are known.

    Raises:
        ValueError: with the wallet and the asset that are wrong.
    """
    said = table(written, EXAMPLE)
    for wallet in said:
        if wallet not in SHIPPED:
            raise ValueError(f"{wallet}: there is no such wallet; there are {', '.join(SHIPPED)}")
    found = {}
    for wallet, shipped in SHIPPED.items():
        pairs = each({**shipped, **table(said.get(wallet, {}), EXAMPLE)}, _pair)
        found[wallet] = Caps(
            a_bill={code: pair[0] for code, pair in pairs.items()},
            a_day={code: pair[1] for code, pair in pairs.items()},
            payees=frozenset(payees[wallet]) if wallet in payees else None,
        )
    return found


def _pair(code: str, written: object) -> tuple[Money, Money]:
    if not isinstance(written, list | tuple) or len(written) != 2:
        raise ValueError('expected the most for one bill and for one day, like ["20", "100"]')
    one, day = (amount(each, code, WELL_KNOWN) for each in written)
    if one > day:
        raise ValueError(f"{one} for one bill is more than {day} for a day")
    return one, day
