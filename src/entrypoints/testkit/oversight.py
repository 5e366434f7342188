"""The contract of `core.oversight.Tallies`."""

from datetime import timedelta

import pytest

from ...core.identity import Users
from ...core.money import RUB, TON, XTR, Money
from ...core.oversight import DoubtKind, Tallies, Tally
from ...core.payments import Arrivals, Notices, Payments, Refunds, RefundState
from ...core.purchases import Purchases, State
from ...core.wallets import Cheques, Outlays
from .identity.ground import BOB, shown
from .payments.ground import (
    NOON,
    TICK,
    begun,
    came,
    failed,
    notice,
    order,
    refund,
    set_aside,
    unmatched,
)
from .purchases.ground import Market
from .wallets.ground import cheque

DAY = timedelta(days=1)


@pytest.mark.asyncio
class TalliesContract:
    """What every one who counts does. Subclass it in a test and override all fixtures."""

    @pytest.fixture
    def tallies(self) -> Tallies:
        """Where nothing has happened."""
        raise NotImplementedError("override the fixture `tallies`")

    @pytest.fixture
    def users(self) -> Users:
        """Nobody known."""
        raise NotImplementedError("override the fixture `users`")

    @pytest.fixture
    def payments(self) -> Payments:
        """No payments."""
        raise NotImplementedError("override the fixture `payments`")

    @pytest.fixture
    def arrivals(self) -> Arrivals:
        """Nothing that came."""
        raise NotImplementedError("override the fixture `arrivals`")

    @pytest.fixture
    def refunds(self) -> Refunds:
        """Nothing on its way back."""
        raise NotImplementedError("override the fixture `refunds`")

    @pytest.fixture
    def notices(self) -> Notices:
        """No notices."""
        raise NotImplementedError("override the fixture `notices`")

    @pytest.fixture
    def purchases(self) -> Purchases:
        """Nothing bought."""
        raise NotImplementedError("override the fixture `purchases`")

    @pytest.fixture
    def outlays(self) -> Outlays:
        """Nothing to be paid."""
        raise NotImplementedError("override the fixture `outlays`")

    @pytest.fixture
    def cheques(self) -> Cheques:
        """Nothing signed."""
        raise NotImplementedError("override the fixture `cheques`")

    async def test_where_nothing_happened_nothing_is_counted(self, tallies: Tallies) -> None:
        """No asset and no kind of doubt is named."""
        figures = await tallies.between(NOON, NOON + DAY)
        assert (figures.since, figures.until) == (NOON, NOON + DAY)
        assert (figures.people, figures.newcomers) == (0, 0)
        assert [list(each) for each in (figures.came, figures.delivered, figures.returned)] == [
            [],
            [],
            [],
        ]
        assert dict(figures.waiting) == {}

    async def test_newcomers_are_of_that_time(self, tallies: Tallies, users: Users) -> None:
        """From its first moment on, and before its end; who came again is none."""
        await users.seen(shown(), NOON - TICK)
        await users.seen(shown(), NOON + TICK)
        await users.seen(shown(BOB, username="bob"), NOON)
        figures = await tallies.between(NOON, NOON + DAY)
        assert (figures.people, figures.newcomers) == (2, 1)
        assert (await tallies.between(NOON - DAY, NOON)).newcomers == 1

    async def test_what_came_is_summed_by_asset(
        self, tallies: Tallies, payments: Payments, arrivals: Arrivals
    ) -> None:
        """When it was noted, also what is nobody's yet."""
        payment = await payments.add(begun(order(100)))
        for units, at in ((3, NOON), (4, NOON + TICK), (5, NOON + DAY), (6, NOON - TICK)):
            await arrivals.add(came(payment, units, noted_at=at))
        await arrivals.add(unmatched(7))
        figures = await tallies.between(NOON, NOON + DAY)
        assert list(figures.came) == [Tally(1, Money(7, TON)), Tally(2, Money(7, XTR))]
        assert dict(figures.waiting) == {DoubtKind.ARRIVAL: 1}

    async def test_what_goes_back_is_summed(
        self, tallies: Tallies, arrivals: Arrivals, refunds: Refunds
    ) -> None:
        """Of what was asked for then; what failed is here again."""
        lot = [unmatched(units) for units in (3, 4, 5)]
        for arrival in lot:
            await arrivals.add(arrival)
        waiting = {"state": RefundState.WAITING, "check_at": None}
        await set_aside(arrivals, refunds, refund(lot[0], **waiting))
        await set_aside(arrivals, refunds, refund(lot[1], created_at=NOON + DAY))
        due = await set_aside(arrivals, refunds, refund(lot[2]))
        figures = await tallies.between(NOON, NOON + DAY)
        assert list(figures.returned) == [Tally(2, Money(8, TON))]
        assert dict(figures.waiting) == {DoubtKind.REFUND: 1}
        await failed(arrivals, refunds, due)
        figures = await tallies.between(NOON, NOON + DAY)
        assert list(figures.returned) == [Tally(1, Money(3, TON))]
        assert dict(figures.waiting) == {DoubtKind.REFUND: 1, DoubtKind.ARRIVAL: 1}

    async def test_what_was_delivered_is_summed(
        self, tallies: Tallies, purchases: Purchases, outlays: Outlays, cheques: Cheques
    ) -> None:
        """At its price, when it was; what is not there yet is not among it."""
        market = Market(purchases, outlays, cheques)
        delivered = await market.bought(State.DELIVERED)
        await market.bought(State.DELIVERED)
        await market.bought(State.REVIEW)
        await market.late()
        figures = await tallies.between(delivered.since, NOON + DAY)
        assert list(figures.delivered) == [Tally(2, Money(33_000, RUB))]
        assert dict(figures.waiting) == {DoubtKind.PURCHASE: 2}
        assert list((await tallies.between(NOON, delivered.since)).delivered) == []

    async def test_cheques_and_notices_wait_too(
        self, tallies: Tallies, cheques: Cheques, notices: Notices
    ) -> None:
        """Those with which nothing goes on by itself."""
        book = await cheques.book("ton")
        stuck = cheque(book.number + 1, check_at=None)
        await cheques.draw(stuck, book.draws(stuck.id, [], NOON))
        told = notice()
        await notices.add(told)
        assert dict((await tallies.between(NOON, NOON)).waiting) == {DoubtKind.CHEQUE: 1}
        await notices.put(told.given_up("in vain"))
        figures = await tallies.between(NOON, NOON)
        assert dict(figures.waiting) == {DoubtKind.CHEQUE: 1, DoubtKind.NOTICE: 1}
