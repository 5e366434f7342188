"""A purchase is priced in what was wished for."""

from typing import Any

import pytest
from attrs import evolve

from altyn.core.money import RUB, USDT, XTR, AssetsMixed, Money
from altyn.core.purchases import Rate, Rates, RateUnknown
from altyn.entrypoints.testkit.purchases.ground import quote, quoted, wish


@pytest.mark.parametrize("what", ["price", "worth"])
def test_a_purchase_is_priced_in_what_was_wished_for(what: str) -> None:
    """What it is worth too: whoever keeps it keeps one asset for all three."""
    assert quoted(wish(asset=RUB), quote=quote(7, RUB)).price == Money(7, RUB)
    other: dict[str, Any] = {what: Money(7, XTR)}
    with pytest.raises(AssetsMixed) as mixed:
        quoted(wish(asset=RUB), quote=evolve(quote(7, RUB), **other))
    assert mixed.value.facts == {"left": RUB, "right": XTR}
    assert quoted(wish(asset=RUB), quote=quote(7, RUB, USDT)).quote.cost.asset == USDT


def test_a_rate_tells_what_is_paid_in_either_direction() -> None:
    """And nobody pays less than it is worth: a part of a unit is a whole one."""
    star = Rate(Money(1, XTR), Money.parse("1.50", RUB))
    rates = Rates.these(star)
    assert rates.paying(Money.parse("100", RUB), XTR) == Money(67, XTR)
    assert rates.paying(Money(67, XTR), RUB) == Money.parse("100.50", RUB)
    assert rates.paying(Money(67, XTR), XTR) == Money(67, XTR)
    dear = Rates.these(star, Rate(Money.parse("1", RUB), Money(2, XTR)))
    assert dear.paying(Money.parse("100", RUB), XTR) == Money(200, XTR)
    with pytest.raises(RateUnknown):
        rates.paying(Money(67, XTR), USDT)
