"""Money goes back at most once, and what went back is what our books say."""

from datetime import timedelta
from typing import Final
from uuid import uuid4

import pytest
from attrs import evolve

from ....core.errors import AltynError
from ....core.identity import Caller
from ....core.money import Money, zero
from ....core.payments import (
    SUSPENSE,
    Arrival,
    BookMissing,
    Gateway,
    NotReturnable,
    Origin,
    Payment,
    Refund,
    RefundId,
    RefundState,
    Returning,
    State,
    TieOutMethod,
    TooMuchBack,
    Wish,
    returning,
)
from .ground import Ground, fifths
from .outside import Call, House, Outside, Trait, Trouble

DAY = timedelta(days=1)

CLERK: Final = Caller.local("clerk")


class Refunding(Ground):
    """
    `refund` and `inquire_refund`, and what is booked of them.

    By a gateway that can give nothing back all of these wishes are refused, and nothing moves.
    """

    async def test_what_came_goes_back(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """It is set aside when it is asked for, and gone when the provider says so."""
        payment, arrival = await self.settled(house, outside)
        if (refund := await self.wished(house, gateway, wish_of(outside, arrival))) is None:
            return
        assert (refund.amount, refund.origin) == (payment.asked, Origin.TARGET)
        await self.on_its_way(house, outside, payment, payment.asked)
        assert outside.sent_back().units == 0
        refund = await house.carry_out(refund.id)
        later = Trait.REFUNDS_LATER in outside.traits
        assert refund.state is (RefundState.ACCEPTED if later else RefundState.DONE)
        await self.arrived(house, outside, refund)
        assert outside.sent_back() == payment.asked
        assert (await house.payments.get(payment.id)).state is State.REFUNDED
        await self.balances(house, payment, user=0, clearing_=0)

    async def test_a_part_goes_back_where_parts_do(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """And the rest stays; where all of it goes or nothing, a part is refused."""
        payment, arrival = await self.settled(house, outside)
        wish = wish_of(outside, arrival, part := fifths(outside, 2))
        if gateway.returning is not Returning.ONCE:
            with pytest.raises(NotReturnable):
                await house.ask_back(wish)
            await self.balances(house, payment, user=payment.asked.units)
            return
        refund = await house.ask_back(wish)
        await self.on_its_way(house, outside, payment, part)
        await self.arrived(house, outside, await house.carry_out(refund.id))
        assert outside.sent_back() == part
        await self.balances(house, payment, user=fifths(outside, 3).units)
        with pytest.raises(NotReturnable):
            await house.ask_back(wish_of(outside, arrival, part))

    async def test_without_an_address_it_goes_to_whoever_sent_it_or_nowhere(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """No rule knows one: where it is needed, what was to go back stays where it was."""
        payment, arrival = await self.settled(house, outside)
        wish = evolve(wish_of(outside, arrival), to="")
        if (refund := await self.wished(house, gateway, wish)) is None:
            assert not gateway.returns_to_sender
            return
        refund = await house.carry_out(refund.id)
        if not gateway.returns_to_sender:
            assert (refund.state, outside.sent_back().units) == (RefundState.FAILED, 0)
            await self.balances(house, payment, user=payment.asked.units)
            return
        await self.arrived(house, outside, refund)
        assert outside.sent_back() == payment.asked

    async def test_one_wish_is_one_refund(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """However often it is made and gone on with; another one for the same is refused."""
        payment, arrival = await self.settled(house, outside)
        wish = wish_of(outside, arrival, some_of(gateway, outside))
        if (refund := await self.wished(house, gateway, wish)) is None:
            return
        assert await house.ask_back(wish) == refund
        with pytest.raises(NotReturnable):
            await house.ask_back(evolve(wish, id=RefundId(uuid4())))
        for _ in range(3):
            refund = await house.carry_out(refund.id)
        await self.arrived(house, outside, refund)
        again = await house.carry_out(refund.id)
        assert await house.ask_back(wish) == again
        assert outside.sent_back() == refund.amount
        with pytest.raises(NotReturnable):
            await house.ask_back(evolve(wish, id=RefundId(uuid4())))
        left = payment.asked - refund.amount
        await self.balances(house, payment, user=left.units)

    async def test_no_more_goes_back_than_came(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Not a unit."""
        payment, arrival = await self.settled(house, outside)
        more = payment.asked + Money(1, payment.asked.asset)
        with pytest.raises((NotReturnable, TooMuchBack)):
            await house.ask_back(wish_of(outside, arrival, more))
        await self.balances(house, payment, user=payment.asked.units)

    async def test_what_was_paid_twice_goes_back_as_often_as_he_says(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Each part by itself, where he does both; what he refuses is not booked as gone."""
        payment, _ = await self.settled(house, outside)
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
        first, second = await house.arrivals.of(payment.id)
        for arrival in (second, first):
            try:
                refund = await self.wished(house, gateway, wish_of(outside, arrival))
            except NotReturnable:
                continue  # he does it once for both, and we know
            if refund is not None:
                await self.arrived(house, outside, await house.carry_out(refund.id), failed=True)
        payment = await house.payments.get(payment.id)
        never = gateway.returning is Returning.NEVER
        back = zero(payment.asked.asset) if never else outside.sent_back()
        assert payment.returned == back
        assert never or back.units > 0
        kept = payment.came - back
        await self.balances(house, payment, user=kept.units)

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_silence_sends_nothing_back_twice(
        self, house: House, gateway: Gateway, outside: Outside, trouble: Trouble
    ) -> None:
        """
        In doubt he is asked what became of it, and asked for it again only where that is safe;
        else a person who has looked decides.
        """
        payment, arrival = await self.settled(house, outside)
        wish = wish_of(outside, arrival, some_of(gateway, outside))
        if (refund := await self.wished(house, gateway, wish)) is None:
            return
        outside.trouble(Call.REFUND, trouble)
        refund = await house.carry_out(refund.id)
        # Put off, he may have said for certain that nothing was done.
        certain = {RefundState.DUE} if trouble is Trouble.BUSY else set()
        assert refund.state in {RefundState.UNKNOWN, *certain}
        assert refund.told
        sent = refund.amount.units if trouble.happens else 0
        assert outside.sent_back().units == sent
        await self.on_its_way(house, outside, payment, refund.amount)
        may_ask_again = gateway.refunds_are_single or refund.state is RefundState.DUE
        refund = await self.gone_on(house, outside, refund)
        if trouble.happens or may_ask_again:
            await self.arrived(house, outside, refund)
            assert outside.sent_back() == refund.amount
            await self.balances(house, payment, user=(payment.asked - refund.amount).units)
        else:
            await self.in_doubt_until_somebody_looks(house, outside, payment, refund)

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_silence_about_a_refund_leaves_it_in_doubt(
        self, house: House, gateway: Gateway, outside: Outside, trouble: Trouble
    ) -> None:
        """It has neither failed nor arrived, and is asked about again."""
        payment, arrival = await self.settled(house, outside)
        wish = wish_of(outside, arrival, some_of(gateway, outside))
        if (refund := await self.wished(house, gateway, wish)) is None:
            return
        outside.trouble(Call.REFUND, Trouble.AFTER)
        await house.carry_out(refund.id)
        outside.trouble(Call.INQUIRE_REFUND, trouble)
        outside.pass_time(timedelta(minutes=10))
        assert await house.poll_refunds() == 1
        refund = await house.refunds.get(refund.id)
        assert refund.state is RefundState.UNKNOWN
        assert refund.check_at is not None
        await self.on_its_way(house, outside, payment, refund.amount)
        await self.arrived(house, outside, await self.gone_on(house, outside, refund))
        assert outside.sent_back() == refund.amount

    async def test_nobody_knows_whether_he_was_asked(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Whoever was about to ask him died: that is a doubt like any other."""
        payment, arrival = await self.settled(house, outside)
        wish = wish_of(outside, arrival, some_of(gateway, outside))
        if (refund := await self.wished(house, gateway, wish)) is None:
            return
        await house.refunds.put(refund.moved(RefundState.UNKNOWN, house.now), was=refund.state)
        refund = await self.gone_on(house, outside, refund)
        if gateway.refunds_are_single:
            await self.arrived(house, outside, refund)
            assert outside.sent_back() == refund.amount
        else:
            await self.in_doubt_until_somebody_looks(house, outside, payment, refund)

    async def test_asked_twice_he_sends_it_back_once_where_that_is_said_of_him(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """And answers as he did before; of all others nobody asks twice."""
        payment, arrival = await self.settled(house, outside)
        wish = wish_of(outside, arrival, some_of(gateway, outside))
        if (refund := await self.wished(house, gateway, wish)) is None:
            return
        if gateway.refunds_are_single:
            first = await gateway.refund(refund, arrival)
            assert await gateway.refund(refund, arrival) is first
            assert outside.sent_back() == refund.amount
        await self.arrived(house, outside, await house.carry_out(refund.id))
        assert outside.sent_back() == refund.amount
        await self.balances(house, payment, user=(payment.asked - refund.amount).units)

    async def test_what_he_will_not_send_back_stays(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """It is whose it was, and may be wished for again."""
        payment, arrival = await self.settled(house, outside)
        if (refund := await self.wished(house, gateway, wish_of(outside, arrival))) is None:
            return
        outside.refuse_refund()
        refund = await house.carry_out(refund.id)
        assert (refund.state, outside.sent_back().units) == (RefundState.FAILED, 0)
        assert refund.told
        assert (await house.payments.get(payment.id)).state is State.SETTLED
        await self.balances(house, payment, user=payment.asked.units)
        refund = await house.ask_back(wish_of(outside, arrival))
        await self.arrived(house, outside, await house.carry_out(refund.id))
        await self.balances(house, payment, user=0)

    async def test_what_fails_on_its_way_is_here_again(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """He had said yes; where he does it at once it cannot fail afterwards."""
        payment, arrival = await self.settled(house, outside)
        if (refund := await self.wished(house, gateway, wish_of(outside, arrival))) is None:
            return
        refund = await house.carry_out(refund.id)
        if Trait.REFUNDS_LATER not in outside.traits:
            assert refund.state is RefundState.DONE
            return
        assert refund.state is RefundState.ACCEPTED
        outside.finish_refunds(paid=False)
        refund = await self.gone_on(house, outside, refund)
        assert refund.state is RefundState.FAILED
        assert outside.sent_back().units == 0
        await self.balances(house, payment, user=payment.asked.units)

    async def test_what_nobody_knows_what_it_is_for_goes_back(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Out of the drawer, by the name under which it came."""
        held = await self.strayed(house, outside)
        if (refund := await self.wished(house, gateway, wish_of(outside, held))) is None:
            return
        assert (refund.amount, refund.origin) == (outside.price, Origin.DRAWER)
        await self.arrived(house, outside, await house.carry_out(refund.id))
        assert outside.sent_back() == outside.price
        assert await house.arrivals.held(10) == []
        drawer = await house.ledger.balance(SUSPENSE, outside.price.asset)
        assert drawer.posted.units == 0

    async def test_what_somebody_else_sent_back_does_not_go_back_again(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """He says that it did; whether that was meant is for the tie-out to ask."""
        payment, arrival = await self.settled(house, outside)
        if (refund := await self.wished(house, gateway, wish_of(outside, arrival))) is None:
            return
        outside.refund_outside(payment)
        refund = await self.gone_on(house, outside, await house.carry_out(refund.id))
        assert refund.ended
        assert outside.sent_back() == payment.asked
        kept = payment.asked.units if refund.state is RefundState.FAILED else 0
        await self.balances(house, payment, user=kept)

    async def test_what_somebody_else_sent_back_is_taken_from_whoever_has_it(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """
        Once, whoever tells it: his notices, he himself when he is asked, or at last his list.

        Where that says only that some of it went back nobody knows how much to take: it is named.
        """
        payment, _ = await self.settled(house, outside)
        if gateway.returning is Returning.NEVER:
            return
        outside.refund_outside(payment)
        if Trait.REFUNDS_LATER in outside.traits:
            outside.finish_refunds(paid=True)
        for _ in range(2):
            for told in outside.notices():
                await house.take(gateway.method, *told)
            await house.read()
            await house.check(payment.id)
            if await self.filled(house, outside):
                assert (await house.payments.get(payment.id)).state is State.REFUNDED
                await self.balances(house, payment, user=0, clearing_=0)
            else:
                await self.balances(house, payment, user=payment.asked.units)

    async def filled(self, house: House, outside: Outside) -> bool:
        """
        Whether all of it is in the books: what his list says is, and after that both sides agree
        but on what he is vague about.
        """
        if Trait.LISTS not in outside.traits:
            return True
        tie_out = TieOutMethod(house.arrivals, house.refunds, house.ledger, house.ask_back.gateways)
        read, days = house.read, (house.now - DAY, house.now + DAY)
        fill = BookMissing(
            read.check,
            read.book,
            read.transaction,
            read.reverse,
            house.arrivals,
            house.decide.audit,
        )
        await fill(await tie_out(outside.method, *days), CLERK)
        left = (await tie_out(outside.method, *days)).differences
        assert all(each.back and each.said for each in left)
        return not left

    async def wished(self, house: House, gateway: Gateway, wish: Wish) -> Refund | None:
        """The refund; None by a way that has none, after it was refused."""
        if gateway.returning is not Returning.NEVER:
            return await house.ask_back(wish)
        with pytest.raises(NotReturnable):
            await house.ask_back(wish)
        with pytest.raises(AltynError):
            await house.refunds.get(wish.id)
        return None

    async def on_its_way(
        self, house: House, outside: Outside, payment: Payment, amount: Money
    ) -> None:
        """So much is the payer's no more, and is not gone."""
        assert (await house.payments.get(payment.id)).returning == amount
        away = await house.ledger.balance(returning(outside.method), amount.asset)
        assert away.posted == amount
        left = payment.asked - amount
        await self.balances(house, payment, user=left.units, clearing_=payment.asked.units)

    async def gone_on(self, house: House, outside: Outside, refund: Refund) -> Refund:
        """The refund after some time, in which it was looked at now and then."""
        for _ in range(3):
            outside.pass_time(timedelta(minutes=10))
            await house.poll_refunds()
        return await house.refunds.get(refund.id)

    async def arrived(
        self, house: House, outside: Outside, refund: Refund, *, failed: bool = False
    ) -> None:
        """It gets there, at the latest when he is done with it; or it may have failed before."""
        if Trait.REFUNDS_LATER in outside.traits:
            outside.finish_refunds(paid=True)
        refund = await self.gone_on(house, outside, refund)
        assert refund.state is RefundState.DONE or (failed and refund.state is RefundState.FAILED)
        away = await house.ledger.balance(returning(refund.method), refund.amount.asset)
        assert away.posted.units == 0

    async def in_doubt_until_somebody_looks(
        self, house: House, outside: Outside, payment: Payment, refund: Refund
    ) -> None:
        """Nothing went back and nothing will; a person sees that, and it is here again."""
        assert (refund.state, outside.sent_back().units) == (RefundState.UNKNOWN, 0)
        await self.on_its_way(house, outside, payment, refund.amount)
        refund = await house.decide.resolve(refund.id, by=CLERK, paid=False)
        assert refund.state is RefundState.FAILED
        await self.balances(house, payment, user=payment.asked.units)


def wish_of(outside: Outside, arrival: Arrival, amount: Money | None = None) -> Wish:
    """Somebody wants that back."""
    return Wish(
        id=RefundId(uuid4()),
        method=outside.method,
        key=arrival.inflow.key,
        amount=amount,
        to=outside.address,
        reason="not what I wanted",
        by=CLERK,
    )


def some_of(gateway: Gateway, outside: Outside) -> Money:
    """What can go back of the price: a part, so that going back twice would be seen."""
    return fifths(outside, 2 if gateway.returning is Returning.ONCE else 5)
