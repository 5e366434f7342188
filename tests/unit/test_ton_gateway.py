"""The gateway of TON: its contract, whom it asks for what, and the chain's own list."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve

from altyn.adapters.ton import TonGateway, memo_of, parse_address
from altyn.core.errors import Refused, Unavailable
from altyn.core.money import RUB, TON, USDT, Money
from altyn.core.payments import (
    AmountOutOfBounds,
    AssetNotTaken,
    Case,
    Difference,
    Kind,
    Line,
    ProviderUnclear,
    Rules,
    State,
)
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton_cells import stranger
from altyn.entrypoints.testkit.gateway import GatewayContract
from altyn.entrypoints.testkit.gateway import House as ContractHouse
from tests.unit.staff import ANNA
from tests.unit.ton_outside import (
    MASTER,
    NANO,
    OWNER,
    SHOP,
    TRANSACTIONS,
    DeskOutside,
    Shop,
    contract_house,
)

DAY = timedelta(days=1)


class AtTheDesk(GatewayContract):
    """By the rules that are the same for all ways of paying."""

    @pytest.fixture
    def shop(self) -> Shop:
        return Shop.at_the_desk(Rules())

    @pytest.fixture
    def gateway(self, shop: Shop) -> TonGateway:
        return shop.gateway

    @pytest.fixture
    def house(self, shop: Shop) -> ContractHouse:
        return contract_house(shop)


class TestCoins(AtTheDesk):
    @pytest.fixture
    def outside(self, shop: Shop) -> DeskOutside:
        return DeskOutside(shop, Money.parse("2", TON), other_asset=USDT)


class TestJettons(AtTheDesk):
    @pytest.fixture
    def outside(self, shop: Shop) -> DeskOutside:
        return DeskOutside(shop, Money.parse("5", USDT), other_asset=TON)


@pytest.fixture
def shop() -> Shop:
    return Shop.at_the_desk()


class TestAsking:
    """Whom it asks for what, and where."""

    async def test_coins(self, shop: Shop) -> None:
        """To our address, which takes them whoever lives there; nobody has to be asked."""
        payment = await shop.asked("2.5")
        assert payment.provider_id == memo_of(payment.id)
        link = urlsplit(payment.link)
        assert (link.scheme, link.netloc) == ("ton", "transfer")
        assert link.path == f"/{OWNER.friendly(bounceable=False)}"
        assert parse_qs(link.query, strict_parsing=True) == {
            "amount": ["2500000000"],
            "text": [payment.provider_id],
            "exp": [str(int(payment.expires_at.timestamp()))],
        }
        assert payment.expires_at - payment.created_at == timedelta(hours=1)
        assert shop.desk.calls == []

    async def test_jettons(self, shop: Shop) -> None:
        """So many of their own units, and which ones."""
        payment = await shop.asked("2.5", USDT)
        said = parse_qs(urlsplit(payment.link).query, strict_parsing=True)
        assert said["amount"] == ["2500000"]
        assert said["jetton"] == [MASTER.friendly(bounceable=True)]
        assert said["text"] == [memo_of(payment.id)]

    async def test_on_the_test_network(self, shop: Shop) -> None:
        """The addresses say so, and no wallet of the other network takes them."""
        payment = await shop.asked("2.5", USDT)
        link = (await evolve(shop.gateway, testnet=True).open(payment)).link
        for address in (urlsplit(link).path[1:], parse_qs(urlsplit(link).query)["jetton"][0]):
            with pytest.raises(Refused, match="it is for the test network"):
                parse_address(address)
            assert parse_address(address, testnet=True) in (OWNER, MASTER)

    async def test_within_bounds(self, shop: Shop) -> None:
        """Both ends of them are taken, and nothing beyond."""
        for least, most, asset in (("0.1", "5000", TON), ("0.5", "10000", USDT)):
            for edge, step in ((Money.parse(least, asset), -1), (Money.parse(most, asset), 1)):
                await shop.gateway.accept(edge)
                with pytest.raises(AmountOutOfBounds):
                    await shop.gateway.accept(edge + Money(step, asset))
        with pytest.raises(AssetNotTaken):
            await shop.gateway.accept(Money(10_000, RUB))

    async def test_jettons_that_are_not_taken_any_more(self, shop: Shop) -> None:
        """Coins are never asked for in their place."""
        payment = await shop.asked("2.5", USDT)
        shop.gateway.purses.masters = {}
        with pytest.raises(AssetNotTaken):
            await shop.gateway.open(payment)


class TestWhatCame:
    """What becomes of it in the books."""

    async def test_nothing_is_credited_by_its_amount(self, shop: Shop) -> None:
        """What was asked for came to the last unit, and nobody said for whom."""
        coins, jettons = await shop.asked("2"), await shop.asked("5", USDT)
        shop.desk.send(SHOP, 2 * NANO)
        shop.desk.send(SHOP, 2 * NANO, coins.provider_id.lower())
        shop.desk.send(SHOP, 2 * NANO, coins.provider_id, encrypted=True)
        shop.desk.send_jetton(SHOP, 5_000_000)
        shop.desk.send_jetton(SHOP, 5_000_000, str(jettons.id))
        for payment in (coins, jettons):
            payment = await shop.checked(payment)
            assert (payment.state, payment.came.units) == (State.PENDING, 0)
        drawer = await shop.house.drawer()
        assert sorted((each.case, each.held.decimal) for each in drawer) == [
            (Case.UNMATCHED, "2.000000000"),
            (Case.UNMATCHED, "2.000000000"),
            (Case.UNMATCHED, "2.000000000"),
            (Case.UNMATCHED, "5.000000"),
            (Case.UNMATCHED, "5.000000"),
        ]
        await shop.house.sound()

    async def test_a_memo_of_another_way_of_paying(self, shop: Shop) -> None:
        """Here nobody was asked for it: it waits for a person."""
        payment = await shop.asked("5", USDT, method="fake")
        shop.desk.send_jetton(SHOP, 5_000_000, memo_of(payment.id))
        await shop.read()
        (held,) = await shop.house.drawer()
        assert (held.method, held.case, held.payment) == ("ton", Case.UNMATCHED, None)
        assert (await shop.house.payments.get(payment.id)).came.units == 0
        await shop.house.sound()

    async def test_a_memo_is_for_one_payment(self, shop: Shop) -> None:
        """Who uses it again may be somebody else: it waits for a person, though it is known."""
        payment = await shop.asked("2")
        shop.desk.send(SHOP, 2 * NANO, payment.provider_id)
        assert (await shop.checked(payment)).state is State.SETTLED
        shop.desk.send(SHOP, 2 * NANO, payment.provider_id, source=stranger("somebody else"))
        payment = await shop.checked(payment)
        assert (payment.state, payment.credited.decimal) == (State.OVERPAID, "2.000000000")
        (held,) = await shop.house.drawer()
        assert (held.case, held.payment, held.held) == (Case.DOUBLE, payment.id, payment.asked)
        await shop.house.sound()

    async def test_another_asset(self, shop: Shop) -> None:
        """A memo does not say what is paid with; there is no rate."""
        coins, jettons = await shop.asked("2"), await shop.asked("5", USDT)
        shop.desk.send_jetton(SHOP, 2_000_000_000, coins.provider_id)
        shop.desk.send(SHOP, 5_000_000, jettons.provider_id)
        for payment in (coins, jettons):
            assert (await shop.checked(payment)).came.units == 0
            (arrival,) = await shop.house.arrivals.of(payment.id)
            assert (arrival.case, arrival.held) == (Case.WRONG_ASSET, arrival.inflow.amount)
        await shop.house.sound()

    @pytest.mark.parametrize(
        ("parts", "state", "cases"),
        [
            ([1], State.CONFIRMING, [Case.UNDER]),
            ([1, 1], State.SETTLED, [Case.UNDER, Case.EXACT]),
            ([1, 2], State.OVERPAID, [Case.UNDER, Case.OVER]),
            ([3], State.OVERPAID, [Case.OVER]),
        ],
    )
    async def test_in_parts(
        self, shop: Shop, parts: list[int], state: State, cases: list[Case]
    ) -> None:
        """Each is credited, whether it is seen alone or together with the others."""
        for together in (True, False):
            payment = await shop.asked("2")
            for part in parts:
                shop.desk.send(SHOP, part * NANO, payment.provider_id)
                if not together:
                    await shop.read()
            payment = await shop.checked(payment)
            assert (payment.state, payment.credited.units) == (state, sum(parts) * NANO)
            arrivals = await shop.house.arrivals.of(payment.id)
            assert [each.case for each in arrivals] == cases
        await shop.house.sound()

    async def test_late(self, shop: Shop) -> None:
        """By the chain's time, whenever it was read; it is credited all the same."""
        early, late = await shop.asked("2"), await shop.asked("2")
        shop.house.clock.moment = early.expires_at
        shop.desk.send(SHOP, 2 * NANO, early.provider_id)
        shop.house.clock.advance(seconds=1)
        shop.desk.send(SHOP, 2 * NANO, late.provider_id)
        shop.house.clock.advance(hours=3)
        for payment, case in ((early, Case.EXACT), (late, Case.LATE)):
            assert (await shop.checked(payment)).state is State.SETTLED
            (arrival,) = await shop.house.arrivals.of(payment.id)
            assert (arrival.case, arrival.credited) == (case, payment.asked)
        await shop.house.sound()


