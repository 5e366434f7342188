"""What goods cost here, and how much of them is sold at once, as the operator decided."""

from collections.abc import Mapping, Sequence
from typing import Final

from ...core.errors import AltynError
from ...core.money import Assets, Money, Percent
from ...core.purchases import Assortment, Kind, Markup, PriceList, Rate, Rates
from .approvals import amount
from .tables import each, known, table

EXAMPLE: Final = 'percent = "10", rates = { "TON:RUB" = "300" }'
MOST_EXAMPLE: Final = "stars = 10000, pack = false"
MARKUPS: Final = ("percent", "tiers", "fixed", "least", "slippage")
MEMBERS: Final = (*MARKUPS, "rates", "kind", "role")


def prices(written: object, assets: Assets) -> PriceList:
    """
    The price list; without anything written things cost what they cost us.

    Raises:
        ValueError: with the name of what is wrong.
    """
    said = table(written, EXAMPLE)
    for name in said:
        known(name, MEMBERS, "part of a price list")
    of_kind = each(_inner(said, "kind"), lambda name, its: (_kind(name), _markup(its, assets)))
    of_role = each(_inner(said, "role"), lambda _, its: _markup(its, assets))
    general = {name: value for name, value in said.items() if name in MARKUPS}
    return PriceList(
        rates=Rates.these(*each(_inner(said, "rates"), lambda n, v: _rate(n, v, assets)).values()),
        markup=_markup(general, assets),
        of_kind=dict(of_kind.values()),
        of_role=of_role,
    )


def assortment(written: object) -> Assortment:
    """
    The most of each kind at once; a kind that is `false` is not sold.

    Raises:
        ValueError: with the kind that is wrong.
    """
    shipped = Assortment().most

    def most(name: str, value: object) -> tuple[Kind, int | None]:
        if value is False:
            return _kind(name), None
        if type(value) is not int or value < 1:
            raise ValueError("expected a whole number above zero, or false")
        return _kind(name), value

    changed = {**shipped, **dict(each(table(written, MOST_EXAMPLE), most).values())}
    return Assortment({kind: value for kind, value in changed.items() if value is not None})


def _kind(name: str) -> Kind:
    return Kind(known(name, list(Kind), "kind of goods"))


def _inner(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    return table(said.get(name, {}), EXAMPLE)


def _markup(written: object, assets: Assets) -> Markup:
    said = table(written, EXAMPLE)
    for name in said:
        known(name, MARKUPS, "part of a markup")
    more = {"slippage": _percent("slippage", said["slippage"])} if "slippage" in said else {}
    return Markup(
        percent=_percent("percent", said.get("percent", "0")),
        tiers=_tiers(said.get("tiers", [])),
        fixed=_amounts(said.get("fixed", {}), assets),
        least=_amounts(said.get("least", {}), assets),
        **more,
    )


def _percent(name: str, written: object) -> Percent:
    if isinstance(written, bool) or not isinstance(written, str | int):
        raise ValueError(f'{name}: a percentage is text, like "2.5"')
    try:
        percent = Percent.parse(str(written))
    except AltynError as refused:
        raise ValueError(f"{name}: {refused}") from None
    if percent.millionths < 0:
        raise ValueError(f"{name}: nothing is sold below its cost by rule")
    return percent


def _tiers(written: object) -> Sequence[tuple[int, Percent]]:
    if not isinstance(written, list):
        raise ValueError('tiers: expected quantities with percentages, like [[1000, "8"]]')
    tiers = []
    for pair in written:
        if not isinstance(pair, list) or len(pair) != 2 or type(pair[0]) is not int:
            raise ValueError('tiers: expected quantities with percentages, like [[1000, "8"]]')
        tiers.append((pair[0], _percent("tiers", pair[1])))
    if [tier[0] for tier in tiers] != sorted({tier[0] for tier in tiers}):
        raise ValueError("tiers: they begin with the smallest quantity")
    return tiers


def _amounts(written: object, assets: Assets) -> Mapping[str, Money]:
    return each(table(written, 'RUB = "5"'), lambda code, value: amount(value, code, assets))


def _rate(codes: str, written: object, assets: Assets) -> Rate:
    """`TON:RUB` = "300": one of the first is worth so much of the second."""
    of, colon, to = codes.partition(":")
    if not colon:
        raise ValueError('a rate is between two assets, like "TON:RUB"')
    try:
        one = Money.parse("1", assets.named(of))
        return Rate(one, amount(written, to, assets))
    except AltynError as refused:
        raise ValueError(str(refused)) from None
