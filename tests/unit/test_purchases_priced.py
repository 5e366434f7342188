"""A purchase is priced in what was wished for."""

from typing import Any

import pytest
from attrs import evolve

from altyn.core.money import RUB, USDT, XTR, AssetsMixed, Money
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