class TestList:
    """The chain's own list."""

    async def test_everything_is_there_once(self, shop: Shop) -> None:
        """What is for a payment, what is for nobody, and what came without a word."""
        payment = await shop.asked("2")
        coins = shop.desk.send(SHOP, 2 * NANO, payment.provider_id)
        jettons = shop.desk.send_jetton(SHOP, 5_000_000, payment.provider_id)
        stray = shop.desk.send(SHOP, NANO)
        silent = shop.desk.send_jetton(SHOP, 7_000_000, payment.provider_id, notify=False)
        shop.desk.send(SHOP, 1)
        shop.desk.send(SHOP, NANO, payment.provider_id, bounce=True)
        now = shop.house.clock.now()
        assert await listed(shop) == [
            Line(key=coins.hash.hex(), amount=Money(2 * NANO, TON), at=now, payment=payment.id),
            Line(key=jettons.hash.hex(), amount=Money(5 * 10**6, USDT), at=now, payment=payment.id),
            Line(key=stray.hash.hex(), amount=Money(NANO, TON), at=now),
            Line(key=silent.hash.hex(), amount=Money(7 * 10**6, USDT), at=now),
        ]

    async def test_what_came_without_a_word_is_missing_here(self, shop: Shop) -> None:
        """Until somebody has it put into the drawer, where it is found again, once."""
        payment = await shop.asked("5", USDT)
        shop.desk.send_jetton(SHOP, 5_000_000, payment.provider_id)
        await shop.read()
        assert await differences(shop) == []
        silent = shop.desk.send_jetton(SHOP, 5_000_000, payment.provider_id, notify=False)
        await shop.read()
        found = await shop.tied()
        (missing,) = found.differences
        assert (missing.kind, missing.key) == (Kind.MISSING_HERE, silent.hash.hex())
        assert (missing.ours, missing.theirs) == (None, Money(5_000_000, USDT))
        assert await shop.book(found) == 1
        assert await shop.book(found) == 1  # looked at again, and held once
        (held,) = await shop.house.drawer()
        assert (held.case, held.inflow.key) == (Case.UNMATCHED, silent.hash.hex())
        assert [each.kind for each in await differences(shop)] == [Kind.UNMATCHED]
        await shop.house.give("ton", silent.hash.hex(), payment.order.target, ANNA)
        assert await differences(shop) == []
        await shop.house.sound()

    async def test_a_lie_hides_no_silence(self, shop: Shop) -> None:
        """Somebody else says that as much came from the same sender."""
        shop.desk.send_jetton(SHOP, 5_000_000, false_wallet=True)
        silent = shop.desk.send_jetton(SHOP, 5_000_000, notify=False)
        shop.desk.send_jetton(SHOP, 5_000_000, false_wallet=True)
        await shop.read()
        assert [each.key for each in await differences(shop)] == [silent.hash.hex()]

    async def test_a_word_is_about_one_arrival(self, shop: Shop) -> None:
        """As much came from the same sender before and after, and of that we were told."""
        shop.desk.send_jetton(SHOP, 5_000_000)
        silent = shop.desk.send_jetton(SHOP, 5_000_000, notify=False)
        shop.desk.send_jetton(SHOP, 5_000_000)
        await shop.read()
        missing = [each for each in await differences(shop) if each.kind is Kind.MISSING_HERE]
        assert [each.key for each in missing] == [silent.hash.hex()]

    async def test_what_is_told_a_moment_later_is_not_silent(self, shop: Shop) -> None:
        """The wallet has taken them, and its message to us has not arrived yet."""
        told = shop.desk.send_jetton(SHOP, 5_000_000)
        happened = shop.desk.chain.transactions
        place = happened.index(told)
        happened.remove(told)
        assert await listed(shop) == []
        happened.insert(place, told)
        assert [each.key for each in await listed(shop)] == [told.hash.hex()]

    @pytest.mark.parametrize("notify", [True, False])
    async def test_it_is_of_its_time(self, shop: Shop, notify: bool) -> None:
        """From the first moment on, up to the last, which is not part of it."""
        begin = shop.house.clock.now()
        sent = []
        for _ in range(4):
            sent.append(shop.desk.send_jetton(SHOP, 5_000_000, notify=notify).hash.hex())
            shop.house.clock.advance(seconds=1)
        second = timedelta(seconds=1)
        for first, last in ((0, 4), (1, 3), (1, 2), (2, 2)):
            lines = await listed(shop, begin + first * second, begin + last * second)
            assert [each.key for each in lines] == sent[first:last]
        half = second / 2
        lines = await listed(shop, begin + half, begin + second + half)
        assert [each.key for each in lines] == sent[1:2]

    async def test_a_long_list(self, shop: Shop) -> None:
        """Page by page, of our address and of its wallets, and no further than was asked."""
        sent = [shop.desk.send(SHOP, NANO).hash.hex() for _ in range(230)]
        silent = [shop.desk.send_jetton(SHOP, 1, notify=False).hash.hex() for _ in range(120)]
        assert [each.key for each in await listed(shop)] == sent + silent
        later = shop.house.clock.now() + timedelta(seconds=1)
        shop.house.clock.advance(seconds=2)
        for _ in range(100):
            shop.desk.send(SHOP, NANO)
        calls = len(shop.desk.calls)
        assert len(await listed(shop, until=later)) == 350
        assert shop.desk.calls[calls:].count(TRANSACTIONS) == 3 + 2

    async def test_a_list_has_an_end(self, shop: Shop) -> None:
        """Else whoever floods us keeps us reading."""
        hurried = evolve(shop, gateway=evolve(shop.gateway, pages_max=2))
        for _ in range(200):
            shop.desk.send(SHOP, 1)
        with pytest.raises(ProviderUnclear, match="over 2 pages"):
            await listed(hurried)
        shop.house.clock.advance(hours=25)
        assert await listed(hurried) == []

    @pytest.mark.parametrize("pages", range(4))
    async def test_half_a_list_is_none(self, shop: Shop, pages: int) -> None:
        """Wherever it breaks off: else it would look like money that is missing."""
        for _ in range(101):
            shop.desk.send_jetton(SHOP, 1)
        lines = shop.gateway.lines(shop.house.clock.now(), shop.house.clock.now() + DAY)
        for _ in range(pages):
            await anext(lines)
        shop.desk.faults.plan(TRANSACTIONS, Fault.FAIL_AFTER)
        with pytest.raises(Unavailable):
            await anext(lines)
        assert len(await listed(shop)) == 101


async def listed(
    shop: Shop, since: datetime | None = None, until: datetime | None = None
) -> Sequence[Line]:
    """What is listed of that time; else of the days around now."""
    now = shop.house.clock.now()
    lines = shop.gateway.lines(since or now - DAY, until or now + DAY)
    return [line async for page in lines for line in page]


async def differences(shop: Shop) -> Sequence[Difference]:
    """Between our books and the chain."""
    return (await shop.tied()).differences
