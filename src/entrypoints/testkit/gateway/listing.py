"""The provider's own list names everything that came and went back, once, or is not believed."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from ....core.errors import Unavailable
from ....core.payments import Gateway, Line, Returning, Uncounted
from .ground import Ground, order_of
from .outside import Call, House, Outside, Trait, Trouble
from .refunding import some_of, wish_of

DAY = timedelta(days=1)


class Listing(Ground):
    """`lines`."""

    async def test_everything_that_came_is_listed_once(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """As it was booked: under its key, with its payment; what did not come is not there."""
        await house.open(order_of(outside))
        payments = [await self.settled(house, outside) for _ in range(5)]
        if Trait.SHOWS in outside.traits:
            outside.show(await house.open(order_of(outside)))
        stray = await self.strayed(house, outside)
        booked = {arrival.inflow.key: payment.id for payment, arrival in payments}
        if (lines := await self.listed(house, gateway, outside)) is None:
            return
        assert {line.key: line.payment for line in lines} == {**booked, stray.inflow.key: None}
        assert [line.amount for line in lines] == [outside.price] * 6
        assert not any(line.back for line in lines)

    async def test_what_was_paid_twice_is_listed_twice_or_as_twice_as_much(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """In the end it is as much as came."""
        payment, _ = await self.settled(house, outside)
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
        if (lines := await self.listed(house, gateway, outside)) is None:
            return
        assert sum(line.amount.units for line in lines) == payment.came.units
        assert {line.payment for line in lines} == {payment.id}
        assert len({line.key for line in lines}) == len(lines)

    async def test_what_went_back_is_listed_as_such(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Beside what came, under its key; also what somebody else sent back."""
        ours, arrival = await self.settled(house, outside)
        others, other = await self.settled(house, outside)
        await self.settled(house, outside)
        expected: Counter[str] = Counter()
        if gateway.returning is not Returning.NEVER:
            refund = await house.ask_back(wish_of(outside, arrival))
            await house.carry_out(refund.id)
            outside.refund_outside(others)
            if Trait.REFUNDS_LATER in outside.traits:
                outside.finish_refunds(paid=True)
            expected = Counter([arrival.inflow.key, other.inflow.key])
        if (lines := await self.listed(house, gateway, outside)) is None:
            return
        back = [line for line in lines if line.back]
        assert Counter(line.key for line in back) == expected
        assert all(line.amount == outside.price for line in back)
        assert {line.payment for line in back} <= {ours.id, others.id}
        assert len(lines) == 3 + len(back)

    async def test_a_part_that_went_back_is_not_listed_as_something_else(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """As what it is, or as no more than what came, where he does not say how much it was."""
        _, arrival = await self.settled(house, outside)
        part = some_of(gateway, outside)
        if gateway.returning is not Returning.NEVER:
            refund = await house.ask_back(wish_of(outside, arrival, part))
            await house.carry_out(refund.id)
            if Trait.REFUNDS_LATER in outside.traits:
                outside.finish_refunds(paid=True)
        if (lines := await self.listed(house, gateway, outside)) is None:
            return
        for line in (each for each in lines if each.back):
            said = arrival.inflow.amount if line.at_most else part
            assert (line.key, line.amount) == (arrival.inflow.key, said)

    async def test_what_cannot_be_counted_ends_no_list(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """It stands there with its payment and in his words, and everything else beside it."""
        payments = {(await self.settled(house, outside))[0].id}
        strange = set()
        if Trait.STRANGE in outside.traits:
            for pay in (outside.pay_strangely, outside.pay_finely):
                payment = await house.open(order_of(outside))
                pay(payment)
                strange.add(payment.id)
            payments.add(payment.id)  # whole units of it are there
        payments.add((await self.settled(house, outside))[0].id)
        if (lines := await self.listed(house, gateway, outside)) is None:
            return
        assert {line.payment for line in lines} == payments
        pages = [page async for page in gateway.lines(house.now - DAY, house.now + DAY)]
        odd = [each for page in pages for each in page if isinstance(each, Uncounted)]
        assert {each.payment for each in odd} == strange
        assert all(each.said for each in odd)

    async def test_a_list_is_of_its_time(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """What came before it or after is not there."""
        _, before = await self.settled(house, outside)
        outside.pass_time(3 * DAY)
        _, arrival = await self.settled(house, outside)
        if (lines := await self.listed(house, gateway, outside)) is None:
            return
        assert [line.key for line in lines] == [arrival.inflow.key]
        outside.pass_time(3 * DAY)
        await self.settled(house, outside)
        long_ago = gateway.lines(house.now - 7 * DAY, house.now - 5 * DAY)
        pages = [page async for page in long_ago]
        assert [line.key for page in pages for line in page] == [before.inflow.key]

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_a_list_that_breaks_off_is_none(
        self, house: House, gateway: Gateway, outside: Outside, trouble: Trouble
    ) -> None:
        """Half of it would look like money that is missing."""
        await self.settled(house, outside)
        if Trait.LISTS in outside.traits:
            outside.trouble(Call.LIST, trouble)
            with pytest.raises(Unavailable):
                async for _ in gateway.lines(house.now - DAY, house.now + DAY):
                    pass
        await self.listed(house, gateway, outside)

    async def listed(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> Sequence[Line] | None:
        """What is listed of the days around now; None by a way that has no list and says so."""
        assert gateway.lists == (Trait.LISTS in outside.traits)
        if not gateway.lists:
            return None
        pages = gateway.lines(house.now - DAY, house.now + DAY)
        return [each async for page in pages for each in page if isinstance(each, Line)]
