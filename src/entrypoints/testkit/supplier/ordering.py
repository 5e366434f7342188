"""What a supplier wants to be paid; nothing is owed before that is done."""

import pytest

from ....core.errors import Refused, Unavailable
from ....core.purchases import (
    PAYING_NEEDS,
    RecipientRefused,
    Supplier,
    SupplierClosed,
    SupplierRefused,
)
from ....core.wording import checked_text
from .ground import Ground, begun
from .outside import Call, Outside, Trait, Trouble

LONGEST = 256


class Ordering(Ground):
    """`order`."""

    async def test_a_bill_is_what_was_offered(self, supplier: Supplier, outside: Outside) -> None:
        """For the same person, at the same price, and there is time to pay it."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        ordered = await supplier.order(begun(supplier, outside, offer))
        assert ordered.bill.total == offer.cost
        assert ordered.shown == offer.shown
        assert ordered.bill.pay_before > outside.now + PAYING_NEEDS
        assert ordered.order_id
        checked_text("order_id", ordered.order_id, LONGEST)
        assert outside.bought() == 0

    async def test_an_order_may_be_made_again(self, supplier: Supplier, outside: Outside) -> None:
        """Nobody has to pay for the first one."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        purchase = begun(supplier, outside, offer)
        first = await supplier.order(purchase)
        again = await supplier.order(purchase)
        assert first.bill.total == again.bill.total
        if Trait.NAMES_ORDERS in outside.traits:
            assert first.order_id != again.order_id
        assert outside.bought() == 0
        outside.pay(again)
        assert outside.bought() == 1

    async def test_each_bill_says_what_it_is_for(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """So that whoever is paid can tell one from the other."""
        _, one = await self.ordered(supplier, outside)
        _, other = await self.ordered(supplier, outside)
        words = [[(part.comment, part.body) for part in each.bill.parts] for each in (one, other)]
        assert all(any(said) for each in words for said in each)
        assert (words[0] != words[1]) or Trait.NAMES_ORDERS not in outside.traits

    async def test_a_bill_is_for_what_was_ordered(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """As much of it as was wished for."""
        offer = await supplier.offer(outside.more, outside.recipient)
        ordered = await supplier.order(begun(supplier, outside, offer, outside.more))
        assert ordered.bill.total == offer.cost

    async def test_a_price_that_rose_is_on_the_bill(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Whether that is too much is not for him to say."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        outside.reprice()
        ordered = await supplier.order(begun(supplier, outside, offer))
        assert ordered.bill.total > offer.cost

    async def test_somebody_else_of_that_name_is_shown(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """It is asked again when it is ordered."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        if Trait.KNOWS_PEOPLE not in outside.traits:
            assert (await supplier.order(begun(supplier, outside, offer))).shown == offer.shown
            return
        outside.rename("Somebody Else")
        ordered = await supplier.order(begun(supplier, outside, offer))
        assert (ordered.shown, offer.shown != ordered.shown) == ("Somebody Else", True)

    async def test_whoever_is_gone_by_then_is_refused(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """There is no order for nobody."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        purchase = begun(supplier, outside, offer)
        if Trait.KNOWS_PEOPLE not in outside.traits:
            assert (await supplier.order(purchase)).bill.total == offer.cost
            return
        outside.forget()
        with pytest.raises(RecipientRefused):
            await supplier.order(purchase)

    async def test_what_is_not_sold_cannot_be_ordered(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """It is a definite no."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        with pytest.raises(SupplierRefused):
            await supplier.order(begun(supplier, outside, offer, outside.not_sold))
        assert outside.bought() == 0

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_an_order_in_doubt_costs_nothing(
        self, supplier: Supplier, outside: Outside, trouble: Trouble
    ) -> None:
        """It is no refusal; it is made again, and that one is paid."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        purchase = begun(supplier, outside, offer)
        outside.trouble(Call.ORDER, trouble)
        with pytest.raises(Unavailable):
            await supplier.order(purchase)
        assert outside.bought() == 0
        outside.pay(await supplier.order(purchase))
        assert outside.bought() == 1

    async def test_nothing_is_ordered_where_it_is_shut(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Nobody is refused for that: the customer may wait until it is open."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        purchase = begun(supplier, outside, offer)
        outside.close()
        with pytest.raises(SupplierClosed) as closed:
            await supplier.order(purchase)
        assert not isinstance(closed.value, Refused)
        outside.reopen()
        assert (await supplier.order(purchase)).bill.total == offer.cost
