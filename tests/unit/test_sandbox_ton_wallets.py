"""Wallets of the small chain: they do what is signed with their key, as TON's do, and no more."""

from typing import Any

import pytest
from nacl.signing import SigningKey
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import (
    boc,
    comment_cell,
    comment_of,
    excesses,
    jetton_wallet,
    stranger,
)
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.sandbox.ton_relay import hand_in
from altyn.entrypoints.sandbox.ton_steps import FORWARD_FEE, GAS_FEE
from altyn.entrypoints.sandbox.ton_wallets import DEFAULT_IDS, NotAccepted
from tests.unit.ton_purse import FIRST, SEED, Office

KEY = SigningKey(SEED)
PAYEE = stranger("supplier")
NANO = 10**9


@pytest.fixture(params=["v4r2", "v5r1"])
def office(request: pytest.FixtureRequest) -> Office:
    return Office(request.param)


def payment(comment: str, nano: int = NANO) -> Cell:
    said: Any = Builder().store_bits("010000").store_address(PAYEE).store_coins(nano)
    said = said.store_bit(0).store_coins(0).store_coins(0).store_uint(0, 96).store_bit(0)
    return said.store_bit(1).store_ref(comment_cell(comment)).end_cell()  # type: ignore[no-any-return]


def order(
    office: Office,
    *payments: tuple[int, Cell],
    id: int | None = None,
    seqno: int = FIRST,
    lives: int = 60,
    key: SigningKey = KEY,
) -> str:
    """A message from outside, made without the adapter."""
    version, said = office.version, Builder()
    until = int(office.clock.now().timestamp()) + lives
    its_id = DEFAULT_IDS[version] if id is None else id
    if version == "v5r1":
        said.store_uint(0x7369676E, 32)
    said.store_uint(its_id, 32).store_uint(until, 32).store_uint(seqno, 32)
    if version == "v4r2":
        said.store_uint(0, 8)
        for mode, each in payments:
            said.store_uint(mode, 8).store_ref(each)
    else:
        listed: Any = Builder().end_cell()
        for mode, each in payments:
            listed = Builder().store_ref(listed).store_uint(0x0EC3C86D, 32).store_uint(mode, 8)
            listed = listed.store_ref(each).end_cell()
        said.store_bit(1).store_ref(listed).store_bit(0)
    signed: Any = said.end_cell()
    signature, body = key.sign(signed.hash).signature, Builder()
    if version == "v4r2":
        body.store_bytes(signature).store_cell(signed)
    else:
        body.store_cell(signed).store_bytes(signature)
    return outside(office, body.end_cell())


def outside(office: Office, body: Any) -> str:
    said: Any = Builder().store_bits("1000").store_address(office.at).store_coins(0).store_bit(0)
    return boc(said.store_bit(1).store_ref(body).end_cell())


def words(office: Office) -> list[str | None]:
    return [
        comment_of(each.came.body)
        for each in office.desk.chain.transactions
        if each.account == PAYEE and each.came.source == office.at
    ]


def test_it_sends_what_is_signed(office: Office) -> None:
    """In its order, once; it pays for it, and the next number is free."""
    before = office.desk.chain.at(office.at).balance
    message = order(office, (3, payment("one")), (3, payment("two")))
    hand_in(office.desk.chain, message)
    assert words(office) == ["one", "two"]
    assert office.seqno == FIRST + 1
    spent = before - office.desk.chain.at(office.at).balance
    assert spent == 2 * NANO + 2 * FORWARD_FEE + GAS_FEE
    with pytest.raises(NotAccepted):
        hand_in(office.desk.chain, message)
    assert words(office) == ["one", "two"]


def test_what_it_does_not_take(office: Office) -> None:
    """Each with the exit code of its kind; nothing happens, and nobody pays for it."""
    codes = {"v4r2": (33, 34, 35, 36), "v5r1": (133, 134, 135, 136)}[office.version]
    wrong = (
        order(office, (3, payment("one")), seqno=FIRST + 1),
        order(office, (3, payment("one")), id=5),
        order(office, (3, payment("one")), key=SigningKey(bytes(32))),
        order(office, (3, payment("one")), lives=0),
    )
    steps = len(office.desk.chain.transactions)
    for message, code in zip(wrong, codes, strict=True):
        with pytest.raises(NotAccepted) as refused:
            hand_in(office.desk.chain, message)
        assert refused.value.exit_code == code
    for nonsense in ("nonsense", boc(comment_cell("words"))):
        with pytest.raises(ValueError, match="not a message from outside"):
            hand_in(office.desk.chain, nonsense)
    with pytest.raises(NotAccepted):
        hand_in(office.desk.chain, outside(office, comment_cell("words " * 50)))
    assert len(office.desk.chain.transactions) == steps


def test_what_cannot_be_sent_is_left_out(office: Office) -> None:
    """Where that was asked for: the number moves, it all looks well, and something is missing."""
    large = payment("large", 1000 * NANO)
    hand_in(office.desk.chain, order(office, (3, large), (3, payment("small"))))
    assert words(office) == ["small"]
    assert office.seqno == FIRST + 1


