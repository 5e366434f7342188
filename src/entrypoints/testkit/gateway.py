"""The contract of `core.payments.Gateway`, and of the stories that rest on it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import uuid4

import pytest
from attrs import frozen

from ...core.balances import Ledger, account_name
from ...core.errors import Missing, Unavailable
from ...core.money import Asset, Money
from ...core.payments import (
    SUSPENSE,
    AmountOutOfBounds,
    Arrivals,
    AssetNotTaken,
    Case,
    CheckPayment,
    Gateway,
    NoticeForged,
    Notices,
    NoticeUnreadable,
    OpenPayment,
    Order,
    Payment,
    PaymentId,
    Payments,
    PollPayments,
    Quote,
    ReadNotices,
    Stage,
    State,
    TakeNotice,
    clearing,
)

Told = tuple[bytes, Mapping[str, str]]
"""A notice as it goes over the wire: the bytes, and the headers."""


class Trouble(StrEnum):
    """What may become of a call."""

    BEFORE = "before"
    """It is not carried out, and answered by nothing that says so."""
    AFTER = "after"
    """It is carried out, and answered by nothing that says so."""
    CUT = "cut"
    """It is carried out, and the answer breaks off."""
    SILENCE = "silence"
    """It is carried out, and never answered."""
    NONSENSE = "nonsense"
    """It is carried out, and answered by something else."""
    BUSY = "busy"
    """It is put off by a provider who has too much to do."""


class Outside(Protocol):
    """A provider who does as he is told: the other end of the gateway."""

    @property
    def method(self) -> str:
        """The name of the gateway's method."""
        ...

    @property
    def asset(self) -> Asset:
        """In which payments are made out."""
        ...

    @property
    def other_asset(self) -> Asset:
        """Another one that may come, though nobody asked for it."""
        ...

    def pay(self, payment: Payment, amount: Money) -> None:
        """Somebody pays that much, for good."""
        ...

    def show(self, payment: Payment) -> None:
        """Somebody pays, and it is not final."""
        ...

    def lock(self, payment: Payment) -> None:
        """The provider keeps the money for himself until further notice."""
        ...

    def pass_time(self, time: timedelta) -> None:
        """It gets later, for everybody."""
        ...

    def invoices(self) -> int:
        """How many he has opened."""
        ...

    def forget(self, payment: Payment) -> None:
        """He knows nothing of it any more."""
        ...

    def trouble(self, opening: bool, *troubles: Trouble) -> None:
        """The next calls go wrong like this: those that open an invoice, or those that ask."""
        ...

    def notices(self) -> Sequence[Told]:
        """Everything he had to tell, in the order in which it happened."""
        ...

    def told_to_try(self) -> Told:
        """A genuine notice about a payment that never was."""
        ...

    def told_of_another(self) -> Told:
        """A genuine notice about a payment of somebody else's, which was made."""
        ...

    def forged(self, notice: Told) -> Sequence[Told]:
        """The same, not by him: other contents, another key, no signature."""
        ...


@frozen(kw_only=True)
class House:
    """The use cases over a gateway and a storage, as they are put together anywhere."""

    open: OpenPayment
    check: CheckPayment
    take: TakeNotice
    read: ReadNotices
    poll: PollPayments
    payments: Payments
    arrivals: Arrivals
    notices: Notices
    ledger: Ledger


UNREADABLE = (b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 20_000, b'{"a":1}', b"a=1&b=2")


