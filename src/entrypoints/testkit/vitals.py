"""The contract of `core.oversight.Vitals`."""

from uuid import uuid4

import pytest
from attrs import evolve

from ...core.balances import Account, Ledger, Move, Transfer, TransferId, account_name
from ...core.money import RUB, XTR, Money
from ...core.oversight import Ailment, Sufferers, Vitals
from ...core.payments import Arrivals, Payments, Refunds, RefundState, Stage
from ...core.payments import State as PaymentState
from ...core.purchases import Late, Purchases, State
from ...core.wallets import Cheques, Outlays
from .payments.ground import NOON, TICK, begun, failed, refund, set_aside, unmatched
from .purchases.ground import TO, Market
from .wallets.ground import drawn, outlay

LATER = NOON + 5 * TICK


@pytest.mark.asyncio
class VitalsContract:
    """What everybody does who sees to it. Subclass it in a test and override all fixtures."""

    @pytest.fixture
    def vitals(self) -> Vitals:
        """Where nothing has happened."""
        raise NotImplementedError("override the fixture `vitals`")

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

    @pytest.fixture
    def ledger(self) -> Ledger:
        """Nothing booked."""
        raise NotImplementedError("override the fixture `ledger`")

    async def test_nothing_ails_at_first(self, vitals: Vitals) -> None:
        """Nor is there an asset."""
        assert list(await vitals.ailing()) == []
        assert dict(await vitals.sums()) == {}

    async def test_payments(self, vitals: Vitals, payments: Payments) -> None:
        """Those of which nothing is known are counted, since the first of them was begun."""
        for at in (LATER, NOON):
            payment = await payments.add(begun(at=at))
            unknown = payment.moved(PaymentState.UNKNOWN)
            await payments.put(unknown, was=payment.state)
        await payments.add(begun(at=NOON - TICK))
        wanted = Sufferers(ailment=Ailment.PAYMENT_UNKNOWN, count=2, since=NOON)
        assert list(await vitals.ailing()) == [wanted]
        await payments.put(unknown.reported(Stage.OPEN), was=unknown.state)
        assert list(await vitals.ailing()) == [evolve(wanted, count=1, since=LATER)]

    @pytest.mark.parametrize("asked", [True, False])
    async def test_refunds(
        self, vitals: Vitals, arrivals: Arrivals, refunds: Refunds, asked: bool
    ) -> None:
        """Whether they are asked about or wait for a person; what ended is over."""
        for over in (False, True):
            arrival = unmatched()
            await arrivals.add(arrival)
            due = await set_aside(arrivals, refunds, refund(arrival))
            if over:
                await failed(arrivals, refunds, due)
            else:
                unknown = due.moved(RefundState.UNKNOWN, NOON if asked else None)
                await refunds.put(unknown, was=due.state)
        wanted = Sufferers(ailment=Ailment.REFUND_UNKNOWN, count=1, since=NOON)
        assert list(await vitals.ailing()) == [wanted]

    async def test_cheques(self, vitals: Vitals, cheques: Cheques, outlays: Outlays) -> None:
        """One that waits for a person is, one that is gone on with is not."""
        for wallet, check_at in (("ton", NOON), ("stars", None)):
            due = await outlays.add(outlay(wallet=wallet))
            await drawn(cheques, outlays, due, check_at=check_at)
        wanted = Sufferers(ailment=Ailment.CHEQUE_UNKNOWN, count=1, since=NOON)
        assert list(await vitals.ailing()) == [wanted]

    async def test_purchases(
        self, vitals: Vitals, purchases: Purchases, outlays: Outlays, cheques: Cheques
    ) -> None:
        """Each that is paid and not delivered, by what is known, and since it is."""
        market = Market(purchases, outlays, cheques)
        wanted = {
            State.PAID: Ailment.PURCHASE_PAID,
            State.UNKNOWN: Ailment.PURCHASE_UNKNOWN,
            State.REVIEW: Ailment.PURCHASE_REVIEW,
        }
        since = {}
        for state in TO:
            since[state] = (await market.bought(state)).since
        late = await market.late()
        await market.late(decided=Late.BORNE)
        since[late.state], wanted[late.state] = late.since, Ailment.PURCHASE_LATE
        assert {each.ailment: each for each in await vitals.ailing()} == {
            ailment: Sufferers(ailment=ailment, count=1, since=since[state])
            for state, ailment in wanted.items()
        }

    async def test_sums(self, vitals: Vitals, ledger: Ledger) -> None:
        """Of each asset all accounts come to zero, however much was moved."""
        bank, ann = account_name("clearing:bank"), account_name("user:ann")
        for asset in (RUB, XTR):
            await ledger.open(Account.unlimited(bank, asset))
            await ledger.open(Account(ann, asset))
        gift = Transfer(id=TransferId(uuid4()), source=bank, target=ann, amount=Money(5, RUB))
        await ledger.carry_out([Move.of(gift)])
        assert dict(await vitals.sums()) == {"RUB": 0, "XTR": 0}
