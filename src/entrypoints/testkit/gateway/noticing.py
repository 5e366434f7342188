"""What a provider tells is proven first; what it proves depends on him."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ....core.payments import (
    SUSPENSE,
    Case,
    Deposit,
    Gateway,
    Notice,
    NoticeForged,
    NoticeUnreadable,
    Payment,
    State,
)
from .ground import Ground, order_of
from .outside import Call, House, Outside, Told, Trait, Trouble

UNREADABLE = (b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 20_000, b'{"a":1}', b"a=1&b=2")


class Noticing(Ground):
    """`prove`, `told` and `find`, and what is booked of them."""

    async def test_a_notice_says_what_it_is_about(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """The payment, by our own id; whoever tells us nothing is not believed when he seems to."""
        payment, told = await self.paid(house, outside)
        if told is None:
            assert list(outside.notices()) == []
            with pytest.raises((NoticeForged, NoticeUnreadable)):
                gateway.prove(b'{"order_id":"' + payment.id.hex.encode() + b'"}', {})
            return
        hint = gateway.prove(*told)
        assert hint.payment == payment.id
        assert gateway.prove(*told) == hint

    async def test_each_fact_has_a_notice_of_its_own(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Also when he says the same of more money."""
        payment = await house.open(order_of(outside))
        if Trait.SHOWS in outside.traits:
            outside.show(payment)
        for _ in range(3):
            outside.pay(payment, payment.asked)
        keys = [gateway.prove(*told).key for told in outside.notices()]
        assert len(set(keys)) == len(keys)
        assert len(keys) >= 3 or Trait.NOTIFIES not in outside.traits

    async def test_nobody_else_can_tell_us_anything(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """A forged notice is refused, and not even kept."""
        _, told = await self.paid(house, outside)
        forged = [(b"{}", {})] if told is None else outside.forged(told)
        assert len(forged) >= 3 or told is None
        for raw, headers in forged:
            with pytest.raises((NoticeForged, NoticeUnreadable)):
                await house.take(gateway.method, raw, headers)
        assert await self.all_notices(house) == []

    @pytest.mark.parametrize("raw", UNREADABLE)
    async def test_nonsense_is_no_notice(
        self, house: House, gateway: Gateway, outside: Outside, raw: bytes
    ) -> None:
        """It is refused by name, whatever it is."""
        _, told = await self.paid(house, outside)
        with pytest.raises((NoticeForged, NoticeUnreadable)):
            await house.take(gateway.method, raw, {} if told is None else told[1])

    async def test_a_notice_too_long_to_be_true_is_refused(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Before anybody looks at it."""
        _, told = await self.paid(house, outside)
        with pytest.raises(NoticeUnreadable):
            await house.take(gateway.method, b" " * 200_000, {} if told is None else told[1])

    async def test_a_notice_credits_what_came(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Once, however often it is told and asked about, and however late again."""
        payment, told = await self.paid(house, outside)
        if told is not None:
            taken = [await house.take(gateway.method, *told) for _ in range(3)]
            assert taken == [True, False, False]
            for _ in range(2):
                await house.read()
            assert (await house.payments.get(payment.id)).state is State.SETTLED
            outside.pass_time(timedelta(days=3))
            assert not await house.take(gateway.method, *told)
            await house.read()
        assert (await house.check(payment.id)).state is State.SETTLED
        await self.balances(house, payment, user=payment.asked.units)

    async def test_notices_may_come_in_any_order(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """What came stays here, whatever is told afterwards of what was before."""
        payment = await house.open(order_of(outside))
        if Trait.SHOWS in outside.traits:
            outside.show(payment)
        outside.pay(payment, payment.asked)
        for told in reversed(outside.notices()):
            await house.take(gateway.method, *told)
            await house.read()
        assert (await house.check(payment.id)).state is State.SETTLED
        await self.balances(house, payment, user=payment.asked.units)

    async def test_a_notice_proves_what_it_may(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Where it is only a hint, one that was sent to try us out credits nobody."""
        payment, told = await self.paid(house, outside)
        if told is not None and Trait.PROVES in outside.traits:
            (deposit,) = gateway.told(told[0])
            assert isinstance(deposit, Deposit)
            assert (deposit.payment, deposit.inflow.amount) == (payment.id, payment.asked)
        elif told is not None:
            assert not gateway.told(told[0])
            await house.take(gateway.method, *outside.told_to_try())
            assert await house.read() == (Trait.CLAIMS not in outside.traits)
        assert await house.arrivals.held(10) == []
        await self.balances(house, payment, user=0, clearing_=0)

    async def test_a_notice_waits_while_the_provider_is_silent(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """It is read again until he has answered; one that is proof waits for nobody."""
        payment, told = await self.paid(house, outside)
        if Trait.ANSWERS in outside.traits:
            outside.trouble(Call.INQUIRE, Trouble.AFTER, Trouble.NONSENSE)
        if told is not None:
            await house.take(gateway.method, *told)
            for answered in (1,) if Trait.PROVES in outside.traits else (0, 0, 1):
                assert await house.read() == answered
                outside.pass_time(timedelta(hours=2))
        came = 0 if told is None else payment.asked.units
        await self.balances(house, payment, user=came)

    async def test_a_notice_is_read_until_what_it_claims_is_here(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Whoever tells of money, or of more, and does not show it yet is asked again."""
        payment = await house.open(order_of(outside))
        for times in (1, 2):
            await self.told_too_early(house, outside, lambda: outside.pay(payment, payment.asked))
            await house.check(payment.id)
            await self.balances(house, payment, user=times * payment.asked.units)
        assert await house.notices.unresolved(10) == []

    async def test_what_is_not_ours_is_found_when_it_is_told_too_early(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Nobody would ask about it again: no payment waits for it."""
        await self.told_too_early(house, outside, outside.stray)
        await self.hear(house, outside)
        (held,) = await house.arrivals.held(10)
        assert held.held == outside.price
        assert await house.notices.unresolved(10) == []

    async def test_what_he_tells_and_never_shows_is_for_a_person(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """It credits nobody, is not forgotten, and may be read once more or be let rest."""
        payment, told = await self.paid(house, outside)
        if told is None or Trait.CLAIMS not in outside.traits:
            assert await house.notices.unresolved(10) == []
            return
        await house.take(gateway.method, *outside.told_to_try())
        await self.read_for(house, outside, timedelta(hours=7))
        (notice,) = await house.notices.unresolved(10)
        assert await self.all_notices(house) == []
        assert "does not show it" in notice.outcome
        await self.balances(house, payment, user=0, clearing_=0)

    async def told_too_early(
        self, house: House, outside: Outside, pays: Callable[[], None]
    ) -> None:
        """Somebody pays, and that is told before it is shown, where it can be."""
        known = len(outside.notices())
        if Trait.CLAIMS in outside.traits:
            outside.fall_behind()
        pays()
        for told in outside.notices()[known:]:
            await house.take(outside.method, *told)
        if Trait.CLAIMS in outside.traits:
            assert await house.read() == 0
            outside.pass_time(timedelta(minutes=1))
            assert await house.read() == 0
            outside.catch_up()
        await self.read_for(house, outside, timedelta(minutes=30))
        assert await self.all_notices(house) == []

    async def read_for(self, house: House, outside: Outside, time: timedelta) -> None:
        """Whenever there is something to read, so long."""
        for _ in range(int(time / timedelta(minutes=10))):
            await house.read()
            outside.pass_time(timedelta(minutes=10))
        await house.read()

    async def test_what_no_notice_told_is_found(self, house: House, outside: Outside) -> None:
        """By asking, from time to time."""
        payment, _ = await self.paid(house, outside)
        outside.pass_time(timedelta(minutes=1))
        await house.poll()
        await self.balances(house, payment, user=payment.asked.units)

    async def test_what_is_not_ours_goes_into_the_drawer(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Money of which nobody knows what it is for is held for a person, once."""
        held = await self.strayed(house, outside)
        await self.hear(house, outside)
        assert await house.arrivals.held(10) == [held]
        assert (held.case, held.payment, held.held) == (Case.UNMATCHED, None, outside.price)
        balance = await house.ledger.balance(SUSPENSE, held.held.asset)
        assert balance.posted == held.held

    async def paid(self, house: House, outside: Outside) -> tuple[Payment, Told | None]:
        """Somebody has paid, and nobody knows; what is told of it, if anything is."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        return payment, outside.notices()[-1] if Trait.NOTIFIES in outside.traits else None

    async def all_notices(self, house: House) -> list[Notice]:
        """Those that wait."""
        return list(await house.notices.waiting(house.now + timedelta(days=365), 100))
