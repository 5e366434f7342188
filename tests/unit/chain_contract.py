"""What every reader of the chain promises, whichever wire he speaks."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import (
    Chain,
    ContractMissing,
    ContractRefused,
    Key,
    Page,
    Purse,
    Status,
    Version,
    parse_address,
)
from altyn.adapters.ton.body import comment_cell
from altyn.adapters.ton.cells import read_bag
from altyn.adapters.ton.drafting import Pen
from altyn.adapters.ton.sends import Sending
from altyn.adapters.ton.versions import kept_in
from altyn.core.errors import Unavailable
from altyn.core.money import USDT
from altyn.core.payments import Deposit
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import jetton_wallet
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.sandbox.ton_steps import FORWARD_FEE, GAS_FEE
from altyn.entrypoints.sandbox.ton_wallets import CODES
from tests.unit.ton_outside import MASTER, NANO, OWNER, SHOP
from tests.unit.ton_readers import NOBODY, PATHS, STATES, all_of_it, lts, of, reader_at

WALLET = parse_address(jetton_wallet(USDT_MASTER, SHOP))
PURSE = Purse(OWNER, {WALLET: USDT})
KEY = Key(bytes(range(32)))
FAULTS = [each for each in Fault if each is not Fault.HANG_AFTER]


def deposits_of(page: Page) -> Sequence[Deposit]:
    """What came by it."""
    return [each for each in map(PURSE.deposit, page.transactions) if each is not None]


def seconds(at: datetime) -> datetime:
    """Without what is less than one."""
    return at.replace(microsecond=0)


class ChainContract:
    """One reader over a chain on which everything has happened."""

    kind: str

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def desk(self, clock: ManualClock) -> TonDesk:
        desk = TonDesk(clock)
        all_of_it(desk, lambda seconds: clock.advance(seconds=seconds))
        return desk

    @pytest.fixture
    def chain(self, desk: TonDesk) -> Chain:
        return reader_at(self.kind, desk)

    async def test_all_of_an_account(self, desk: TonDesk, chain: Chain) -> None:
        """In the order in which it happened, with nothing in between left out."""
        for account in (OWNER, WALLET):
            found = await chain.transactions(account)
            assert lts(found) == of(desk, account)
            assert [each.previous_lt for each in found] == [0, *lts(found)[:-1]]
            assert all(each.account == account for each in found)

    async def test_it_is_what_happened(self, desk: TonDesk, chain: Chain) -> None:
        """Member by member, as the chain has it."""
        for told in await chain.transactions(OWNER):
            (its,) = (each for each in desk.chain.transactions if each.hash.hex() == told.hash)
            assert (told.lt, told.at) == (its.lt, datetime.fromtimestamp(its.now, UTC))
            assert (told.aborted, told.sent_back) == (its.outcome.aborted, bool(its.outcome.back))
            assert told.in_msg is not None
            assert told.in_msg.hash == its.came.hash.hex()
            assert told.in_msg.value == its.came.nano
            assert told.in_msg.bounced == its.came.bounced
            assert told.in_msg.destination == OWNER
            source = parse_address(its.came.source) if its.came.source else None
            assert told.in_msg.source == source
            assert [(each.hash, each.value) for each in told.out_msgs] == [
                (each.hash.hex(), each.nano) for each in its.sent
            ]

    async def test_from_a_place_on(self, desk: TonDesk, chain: Chain) -> None:
        """Which counts; a place between two is as good as the later one."""
        there = of(desk, OWNER)
        for start, place in ((there[0], 0), (there[4], 4), (there[4] + 1, 5), (there[-1], -1)):
            assert lts(await chain.transactions(OWNER, start_lt=start)) == there[place:]
        assert await chain.transactions(OWNER, start_lt=there[-1] + 1) in ((), [])

    async def test_so_many_at_most(self, desk: TonDesk, chain: Chain) -> None:
        """The oldest of them."""
        there = of(desk, OWNER)
        assert lts(await chain.transactions(OWNER, limit=4)) == there[:4]
        assert lts(await chain.transactions(OWNER, start_lt=there[2], limit=1)) == there[2:3]

    async def test_between_two_moments(self, desk: TonDesk, chain: Chain) -> None:
        """Both count, in whole seconds."""
        there = [each for each in desk.chain.transactions if each.account == SHOP]
        first, last = there[3].now, there[-4].now
        since, until = (datetime.fromtimestamp(each, UTC) for each in (first, last))
        later = [each.lt for each in there if each.now >= first]
        within = [each.lt for each in there if first <= each.now <= last]
        assert len(later) < len(there)
        assert lts(await chain.transactions(OWNER, since=since)) == later
        assert lts(await chain.transactions(OWNER, since=since, limit=2)) == later[:2]
        assert lts(await chain.transactions(OWNER, since=since, until=until)) == within
        place = later[4]
        assert lts(await chain.transactions(OWNER, since=since, start_lt=place)) == later[4:]
        page = await chain.page(OWNER, since=since, limit=3)
        assert (lts(page.transactions), page.last) == (later[:3], False)
        nothing = await chain.page(OWNER, since=until + timedelta(hours=1))
        assert (lts(nothing.transactions), nothing.last) == ([], True)

    async def test_a_long_way_back(self, desk: TonDesk, chain: Chain, clock: ManualClock) -> None:
        """The first of a moment is found, however many came after it."""
        clock.advance(seconds=60)
        since = clock.now()
        sent = [desk.send(SHOP, NANO).lt for _ in range(25)]
        page = await chain.page(OWNER, since=since, limit=10)
        assert (lts(page.transactions), page.last) == (sent[:10], False)

    async def test_where_nothing_has_happened(self, chain: Chain) -> None:
        """There is nothing, and it is the last page."""
        page = await chain.page(parse_address(NOBODY.replace(NOBODY[-4:], "0000")))
        assert (lts(page.transactions), page.last) == ([], True)

    async def test_pages_by_place(self, desk: TonDesk, chain: Chain) -> None:
        """Put together they are the whole; only of the last one it is said that it is."""
        there, found, start, lasts = of(desk, OWNER), list[int](), 0, list[bool]()
        while not lasts or not lasts[-1]:
            page = await chain.page(OWNER, start_lt=start, limit=5)
            found += lts(page.transactions)
            lasts.append(page.last)
            start = found[-1] + 1
        assert found == there
        assert not any(lasts[:-1])

    async def test_a_full_page_need_not_be_the_last(self, desk: TonDesk, chain: Chain) -> None:
        """It may say so; what it may not is leave anything out."""
        there = of(desk, OWNER)
        page = await chain.page(OWNER, start_lt=there[-5], limit=5)
        assert lts(page.transactions) == there[-5:]
        page = await chain.page(OWNER, start_lt=there[-4], limit=5)
        assert (lts(page.transactions), page.last) == (there[-4:], True)

    async def test_how_far_he_has_come(
        self, desk: TonDesk, chain: Chain, clock: ManualClock
    ) -> None:
        """What he has not read yet he does not show, and does not vouch for either."""
        assert (await chain.page(OWNER)).head.at == seconds(clock.now())
        there, stood = of(desk, OWNER), seconds(clock.now())
        desk.lag()
        clock.advance(seconds=700)
        desk.send(SHOP, NANO, "later")
        page = await chain.page(OWNER)
        assert lts(page.transactions) == there
        assert (page.head.at, page.last) == (stood, True)
        desk.catch_up()
        page = await chain.page(OWNER, start_lt=there[-1] + 1)
        assert lts(page.transactions) == of(desk, OWNER)[-1:]
        assert page.head.at == seconds(clock.now())

    async def test_a_head_alone(self, desk: TonDesk, chain: Chain, clock: ManualClock) -> None:
        """As far as a page of nobody's would tell."""
        head = await chain.head()
        assert head.at == seconds(clock.now())
        clock.advance(seconds=5)
        assert (await chain.head()).seqno > head.seqno

    async def test_jettons(self, desk: TonDesk, chain: Chain) -> None:
        """Where they are kept, and what the wallet says of itself."""
        assert await chain.jetton_wallet_address(MASTER, OWNER) == WALLET
        data = await chain.jetton_wallet_data(WALLET)
        assert (data.owner, data.master) == (OWNER, MASTER)
        assert data.balance == await chain.jetton_balance(WALLET) == 25_000_000

    async def test_jettons_that_never_came(self, chain: Chain) -> None:
        """Where they would be kept is known all the same."""
        somebody = parse_address("0:" + "12" * 32)
        wallet = await chain.jetton_wallet_address(MASTER, somebody)
        with pytest.raises(ContractMissing):
            await chain.jetton_wallet_data(wallet)
        assert await chain.jetton_balance(wallet) == 0

    async def test_no_jetton_at_all(self, chain: Chain) -> None:
        """A wallet is no master, and no jetton wallet."""
        with pytest.raises(ContractRefused):
            await chain.jetton_wallet_address(OWNER, OWNER)
        with pytest.raises(ContractRefused):
            await chain.jetton_wallet_data(OWNER)
        with pytest.raises(ContractMissing):
            await chain.jetton_wallet_address(parse_address("0:" + "34" * 32), OWNER)
        assert await chain.jetton_balance(OWNER) == 0

    @pytest.mark.parametrize("fault", Fault)
    async def test_what_he_does_not_say_is_not_known(
        self, desk: TonDesk, chain: Chain, fault: Fault
    ) -> None:
        """Whichever of his answers fails, and however: no page is made of the rest."""
        for path in PATHS[self.kind]:
            desk.faults.plan(path, fault)
            with pytest.raises(Unavailable):
                await chain.page(OWNER)
            assert (await chain.page(OWNER)).last

    async def test_what_there_is_at_an_address(
        self, desk: TonDesk, chain: Chain, clock: ManualClock
    ) -> None:
        """What it holds, and its code and data where somebody lives there; not older than said."""
        at = desk.wallet(KEY.public, "v4r2", nano=3 * NANO, seqno=9)
        told = await chain.account(parse_address(at))
        its = desk.chain.at(at)
        assert (told.status, told.balance) == (Status.ACTIVE, its.balance)
        assert read_bag(told.code).hash == CODES["v4r2"].hash
        assert kept_in(Version.V4R2, read_bag(told.data)).seqno == 9
        assert told.head.at == seconds(clock.now())
        desk.give(NOBODY, NANO)
        for address in (NOBODY, "0:" + "12" * 32):
            nothing = await chain.account(parse_address(address))
            assert (nothing.status, nothing.code, nothing.data) == (Status.UNINIT, "", "")
            assert nothing.balance == desk.chain.at(address).balance

    async def test_an_account_is_not_older_than_it_says(
        self, desk: TonDesk, chain: Chain, clock: ManualClock
    ) -> None:
        """Whoever is behind says how far."""
        stood, had = seconds(clock.now()), (await chain.account(OWNER)).balance
        desk.lag()
        clock.advance(seconds=50)
        desk.give(SHOP, NANO)
        told = await chain.account(OWNER)
        assert (told.head.at, told.balance) == (stood, had)
        desk.catch_up()
        told = await chain.account(OWNER)
        assert (told.head.at, told.balance) == (seconds(clock.now()), had + NANO - GAS_FEE)

    async def test_a_message_from_outside(self, desk: TonDesk, chain: Chain) -> None:
        """It is carried out, and what it sent can be read, with what that cost."""
        at = desk.wallet(KEY.public, "v4r2", nano=3 * NANO, seqno=9)
        address = parse_address(at)
        state = await chain.account(address)
        pen = Pen(wallet="ton", address=address, key=KEY)
        sending = Sending(to=OWNER, nano=NANO, body=comment_cell("order 7"))
        kept = kept_in(Version.V4R2, read_bag(state.data))
        draft = pen.draft(kept, [sending], state.head.at)
        await chain.send(draft.message)
        told = (await chain.page(address)).transactions[-1]
        assert pen.taken_by(told, kept, 9) == draft.hash
        (sent,) = told.out_msgs
        assert (sent.destination, sent.value, sent.forward_fee) == (OWNER, NANO, FORWARD_FEE)
        assert told.fees == GAS_FEE
        with pytest.raises(Unavailable):  # not again, and nobody says that it never was
            await chain.send(draft.message)
        with pytest.raises(Unavailable):
            await chain.send("nonsense")

    @pytest.mark.parametrize("fault", Fault)
    async def test_what_he_does_not_say_of_an_account(
        self, desk: TonDesk, chain: Chain, fault: Fault
    ) -> None:
        """Is not known; and what he does not say of a message may have been done."""
        desk.faults.plan(STATES[self.kind].format(OWNER.raw), fault)
        with pytest.raises(Unavailable):
            await chain.account(OWNER)
        assert (await chain.account(OWNER)).status is Status.ACTIVE

    async def test_deposits_are_those_of_the_others(self, desk: TonDesk, chain: Chain) -> None:
        """To the last byte, whoever tells of them."""
        others = [reader_at(kind, desk) for kind in PATHS]
        mine = deposits_of(await chain.page(OWNER))
        assert len(mine) == 13
        for other in others:
            theirs = deposits_of(await other.page(OWNER))
            assert theirs == mine
            assert list(map(repr, theirs)) == list(map(repr, mine))
