"""What a supplier says before anybody orders."""

import pytest

from ....core.errors import Unavailable
from ....core.purchases import (
    RecipientRefused,
    Supplier,
    SupplierClosed,
    SupplierRefused,
    SupplierUnclear,
)
from ....core.wording import checked_text, checked_word
from .ground import Ground
from .outside import Call, Outside, Trait, Trouble

LONGEST = 128


class Offering(Ground):
    """`name`, `kinds`, `lane`, `visit`, `offer` and `stock`."""

    async def test_he_has_a_name_and_sells_something(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """By that name he is kept with purchases, and accounts are named after him."""
        checked_word("supplier", supplier.name)
        assert outside.goods.kind in supplier.kinds
        assert len(set(supplier.kinds)) == len(supplier.kinds)

    async def test_a_lane_depends_on_the_goods_alone(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """It can be kept, and is the same whenever somebody asks and however much is bought."""
        lane = supplier.lane(outside.goods)
        checked_text("lane", lane, LONGEST)
        assert supplier.lane(outside.goods) == supplier.lane(outside.more) == lane

    async def test_an_offer_says_what_it_costs_and_for_whom(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Both can be kept with a purchase."""
        offer = await supplier.offer(outside.goods, outside.recipient)
        assert offer.cost.units > 0
        checked_text("shown", offer.shown, 2 * LONGEST)
        assert bool(offer.shown) or Trait.KNOWS_PEOPLE not in outside.traits

    async def test_an_offer_orders_nothing(self, supplier: Supplier, outside: Outside) -> None:
        """Asked again it is the same."""
        offers = [await supplier.offer(outside.goods, outside.recipient) for _ in range(3)]
        assert offers[0] == offers[1] == offers[2]
        assert outside.bought() == 0

    async def test_more_costs_more(self, supplier: Supplier, outside: Outside) -> None:
        """What is asked for is what the price is for."""
        less = await supplier.offer(outside.goods, outside.recipient)
        more = await supplier.offer(outside.more, outside.recipient)
        assert more.cost > less.cost

    async def test_a_price_that_has_changed_is_offered(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """An offer is what he asks for it now."""
        before = await supplier.offer(outside.goods, outside.recipient)
        outside.reprice()
        assert (await supplier.offer(outside.goods, outside.recipient)).cost > before.cost

    async def test_what_he_does_not_sell_is_refused(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """That is a no, and no doubt."""
        with pytest.raises(SupplierRefused):
            await supplier.offer(outside.not_sold, outside.recipient)
        assert outside.bought() == 0

    async def test_nobody_of_that_name_is_a_refusal(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Before anybody pays; who gives nothing to people does not look at names."""
        if Trait.KNOWS_PEOPLE not in outside.traits:
            here = await supplier.offer(outside.goods, outside.recipient)
            assert await supplier.offer(outside.goods, "somebody_else") == here
            return
        outside.forget()
        with pytest.raises(RecipientRefused) as refused:
            await supplier.offer(outside.goods, outside.recipient)
        assert refused.value.recipient == outside.recipient
        assert refused.value.reason

    async def test_whoever_cannot_be_given_it_is_refused(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """With the reason, in his words."""
        if Trait.KNOWS_PEOPLE not in outside.traits:
            assert (await supplier.offer(outside.goods, outside.recipient)).cost.units > 0
            return
        outside.refuse()
        with pytest.raises(RecipientRefused) as refused:
            await supplier.offer(outside.goods, outside.recipient)
        assert refused.value.reason

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_no_answer_is_no_offer(
        self, supplier: Supplier, outside: Outside, trouble: Trouble
    ) -> None:
        """Nor is it a refusal; when he can be asked again he is asked again."""
        outside.trouble(Call.OFFER, trouble)
        with pytest.raises(Unavailable) as silence:
            await supplier.offer(outside.goods, outside.recipient)
        self.keeps_secrets(outside, silence.value)
        assert (await supplier.offer(outside.goods, outside.recipient)).cost.units > 0
        assert outside.bought() == 0

    async def test_being_shut_is_said_to_be_that(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """So that somebody sees to it; nobody is refused for that, and then it goes on."""
        outside.close()
        with pytest.raises(SupplierClosed) as closed:
            await supplier.offer(outside.goods, outside.recipient)
        assert closed.value.reason
        self.keeps_secrets(outside, closed.value)
        outside.reopen()
        assert (await supplier.offer(outside.goods, outside.recipient)).cost.units > 0

    async def test_a_visit_buys_nothing(self, supplier: Supplier, outside: Outside) -> None:
        """It is over when he has let us in."""
        await supplier.visit()
        await supplier.visit()
        assert outside.bought() == 0

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_no_answer_to_a_visit_shuts_nobody(
        self, supplier: Supplier, outside: Outside, trouble: Trouble
    ) -> None:
        """He did not say; the next one may go well."""
        outside.trouble(Call.VISIT, trouble)
        with pytest.raises(Unavailable) as silence:
            await supplier.visit()
        assert not isinstance(silence.value, SupplierClosed)
        self.keeps_secrets(outside, silence.value)
        await supplier.visit()

    async def test_being_shut_may_be_seen_by_a_visit(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Where it takes a purchase to see it, a visit goes well."""
        outside.close()
        seen: list[SupplierClosed] = []
        try:
            await supplier.visit()
        except SupplierClosed as closed:
            seen.append(closed)
        for each in seen:
            assert each.reason
            self.keeps_secrets(outside, each)
        outside.reopen()
        await supplier.visit()

    async def test_stock_is_a_number_where_it_is_said(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Where it is not it is nothing, not none."""
        if Trait.COUNTS not in outside.traits:
            assert await supplier.stock(outside.goods) is None
            return
        for count in (7, 0):
            outside.stocked(count)
            assert await supplier.stock(outside.goods) == count

    @pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.NONSENSE, Trouble.SILENCE])
    async def test_no_answer_about_stock_is_not_none_left(
        self, supplier: Supplier, outside: Outside, trouble: Trouble
    ) -> None:
        """He did not say; who never says it is not asked."""
        if Trait.COUNTS not in outside.traits:
            assert await supplier.stock(outside.goods) is None
            return
        outside.trouble(Call.STOCK, trouble)
        with pytest.raises(Unavailable):
            await supplier.stock(outside.goods)

    async def test_secrets_are_not_to_be_seen(self, supplier: Supplier, outside: Outside) -> None:
        """Whoever prints a supplier prints none of them."""
        self.keeps_secrets(outside, supplier)
        self.keeps_secrets(outside, SupplierUnclear(supplier.name, str(supplier)))
