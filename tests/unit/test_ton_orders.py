"""What wallets are ordered to do, bit by bit: as others write it, and as we read it again."""

from hashlib import sha256
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pytoniq_core.boc.address import Address as TheirAddress
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.tlb.account import StateInit
from pytoniq_core.tlb.block import CurrencyCollection
from pytoniq_core.tlb.custom.wallet import WalletV4Data, WalletV5R1Data
from pytoniq_core.tlb.transaction import (
    ExternalMsgInfo,
    InternalMsgInfo,
    MessageAny,
)

from altyn.adapters.ton import Address, Key, Unreadable, Version
from altyn.adapters.ton.body import comment_cell, comment_of
from altyn.adapters.ton.cells import bag_of
from altyn.adapters.ton.orders import MODE, Order, order_in, sends_in, signed_body
from altyn.adapters.ton.outside import body_of_external, external_cell, normalised_hash
from altyn.adapters.ton.sends import Sending, internal_cell, sending_in
from altyn.adapters.ton.versions import Kept, data_of, kept_in, state_init_of

SEED = sha256(b"the key of tests").digest()

KEY = Key(SEED)
TO = Address(0, bytes(range(32)))
WALLET = Address(0, bytes(range(100, 132)))
ORDER = Order(id=2147483409, seqno=7, valid_until=1_790_000_000)
CODE = comment_cell("some code")


def kept(version: Version) -> Kept:
    return Kept(version=version, seqno=7, id=ORDER.id, public_key=KEY.public)


def theirs(address: Address) -> TheirAddress:
    return TheirAddress((address.workchain, address.hash))


def cells(bits_max: int = 1023) -> st.SearchStrategy[Cell]:
    bits = st.lists(st.integers(0, 1), max_size=bits_max).map(
        lambda bits: Builder().store_bits(bits)
    )
    leaves = bits.map(lambda said: said.end_cell())

    def above(below: st.SearchStrategy[Cell]) -> st.SearchStrategy[Cell]:
        return st.lists(below, max_size=4).map(_over)

    return st.recursive(leaves, above, max_leaves=4)


def _over(refs: list[Cell]) -> Any:
    said: Any = Builder().store_uint(7, 3)
    for each in refs:
        said.store_ref(each)
    return said.end_cell()


SENDINGS = st.builds(
    Sending,
    to=st.binary(min_size=32, max_size=32).map(lambda hash: Address(0, hash)),
    nano=st.integers(0, 2**120 - 1),
    body=cells(),
    bounce=st.booleans(),
)


def as_they_write(its: Sending) -> Any:
    nobody: Any = None
    info = InternalMsgInfo(
        ihr_disabled=True,
        bounce=its.bounce,
        bounced=False,
        src=nobody,
        dest=theirs(its.to),
        value=CurrencyCollection(its.nano),
        ihr_fee=0,
        fwd_fee=0,
        created_lt=0,
        created_at=0,
    )
    return MessageAny(info, None, its.body).serialize()


@given(SENDINGS)
def test_a_payment_is_written_as_others_write_it(its: Sending) -> None:
    """To the last bit, whether its body is in the same cell or below; and it is read again."""
    assert internal_cell(its).hash == as_they_write(its).hash
    assert sending_in(internal_cell(its)) == its


def by_hand(version: Version, payments: list[Cell]) -> Any:
    """What is signed, as the facts have it."""
    said: Any = Builder()
    if version is Version.V4R2:
        said.store_uint(ORDER.id, 32).store_uint(ORDER.valid_until, 32).store_uint(7, 32)
        said.store_uint(0, 8)
        for each in payments:
            said.store_uint(3, 8).store_ref(each)
        return said.end_cell()
    listed = Builder().end_cell()
    for each in payments:
        listed = Builder().store_ref(listed).store_uint(0x0EC3C86D, 32).store_uint(3, 8)
        listed = listed.store_ref(each).end_cell()
    said.store_uint(0x7369676E, 32).store_uint(ORDER.id, 32)
    said.store_uint(ORDER.valid_until, 32).store_uint(7, 32)
    return said.store_bit(1).store_ref(listed).store_bit(0).end_cell()


@pytest.mark.parametrize("version", Version)
@given(sends=st.lists(SENDINGS, min_size=1, max_size=4))
def test_an_order_is_signed(version: Version, sends: list[Sending]) -> None:
    """Before what was signed in version 4, behind it in version 5; and it is read again."""
    body = signed_body(kept(version), ORDER, sends, KEY)
    signed = by_hand(version, [internal_cell(each) for each in sends])
    signature = KEY.sign(signed.hash)
    said = Builder()
    if version is Version.V4R2:
        said.store_bytes(signature).store_cell(signed)
    else:
        said.store_cell(signed).store_bytes(signature)
    assert body.hash == said.end_cell().hash
    assert order_in(version, body, KEY.public) == ORDER
    assert list(sends_in(version, body)) == sends
    assert order_in(version, body, Key(bytes(31) + b"1").public) is None