def test_what_was_not_to_be_left_out(office: Office) -> None:
    """An older wallet undoes all of it, the number too; a newer one takes no such order."""
    message = order(office, (1, payment("large", 1000 * NANO)), (3, payment("small")))
    if office.version == "v5r1":
        with pytest.raises(NotAccepted) as refused:
            hand_in(office.desk.chain, message)
        assert refused.value.exit_code == 137
    else:
        hand_in(office.desk.chain, message)
        undone = office.desk.chain.transactions[-1]
        assert (undone.outcome.aborted, undone.sent) == (True, ())
        hand_in(office.desk.chain, message)  # and anybody may try again, at our cost
    assert (office.seqno, words(office)) == (FIRST, [])


def test_not_more_than_it_can(office: Office) -> None:
    """Five payments of an older wallet are no order at all, of a newer one they are."""
    try:
        message = order(office, *[(3, payment(str(each))) for each in range(5)])
    except Exception:  # five do not fit into one cell
        assert office.version == "v4r2"
        return
    hand_in(office.desk.chain, message)
    assert len(words(office)) == 5


def test_fees_out_of_what_is_sent(office: Office) -> None:
    """Where nobody said that they are paid besides."""
    hand_in(office.desk.chain, order(office, (2, payment("one"))))
    (arrived,) = (each for each in office.desk.chain.transactions if each.came.source == office.at)
    assert arrived.came.nano == NANO - FORWARD_FEE


def test_taken_is_not_carried_out(office: Office) -> None:
    """A message may be dropped, or held back until it has run out."""
    message = order(office, (3, payment("one")))
    office.desk.drop()
    hand_in(office.desk.chain, message)
    assert words(office) == []
    office.desk.hold_back()
    hand_in(office.desk.chain, message)
    assert words(office) == []
    office.clock.advance(seconds=60)
    office.desk.release()
    assert words(office) == []
    office.desk.hold_back()
    hand_in(office.desk.chain, order(office, (3, payment("two"))))
    hand_in(office.desk.chain, order(office, (3, payment("three"))))
    office.desk.release()
    assert (words(office), office.seqno) == (["two"], FIRST + 1)


def test_nobody_lives_there() -> None:
    """What is told to an address without a wallet is not taken."""
    office = Office()
    office.at = stranger("nobody")
    with pytest.raises(NotAccepted):
        hand_in(office.desk.chain, order(office, (3, payment("one"))))


def test_wallets_of_one_key_live_apart() -> None:
    """By their kind and their id; the same one always at the same place."""
    desk = TonDesk(ManualClock())
    places = [
        desk.wallet(KEY.verify_key.encode(), kind, id=id) for kind in DEFAULT_IDS for id in (1, 2)
    ]
    assert len(set(places)) == 4
    assert desk.wallet(KEY.verify_key.encode(), "v4r2", id=1, seqno=30) == places[0]


def transfer(office: Office, units: int, nano: int = 50_000_000) -> Cell:
    """Jettons for the supplier, by our jetton wallet."""
    body: Any = Builder().store_uint(0x0F8A7EA5, 32).store_uint(0, 64).store_coins(units)
    body = body.store_address(PAYEE).store_address(office.at).store_bit(0).store_coins(1)
    body = body.store_bit(1).store_ref(comment_cell("order 7")).end_cell()
    said: Any = Builder().store_bits("011000").store_address(office.purse).store_coins(nano)
    said = said.store_bit(0).store_coins(0).store_coins(0).store_uint(0, 96).store_bit(0)
    return said.store_bit(1).store_ref(body).end_cell()  # type: ignore[no-any-return]


def held(office: Office, owner: str) -> int:
    """How many units of USDT somebody has."""
    purse = office.desk.chain.at(jetton_wallet(USDT_MASTER, owner)).purse
    return 0 if purse is None else purse.units


def test_jettons_are_really_sent(office: Office) -> None:
    """They leave one purse and are in the other; he is told, and the rest of the coins is ours."""
    had = held(office, office.at)
    hand_in(office.desk.chain, order(office, (3, transfer(office, 5))))
    assert (held(office, office.at), held(office, PAYEE)) == (had - 5, 5)
    assert office.received("order 7") == 1
    (home,) = (
        each.came.nano
        for each in office.desk.chain.transactions
        if each.account == office.at and each.came.body.hash == excesses().hash
    )
    assert 0 < home < 50_000_000


@pytest.mark.parametrize("fails", ["too many", "too few coins", "not taken"])
def test_jettons_that_do_not_arrive_come_home(office: Office, fails: str) -> None:
    """Nobody has lost any, and the wallet carried its order out all the same."""
    had = held(office, office.at)
    if fails == "not taken":
        office.desk.chain.jettons.closed.add(PAYEE)
    units = had + 1 if fails == "too many" else 5
    nano = 1_000_000 if fails == "too few coins" else 50_000_000
    hand_in(office.desk.chain, order(office, (3, transfer(office, units, nano))))
    assert (held(office, office.at), held(office, PAYEE)) == (had, 0)
    assert office.received("order 7") == 0
    assert office.seqno == FIRST + 1
    assert any(each.outcome.back == "ok" for each in office.desk.chain.transactions)