@pytest.mark.asyncio
class GatewayContract:
    """
    What every gateway does. Subclass it in a test and override three fixtures: `gateway`, the
    `outside` it speaks to, and the `house` over both with an empty storage.
    """

    @pytest.fixture
    def gateway(self) -> Gateway:
        """A gateway that reaches the outside."""
        raise NotImplementedError("override the fixture `gateway`")

    @pytest.fixture
    def outside(self) -> Outside:
        """The provider."""
        raise NotImplementedError("override the fixture `outside`")

    @pytest.fixture
    def house(self) -> House:
        """Everything else."""
        raise NotImplementedError("override the fixture `house`")

    # Opening.

    async def test_it_takes_what_is_within_its_bounds(
        self, gateway: Gateway, outside: Outside
    ) -> None:
        """And says no to what is not, before anything is written."""
        await gateway.accept(units(outside, 5_000_000))
        for amount in (1, 10**17):
            with pytest.raises(AmountOutOfBounds) as refused:
                await gateway.accept(units(outside, amount))
            assert refused.value.least < refused.value.most

    async def test_it_takes_no_asset_it_does_not_know(self, gateway: Gateway) -> None:
        """Not even one that has its name in other scale."""
        with pytest.raises(AssetNotTaken):
            await gateway.accept(Money(10**6, Asset("SKU:mug", 0)))

    async def test_nothing_is_written_of_what_it_does_not_take(
        self, house: House, outside: Outside
    ) -> None:
        """The refusal leaves no trace, here or there."""
        order = order_of(outside, 1)
        with pytest.raises(AmountOutOfBounds):
            await house.open(order)
        with pytest.raises(Missing):
            await house.payments.get(order.id)
        assert outside.invoices() == 0

    async def test_an_invoice_says_where_to_pay(self, house: House, outside: Outside) -> None:
        """The payment waits for the payer."""
        payment = await house.open(order_of(outside))
        assert payment.state is State.PENDING
        assert payment.link
        assert payment.provider_id
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
        assert outside.invoices() == 1

    @pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.BUSY])
    async def test_an_invoice_that_was_not_opened_is_opened_later(
        self, house: House, outside: Outside, trouble: Trouble
    ) -> None:
        """In doubt first, and then as though nothing had been."""
        outside.trouble(True, trouble)
        payment = await house.open(order := order_of(outside))
        assert (payment.state, outside.invoices()) == (State.UNKNOWN, 0)
        assert payment.told
        payment = await house.open(order)
        assert (payment.state, outside.invoices()) == (State.PENDING, 1)

    @pytest.mark.parametrize(
        "trouble", [Trouble.AFTER, Trouble.CUT, Trouble.SILENCE, Trouble.NONSENSE]
    )
    async def test_an_invoice_of_which_we_were_not_told_is_found_again(
        self, house: House, outside: Outside, trouble: Trouble
    ) -> None:
        """There is one, and never a second."""
        outside.trouble(True, trouble)
        payment = await house.open(order := order_of(outside))
        assert (payment.state, outside.invoices()) == (State.UNKNOWN, 1)
        outside.pass_time(timedelta(minutes=1))
        await house.poll()
        payment = await house.payments.get(order.id)
        assert (payment.state, outside.invoices()) == (State.PENDING, 1)
        assert payment.link

    # Asking.

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
        outside.trouble(False, trouble)
        with pytest.raises(Unavailable):
            await house.check(payment.id)
        silent = await house.payments.get(payment.id)
        assert (silent.state, silent.came.units) == (State.PENDING, 0)
        assert silent.check_at is not None
        assert (await house.check(payment.id)).state is State.SETTLED

    async def test_what_is_not_final_is_not_credited(self, house: House, outside: Outside) -> None:
        """It is on its way."""
        payment = await house.open(order_of(outside))
        outside.show(payment)
        payment = await house.check(payment.id)
        assert (payment.state, payment.came.units) == (State.CONFIRMING, 0)
        await self.balances(house, payment, user=0, clearing_=0)

    async def test_what_was_asked_for_settles(self, house: House, outside: Outside) -> None:
        """It is credited, and nothing more is expected."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
        assert (payment.state, payment.came) == (State.SETTLED, payment.asked)
        assert payment.check_at is None
        await self.balances(house, payment, user=payment.asked.units)

    async def test_less_is_credited_and_said_to_be_less(
        self, house: House, outside: Outside
    ) -> None:
        """First more may come; when the time is over it does not."""
        payment = await house.open(order_of(outside, 5_000_000))
        outside.pay(payment, units(outside, 2_000_000))
        state = (await house.check(payment.id)).state
        assert state in (State.CONFIRMING, State.UNDERPAID)
        outside.pass_time(timedelta(hours=13))
        payment = await house.check(payment.id)
        assert (payment.state, payment.came.units) == (State.UNDERPAID, 2_000_000)
        await self.balances(house, payment, user=2_000_000)

    async def test_more_is_credited_and_said_to_be_more(
        self, house: House, outside: Outside
    ) -> None:
        """All of what came."""
        payment = await house.open(order_of(outside, 5_000_000))
        outside.pay(payment, units(outside, 7_000_001))
        payment = await house.check(payment.id)
        assert (payment.state, payment.came.units) == (State.OVERPAID, 7_000_001)
        await self.balances(house, payment, user=7_000_001)

    async def test_parts_make_a_whole(self, house: House, outside: Outside) -> None:
        """Whether they are seen one by one or together."""
        payment = await house.open(order_of(outside, 5_000_000))
        outside.pay(payment, units(outside, 1_000_000))
        await house.check(payment.id)
        outside.pay(payment, units(outside, 1_500_000))
        outside.pay(payment, units(outside, 2_500_000))
        payment = await house.check(payment.id)
        assert payment.state is State.SETTLED
        await self.balances(house, payment, user=5_000_000)

    async def test_what_comes_twice_is_credited_twice(self, house: House, outside: Outside) -> None:
        """Somebody paid two times: he has what he paid."""
        payment = await house.open(order_of(outside, 5_000_000))
        outside.pay(payment, payment.asked)
        await house.check(payment.id)
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
        assert (payment.state, payment.came.units) == (State.OVERPAID, 10_000_000)
        assert (await house.arrivals.of(payment.id))[-1].case is Case.DOUBLE
        await self.balances(house, payment, user=10_000_000)

    async def test_nobody_pays_in_time(self, house: House, outside: Outside) -> None:
        """It expires, by itself."""
        payment = await house.open(order_of(outside))
        outside.pass_time(timedelta(hours=13))
        await house.poll()
        payment = await house.payments.get(payment.id)
        assert (payment.state, payment.came.units) == (State.EXPIRED, 0)

    async def test_what_comes_late_comes_all_the_same(self, house: House, outside: Outside) -> None:
        """Given up, and paid nevertheless."""
        payment = await house.open(order_of(outside))
        outside.pass_time(timedelta(hours=13))
        await house.check(payment.id)
        outside.pay(payment, payment.asked)
        payment = await house.check(payment.id)
        assert payment.state is State.SETTLED
        assert (await house.arrivals.of(payment.id))[-1].case is Case.LATE
        await self.balances(house, payment, user=payment.asked.units)

    async def test_another_asset_waits_for_a_person(self, house: House, outside: Outside) -> None:
        """It has no rate, so nobody gets it, and it is not lost."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, Money(3_000_000, outside.other_asset))
        await house.check(payment.id)
        (held,) = await house.arrivals.held(10)
        assert (held.case, held.held) == (Case.WRONG_ASSET, Money(3_000_000, outside.other_asset))
        drawer = await house.ledger.balance(SUSPENSE, outside.other_asset)
        assert drawer.posted.units == 3_000_000
        assert (await house.payments.get(payment.id)).came.units == 0

    async def test_what_he_keeps_leaves_us_in_doubt(self, house: House, outside: Outside) -> None:
        """It is neither here nor gone."""
        payment = await house.open(order_of(outside))
        outside.lock(payment)
        payment = await house.check(payment.id)
        assert (payment.state, payment.came.units) == (State.UNKNOWN, 0)
        assert payment.check_at is not None

    # Notices.

    async def test_a_notice_says_what_it_is_about(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """The payment, by our own id."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        hint = gateway.prove(*outside.notices()[-1])
        assert hint.payment == payment.id
        assert gateway.prove(*outside.notices()[-1]) == hint

    async def test_each_fact_has_a_notice_of_its_own(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Also when he says the same of more money."""
        payment = await house.open(order_of(outside))
        outside.show(payment)
        for _ in range(3):
            outside.pay(payment, payment.asked)
        keys = [gateway.prove(*told).key for told in outside.notices()]
        assert len(set(keys)) == len(keys) >= 3

    async def test_nobody_else_can_tell_us_anything(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """A forged notice is refused, and not even kept."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        forged = outside.forged(outside.notices()[-1])
        assert len(forged) >= 3
        for raw, headers in forged:
            with pytest.raises((NoticeForged, NoticeUnreadable)):
                await house.take(gateway.method, raw, headers)
        assert await self.all_notices(house) == []

    @pytest.mark.parametrize("raw", UNREADABLE)
    async def test_nonsense_is_no_notice(
        self, house: House, gateway: Gateway, outside: Outside, raw: bytes
    ) -> None:
        """It is refused by name, whatever it is."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        headers = outside.notices()[-1][1]
        with pytest.raises((NoticeForged, NoticeUnreadable)):
            await house.take(gateway.method, raw, headers)

    async def test_a_notice_too_long_to_be_true_is_refused(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Before anybody looks at it."""
        with pytest.raises(NoticeUnreadable):
            await house.take(gateway.method, b" " * 200_000, {})

    async def test_a_notice_credits_what_came(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Once, however often it is told, and however late again."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        told = outside.notices()[-1]
        assert [await house.take(gateway.method, *told) for _ in range(3)] == [True, False, False]
        for _ in range(2):
            await house.read()
        outside.pass_time(timedelta(days=3))
        assert not await house.take(gateway.method, *told)
        await house.read()
        assert (await house.payments.get(payment.id)).state is State.SETTLED
        await self.balances(house, payment, user=payment.asked.units)

    async def test_notices_may_come_in_any_order(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """What came stays here, whatever is told afterwards of what was before."""
        payment = await house.open(order_of(outside))
        outside.show(payment)
        outside.pay(payment, payment.asked)
        for told in reversed(outside.notices()):
            await house.take(gateway.method, *told)
            await house.read()
        assert (await house.payments.get(payment.id)).state is State.SETTLED
        await self.balances(house, payment, user=payment.asked.units)

    async def test_a_notice_is_only_a_hint(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """One that was sent to try us out credits nobody, and is done with."""
        payment = await house.open(order_of(outside))
        await house.take(gateway.method, *outside.told_to_try())
        assert await house.read() == 1
        assert await house.arrivals.held(10) == []
        await self.balances(house, payment, user=0, clearing_=0)

    async def test_a_notice_waits_while_the_provider_is_silent(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """It is read again until he has answered."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        await house.take(gateway.method, *outside.notices()[-1])
        outside.trouble(False, Trouble.AFTER, Trouble.NONSENSE)
        for answered in (0, 0, 1):
            assert await house.read() == answered
            outside.pass_time(timedelta(hours=2))
        await self.balances(house, payment, user=payment.asked.units)

    async def test_what_no_notice_told_is_found(self, house: House, outside: Outside) -> None:
        """By asking, from time to time."""
        payment = await house.open(order_of(outside))
        outside.pay(payment, payment.asked)
        outside.pass_time(timedelta(minutes=1))
        assert await house.poll() == 1
        await self.balances(house, payment, user=payment.asked.units)

    async def test_what_is_not_ours_goes_into_the_drawer(
        self, house: House, gateway: Gateway, outside: Outside
    ) -> None:
        """Money of which nobody knows what it is for is held for a person, once."""
        told = outside.told_of_another()
        await house.take(gateway.method, *told)
        assert await house.read() == 1
        (held,) = await house.arrivals.held(10)
        assert (held.case, held.payment) == (Case.UNMATCHED, None)
        balance = await house.ledger.balance(SUSPENSE, held.held.asset)
        assert balance.posted == held.held

    async def balances(
        self, house: House, payment: Payment, *, user: int, clearing_: int | None = None
    ) -> None:
        """What the payer has is what the provider took for us."""
        asset = payment.asked.asset
        target = await house.ledger.balance(payment.order.target, asset)
        taken = await house.ledger.balance(clearing(payment.order.method), asset)
        assert target.posted.units == user
        assert taken.posted.units == -(user if clearing_ is None else clearing_)

    async def all_notices(self, house: House) -> list[Any]:
        """Those that wait."""
        late = house.take.clock.now() + timedelta(days=365)
        return list(await house.notices.waiting(late, 100))


def units(outside: Outside, amount: int) -> Money:
    """So much of what is asked for."""
    return Money(amount, outside.asset)


def order_of(outside: Outside, amount: int = 5_000_000) -> Order:
    """Somebody wants to pay."""
    return Order(
        id=PaymentId(uuid4()),
        payer="user:1",
        target=account_name("user:1"),
        method=outside.method,
        quote=Quote.plain(units(outside, amount)),
    )
