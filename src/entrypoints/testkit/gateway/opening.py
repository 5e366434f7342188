"""An invoice is opened once, or there is none."""

from datetime import timedelta

import pytest

from ....core.errors import Missing
from ....core.money import Asset, Money
from ....core.payments import AmountOutOfBounds, AssetNotTaken, Gateway, State
from .ground import Ground, order_of
from .outside import Call, House, Outside, Trait, Trouble

TOO_MUCH = 10**17


class Opening(Ground):
    """`accept` and `open`."""

    async def test_it_takes_what_is_within_its_bounds(
        self, gateway: Gateway, outside: Outside
    ) -> None:
        """And says no to what is not, before anything is written."""
        await gateway.accept(outside.price)
        for units in (0, TOO_MUCH):
            with pytest.raises(AmountOutOfBounds) as refused:
                await gateway.accept(Money(units, outside.price.asset))
            assert refused.value.least < refused.value.most

    async def test_it_takes_no_asset_it_does_not_know(
        self, gateway: Gateway, outside: Outside
    ) -> None:
        """Not even one that has the name of another in other scale."""
        known = outside.price.asset
        for asset in (Asset("SKU:mug", 0), Asset(known.code, known.scale + 1)):
            with pytest.raises(AssetNotTaken):
                await gateway.accept(Money(outside.price.units, asset))

    async def test_nothing_is_written_of_what_it_does_not_take(
        self, house: House, outside: Outside
    ) -> None:
        """The refusal leaves no trace, here or there."""
        order = order_of(outside, Money(TOO_MUCH, outside.price.asset))
        with pytest.raises(AmountOutOfBounds):
            await house.open(order)
        with pytest.raises(Missing):
            await house.payments.get(order.id)
        if Trait.OPENS in outside.traits:
            assert outside.invoices() == 0

    async def test_an_invoice_says_where_to_pay(self, house: House, outside: Outside) -> None:
        """The payment waits for the payer."""
        payment = await house.open(order_of(outside))
        assert payment.state is State.PENDING
        assert payment.link
        assert payment.provider_id
        if Trait.OPENS in outside.traits:
            assert outside.invoices() == 1

    async def test_the_same_order_has_the_same_invoice(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """However often it is opened, by us or by the gateway."""
        order = order_of(outside)
        first = await house.open(order)
        assert await house.open(order) == first
        again = await gateway.open(first)
        assert (again.provider_id, again.link) == (first.provider_id, first.link)
        if Trait.OPENS in outside.traits:
            assert outside.invoices() == 1

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_an_invoice_in_doubt_is_opened_once(
        self, house: House, outside: Outside, trouble: Trouble
    ) -> None:
        """Whether there is one already or not: in the end there is, and never a second."""
        if Trait.OPENS not in outside.traits:
            assert (await house.open(order_of(outside))).state is State.PENDING
            return  # nobody is asked, so nobody can leave us in doubt
        outside.trouble(Call.OPEN, trouble)
        payment = await house.open(order := order_of(outside))
        assert (payment.state, outside.invoices()) == (State.UNKNOWN, int(trouble.happens))
        assert payment.told
        outside.pass_time(timedelta(minutes=1))
        await house.poll()
        payment = await house.payments.get(order.id)
        assert (payment.state, outside.invoices()) == (State.PENDING, 1)
        assert payment.link
