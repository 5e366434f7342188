"""What came is what the provider himself says, when he is asked."""

from datetime import timedelta

import pytest

from ....core.errors import Missing, Unavailable
from ....core.money import Money
from ....core.payments import SUSPENSE, Case, Gateway, Stage, State
from .ground import Ground, fifths, order_of
from .outside import Call, House, NotPayable, Outside, Trait, Trouble

LATER = timedelta(hours=13)
"""No invoice waits so long."""


class Asking(Ground):
    """`inquire`, and what is booked of it."""

    async def test_nothing_has_come_at_first(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """An open invoice is open."""
        report = await gateway.inquire(await house.open(order_of(outside)))
        assert (report.stage, list(report.inflows)) == (Stage.OPEN, [])

    async def test_what_he_does_not_know_is_missing(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """And not unpaid, let alone paid; the payment is in doubt."""
        payment = await house.open(order_of(outside))
        if Trait.KNOWS not in outside.traits:
            payment = await house.check(payment.id)
            assert (payment.state, payment.came.units) == (State.PENDING, 0)
            return  # of what nobody has paid he knows nothing, ever
        outside.forget(payment)
        with pytest.raises(Missing):
            await gateway.inquire(payment)
        with pytest.raises(Missing):
            await house.check(payment.id)
        assert (await house.payments.get(payment.id)).state is State.UNKNOWN

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_no_answer_changes_nothing(
        self, house: House, outside: Outside, trouble: Trouble
    ) -> None:
        """Silence is neither yes nor no, and is asked about again."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        if Trait.ANSWERS in outside.traits:
            outside.trouble(Call.INQUIRE, trouble)
            with pytest.raises(Unavailable):
                await house.check(payment.id)
            silent = await house.payments.get(payment.id)
            assert (silent.state, silent.came.units) == (State.PENDING, 0)
            assert silent.check_at is not None
        assert (await house.check(payment.id)).state is State.SETTLED

    async def test_what_is_not_final_is_not_credited(self, house: House, outside: Outside) -> None:
        """It is on its way; where nothing can be seen on its way, it comes at once."""
        payment = await house.open(order_of(outside))
        if Trait.SHOWS in outside.traits:
            outside.show(payment)
            payment = await house.check(payment.id)
            assert (payment.state, payment.came.units) == (State.CONFIRMING, 0)
            await self.balances(house, payment, user=0, clearing_=0)
        outside.pay(payment, payment.asked)
        assert (await house.check(payment.id)).state is State.SETTLED

    async def test_what_was_asked_for_settles(self, house: House, outside: Outside) -> None:
        """It is credited, and nothing more is expected."""
        payment, arrival = await self.settled(house, outside)
        assert (payment.came, arrival.case) == (payment.asked, Case.EXACT)
        assert payment.check_at is None
        await self.balances(house, payment, user=payment.asked.units)

    async def test_less_is_credited_and_said_to_be_less(
        self, house: House, outside: Outside
    ) -> None:
        """First more may come; when the time is over it does not."""
        payment = await house.open(order_of(outside))
        if Trait.ANY_AMOUNT not in outside.traits:
            with pytest.raises(NotPayable):
                outside.pay(payment, fifths(outside, 2))
            assert (await house.check(payment.id)).came.units == 0
            return
        outside.pay(payment, less := fifths(outside, 2))
        state = (await house.check(payment.id)).state
        assert state in (State.CONFIRMING, State.UNDERPAID)
        outside.pass_time(LATER)
        payment = await house.check(payment.id)
        assert (payment.state, payment.came) == (State.UNDERPAID, less)
        await self.balances(house, payment, user=less.units)

    async def test_more_is_credited_and_said_to_be_more(
        self, house: House, outside: Outside
    ) -> None:
        """All of what came, to the last unit."""
        payment = await house.open(order_of(outside))
        more = payment.asked + Money(1, payment.asked.asset)
        if Trait.ANY_AMOUNT not in outside.traits:
            with pytest.raises(NotPayable):
                outside.pay(payment, more)
            assert (await house.check(payment.id)).came.units == 0
            return
        outside.pay(payment, more)
        payment = await house.check(payment.id)
        assert (payment.state, payment.came) == (State.OVERPAID, more)
        await self.balances(house, payment, user=more.units)

    async def test_parts_make_a_whole(self, house: House, outside: Outside) -> None:
        """Whether they are seen one by one or together."""
        payment = await house.open(order_of(outside))
        parts = (1, 2, 2) if Trait.ANY_AMOUNT in outside.traits else (5,)
        for count in parts:
            outside.pay(payment, fifths(outside, count))
            if count == 1:
                await house.check(payment.id)
        payment = await house.check(payment.id)
        assert payment.state is State.SETTLED
        await self.balances(house, payment, user=payment.asked.units)

    async def test_what_comes_twice_is_credited_twice(self, house: House, outside: Outside) -> None:
        """Somebody paid two times: he has what he paid."""
        payment, _ = await self.settled(house, outside)
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
        assert (payment.state, payment.came) == (State.OVERPAID, fifths(outside, 10))
        assert (await house.arrivals.of(payment.id))[-1].case is Case.DOUBLE
        await self.balances(house, payment, user=payment.came.units)

    async def test_nobody_pays_in_time(self, house: House, outside: Outside) -> None:
        """It expires, by itself."""
        payment = await house.open(order_of(outside))
        outside.pass_time(LATER)
        await house.poll()
        payment = await house.payments.get(payment.id)
        assert (payment.state, payment.came.units) == (State.EXPIRED, 0)

    async def test_what_comes_late_comes_all_the_same(self, house: House, outside: Outside) -> None:
        """Given up, and paid nevertheless."""
        payment = await house.open(order_of(outside))
        outside.pass_time(LATER)
        await house.check(payment.id)
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
        assert payment.state is State.SETTLED
        assert (await house.arrivals.of(payment.id))[-1].case is Case.LATE
        await self.balances(house, payment, user=payment.asked.units)

    async def test_another_asset_waits_for_a_person(self, house: House, outside: Outside) -> None:
        """It has no rate, so nobody gets it, and it is not lost."""
        payment = await house.open(order_of(outside))
        if outside.other_asset is None:
            outside.pay(payment, payment.asked)
            assert (await house.check(payment.id)).state is State.SETTLED
            assert await house.arrivals.held(10) == []
            return
        other = Money(3_000_000, outside.other_asset)
        outside.pay(payment, other)
        await house.check(payment.id)
        (held,) = await house.arrivals.held(10)
        assert (held.case, held.held) == (Case.WRONG_ASSET, other)
        drawer = await house.ledger.balance(SUSPENSE, other.asset)
        assert drawer.posted == other
        assert (await house.payments.get(payment.id)).came.units == 0

    async def test_what_cannot_be_counted_leaves_us_in_doubt(
        self, house: House, outside: Outside
    ) -> None:
        """It is there, so it is not unpaid; a person is told how much, in the provider's words."""
        payment = await house.open(order_of(outside))
        if Trait.STRANGE not in outside.traits:
            outside.pay(payment, payment.asked)
            payment = await house.check(payment.id)
            assert (payment.state, payment.told) == (State.SETTLED, "")
            return
        outside.pay_strangely(payment)
        for _ in range(2):
            payment = await house.check(payment.id)
            assert (payment.state, payment.came.units) == (State.UNKNOWN, 0)
            assert "cannot count" in payment.told
        assert await house.arrivals.of(payment.id) == []
        outside.pass_time(LATER)
        assert (await house.check(payment.id)).state is State.UNKNOWN

    async def test_what_is_too_fine_is_told_and_never_rounded(
        self, house: House, outside: Outside
    ) -> None:
        """Whole units are credited, not one more; who pays so again is credited so again."""
        payment = await house.open(order_of(outside))
        if Trait.STRANGE not in outside.traits:
            outside.pay(payment, payment.asked)
            assert (await house.check(payment.id)).told == ""
            return
        for times in (1, 2):
            outside.pay_finely(payment)
            payment = await house.check(payment.id)
            assert payment.came == fifths(outside, 5 * times)
            assert "cannot count" in payment.told
        await self.balances(house, payment, user=payment.came.units)

    async def test_what_he_keeps_leaves_us_in_doubt(self, house: House, outside: Outside) -> None:
        """It is neither here nor gone; who keeps nothing leaves no such doubt."""
        payment = await house.open(order_of(outside))
        if Trait.LOCKS in outside.traits:
            outside.lock(payment)
        payment = await house.check(payment.id)
        doubt = State.UNKNOWN if Trait.LOCKS in outside.traits else State.PENDING
        assert (payment.state, payment.came.units) == (doubt, 0)
        assert payment.check_at is not None