@pytest.mark.parametrize("version", Version)
def test_what_is_no_order_of_ours(version: Version) -> None:
    """Another kind of wallet's, a changed one, somebody's words, and nothing at all."""
    its = Sending(to=TO, nano=5, body=comment_cell("hello"))
    body = signed_body(kept(version), ORDER, [its], KEY)
    (other,) = set(Version) - {version}
    assert order_in(other, body, KEY.public) is None
    bits = body.bits.copy()
    bits.invert(600)
    for wrong in (Cell(bits, body.refs), comment_cell("hello" * 30), Builder().end_cell()):
        assert order_in(version, wrong, KEY.public) is None
    with pytest.raises(Unreadable):
        sends_in(version, comment_cell("hello" * 30))


def test_as_many_as_a_wallet_can_send() -> None:
    """And in their order."""
    sends = [Sending(to=TO, nano=number + 1, body=comment_cell("")) for number in range(255)]
    body = signed_body(kept(Version.V5R1), ORDER, sends, KEY)
    assert [each.nano for each in sends_in(Version.V5R1, body)] == list(range(1, 256))


@pytest.mark.parametrize("version", Version)
def test_from_outside(version: Version) -> None:
    """As others write it; its normalised hash is that of the same one, its body below."""
    sends = [Sending(to=TO, nano=5, body=comment_cell(str(each))) for each in range(4)]
    body = signed_body(kept(version), ORDER, sends, KEY)
    message = external_cell(WALLET, body)
    nobody: Any = None
    info = ExternalMsgInfo(src=nobody, dest=theirs(WALLET), import_fee=0)
    assert message.hash == MessageAny(info, None, body).serialize().hash
    assert body_of_external(message, WALLET).hash == body.hash
    below: Any = Builder().store_bits("1000").store_address(theirs(WALLET)).store_coins(0)
    below = below.store_bit(0).store_bit(1).store_ref(body).end_cell()
    assert normalised_hash(WALLET, body) == below.hash.hex()
    assert body_of_external(below, WALLET).hash == body.hash
    for wrong in (comment_cell("words"), internal_cell(sends[0])):
        with pytest.raises(Unreadable):
            body_of_external(wrong, WALLET)
    with pytest.raises(Unreadable):
        body_of_external(message, TO)


def test_what_a_wallet_keeps() -> None:
    """As others write it, and what they wrote can be read."""
    four, five = kept(Version.V4R2), kept(Version.V5R1)
    written: Any = WalletV4Data(7, ORDER.id, KEY.public)
    assert data_of(four).hash == written.serialize().hash
    assert kept_in(Version.V4R2, written.serialize()) == four
    written = WalletV5R1Data(True, 7, ORDER.id, KEY.public)
    assert data_of(five).hash == written.serialize().hash
    assert kept_in(Version.V5R1, written.serialize()) == five
    written = WalletV5R1Data(False, 7, ORDER.id, KEY.public, comment_cell("an extension"))
    assert kept_in(Version.V5R1, written.serialize()) == evolve(five, signs=False)
    for version in Version:
        with pytest.raises(Unreadable):
            kept_in(version, comment_cell("something else" * 5))


@pytest.mark.parametrize("version", Version)
def test_with_what_it_was_deployed(version: Version) -> None:
    """The number was 0 then, whatever it is now."""
    begun = data_of(evolve(kept(version), seqno=0))
    written: Any = StateInit(code=CODE, data=begun)
    assert state_init_of(CODE, kept(version)).hash == written.serialize().hash


@given(st.text(max_size=600))
def test_words(text: str) -> None:
    """Are read as they were written, however many cells they take."""
    assert comment_of(bag_of(comment_cell(text))) == text


def test_words_as_others_write_them() -> None:
    """123 bytes in the first cell, and 127 in each after it."""
    text = "0123456789" * 40
    written: Any = Builder().store_uint(0, 32).store_snake_bytes(text.encode()).end_cell()
    assert comment_cell(text).hash == written.hash
    assert len(comment_cell(text).bits) == 127 * 8


def test_nothing_is_sent_in_another_way() -> None:
    """Without leaving out what cannot be sent, for one."""
    assert MODE == 3
    said = Builder().store_bytes(bytes(64)).store_uint(1, 96).store_uint(0, 8)
    payment = internal_cell(Sending(to=TO, nano=1, body=comment_cell("")))
    with pytest.raises(Unreadable):
        sends_in(Version.V4R2, said.store_uint(1, 8).store_ref(payment).end_cell())
