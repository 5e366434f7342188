"""Whatever people send, each wire tells the same of it, and all readers read the same."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import (
    Address,
    Chain,
    Message,
    Page,
    Purse,
    Purses,
    TonFeed,
    Transaction,
    memo_of,
    parse_address,
)
from altyn.adapters.ton.cells import read_bag
from altyn.core.money import USDT
from altyn.core.payments import Deposit, PaymentId
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import (
    comment_cell,
    encrypted_cell,
    excesses,
    jetton_wallet,
    stranger,
)
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from tests.unit.ton_outside import MASTER, NANO, OWNER, SHOP
from tests.unit.ton_readers import CUSTOMER, NOBODY, READERS, reader_at

MEMO: Final = memo_of(PaymentId(UUID(int=7)))
WALLET: Final = parse_address(jetton_wallet(USDT_MASTER, SHOP))
PURSE: Final = Purse(OWNER, {WALLET: USDT})
SCAM: Final = stranger("a jetton that calls itself USDT")

Event = Callable[[TonDesk, ManualClock], object]


def snake(pieces: Sequence[bytes]) -> Cell:
    """A comment that goes on in the cell below wherever its writer liked."""
    below: Cell | None = None
    for number, piece in reversed(list(enumerate(pieces))):
        said = Builder() if number else Builder().store_uint(0, 32)
        said = said.store_bytes(piece)
        if below is not None:
            said = said.store_ref(below)
        below = said.end_cell()
    return below or Builder().end_cell()


def nonsense(bits: str, below: int) -> Cell:
    """Whatever a program may have written."""
    said = Builder().store_bits(bits)
    for number in range(below):
        said = said.store_ref(Builder().store_uint(number, 8).end_cell())
    return cell_of(said)


def cell_of(said: Builder) -> Cell:
    cell: Cell = said.end_cell()
    return cell


WORDS = st.one_of(
    st.sampled_from([MEMO, f" {MEMO} ", MEMO.lower(), MEMO * 40, "", "order 7", "\0", "🌊" * 50]),
    st.text(max_size=200),
)
BODIES = st.one_of(
    WORDS.map(comment_cell),
    st.binary(max_size=300).map(comment_cell),
    WORDS.map(encrypted_cell),
    st.lists(st.sampled_from([b"", MEMO.encode(), MEMO[:9].encode(), MEMO[9:].encode(), b"\xff"]),
        min_size=1, max_size=4).map(snake),
    st.builds(nonsense, st.text("01", max_size=300), st.integers(0, 4)),
    st.just(excesses()),
    st.just(Builder().end_cell()),
)  # fmt: skip
NANOS = st.sampled_from([1, 39_999, 50_000, 9_999_999, 10_000_000, NANO, 5 * NANO // 2, 10**17])
UNITS = st.sampled_from([0, 1, 5_000_000, 2**63 - 1])


@st.composite
def coins(draw: Any) -> Event:
    """Coins for the shop, which may be sent back, or stay though it went wrong."""
    body, nano, source = draw(BODIES), draw(NANOS), draw(st.sampled_from([CUSTOMER, NOBODY]))
    bounce, exit_code = draw(st.booleans()), draw(st.sampled_from([0, 0, 7]))
    return lambda desk, _: desk.send(
        SHOP, nano, body=body, source=source, bounce=bounce, exit_code=exit_code
    )


@st.composite
def jettons(draw: Any) -> Event:
    """Jettons for the shop: ours or others, with a word or without, or only the word."""
    payload, units, inline = draw(BODIES), draw(UNITS), draw(st.booleans())
    how = draw(
        st.sampled_from([{}, {}, {"notify": False}, {"false_wallet": True}, {"master": SCAM}])
    )
    return lambda desk, _: desk.send_jetton(
        SHOP, units, payload=payload, inline=inline, source=CUSTOMER, **how
    )


EVENTS: st.SearchStrategy[Event] = st.one_of(
    coins(),
    jettons(),
    st.just(lambda desk, _: desk.external(SHOP)),
    NANOS.map(lambda nano: lambda desk, _: desk.send(NOBODY, nano, source=SHOP, bounce=True)),
    st.just(lambda desk, _: desk.send_jetton(CUSTOMER, 3, source=SHOP)),
    st.sampled_from([1, 40]).map(lambda seconds: lambda _, clock: clock.advance(seconds=seconds)),
)


@frozen
class Few:
    """A reader who is asked for so many at once."""

    chain: Chain
    limit: int

    async def page(self, account: Address, *, start_lt: int | None = None) -> Page:
        """As he says."""
        return await self.chain.page(account, start_lt=start_lt, limit=self.limit)


def told(by: Sequence[Transaction]) -> Sequence[Transaction]:
    """With each body named by its hash: one and the same may be put into many bags."""

    def named(message: Message | None) -> Any:
        if message is None:
            return None
        return evolve(message, body=read_bag(message.body).hash.hex())

    return [
        evolve(each, in_msg=named(each.in_msg), out_msgs=tuple(map(named, each.out_msgs)))
        for each in by
    ]


def deposits(by: Sequence[Transaction], of: Callable[[Transaction], Deposit | None]) -> list[str]:
    """What came, to the last byte."""
    return [repr(each) for each in map(of, by) if each is not None]


@given(events=st.lists(EVENTS, max_size=12), limit=st.integers(1, 5))
@settings(max_examples=80, deadline=None)
def test_every_wire_tells_the_same(events: Sequence[Event], limit: int) -> None:
    """Each transaction, each deposit, and what came without a word; by pages and at once."""
    clock = ManualClock()
    desk = TonDesk(clock)
    for event in events:
        event(desk, clock)

    async def read(chain: Chain) -> tuple[Any, ...]:
        ours, wallets = await chain.transactions(OWNER), await chain.transactions(WALLET)
        since = await chain.transactions(OWNER, since=clock.now())
        return (
            told(ours),
            told(wallets),
            told(since),
            deposits(ours, PURSE.deposit),
            deposits(wallets, PURSE.silent),
        )

    async def by_pages() -> list[str]:
        """Each page by another reader than the one before, and from where that one stopped."""
        readers = [reader_at(kind, desk) for kind in READERS]
        position, found = "0", list[str]()
        for turn in range(99):
            chain = readers[turn % len(readers)]
            few: Any = Few(chain, limit)
            feed = TonFeed(few, Purses(chain, OWNER, {MASTER: USDT}), clock)
            page = await feed.page(position)
            found += map(repr, page.deposits)
            position = page.position
            if page.last:
                return found
        raise AssertionError("it never ended")

    async def all_of_it() -> None:
        first, *others = [await read(reader_at(kind, desk)) for kind in READERS]
        for other in others:
            assert other == first
        assert await by_pages() == first[3]

    asyncio.run(all_of_it())
