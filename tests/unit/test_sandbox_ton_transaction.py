"""Transactions of the small chain in cells: whoever else can read those reads the same story."""

from typing import Any

import pytest
from pytoniq_core.boc.slice import Slice
from pytoniq_core.tlb.transaction import Transaction as Theirs

from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox.ton import SOMEBODY, TonDesk
from altyn.entrypoints.sandbox.ton_cells import jetton_wallet, stranger
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.sandbox.ton_steps import Transaction

US = stranger("us")
NANO = 10**9


@pytest.fixture
def desk() -> TonDesk:
    return TonDesk(ManualClock())


def read(its: Transaction) -> Any:
    """As the library reads it."""
    return Theirs.deserialize(Slice.from_cell(its.cell))


def hash_of(address: str) -> str:
    return address.partition(":")[2].lower()


def test_every_transaction_is_read(desk: TonDesk) -> None:
    """Whatever happened in it: nothing is left over, and each names the one before it."""
    desk.send(US, NANO, "not deployed yet")
    desk.external(US)
    desk.send(US, NANO, "order 7" * 60)
    desk.send(US, NANO, bounce=True, exit_code=7)
    desk.send(US, 50_000, bounce=True, exit_code=7)
    desk.send(US, 1)
    desk.send(stranger("nobody"), NANO, source=US, bounce=True)
    desk.send_jetton(US, 5, "order 8")
    seen: dict[str, bytes] = {}
    for its in desk.chain.transactions:
        told = read(its)
        assert told.account_addr_hex == hash_of(its.account)
        assert (told.lt, told.now, told.outmsg_cnt) == (its.lt, its.now, len(its.sent))
        assert (told.prev_trans_lt, told.prev_trans_hash) == (
            its.before.last_lt,
            seen.get(its.account, bytes(32)),
        )
        seen[its.account] = its.cell.hash
        assert len(told.out_msgs) == len(its.sent)
        assert told.description.aborted == its.outcome.aborted
        assert (told.description.bounce is not None) == bool(its.outcome.back)
        assert told.total_fees.grams == its.outcome.fee
    assert {its.outcome.back for its in desk.chain.transactions} == {"", "ok", "nofunds"}


def test_a_message_in_it_is_the_one_that_travelled(desk: TonDesk) -> None:
    """With who sent it, what came, and what was said."""
    desk.external(US)
    its = desk.send(US, 3 * NANO, "order 7")
    info = read(its).in_msg.info
    assert (info.src.hash_part.hex(), info.dest.hash_part.hex()) == (
        hash_of(SOMEBODY),
        hash_of(US),
    )
    assert (info.value.grams, info.bounce, info.bounced) == (3 * NANO, False, False)
    assert (info.created_lt, info.created_at) == (its.came.lt, its.came.at)
    assert read(its).in_msg.body.hash == its.came.body.hash
    (left,) = (each for each in desk.chain.transactions if its.came in each.sent)
    assert read(left).out_msgs[0].body.hash == its.came.body.hash
    assert read(left).in_msg.is_external


def test_a_jetton_wallet_tells_of_what_it_took(desk: TonDesk) -> None:
    """Its news and the rest of the coins are in its transaction, in their order."""
    told = desk.send_jetton(US, 5, "order 8")
    (took,) = (each for each in desk.chain.transactions if told.came in each.sent)
    assert took.account == jetton_wallet(USDT_MASTER, US)
    assert [each.info.dest.hash_part.hex() for each in read(took).out_msgs] == [
        hash_of(US),
        hash_of(SOMEBODY),
    ]
