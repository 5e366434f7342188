"""What stands in a message: read to the letter, or not at all, and never the end of us."""

from base64 import b64decode, b64encode
from typing import Any

import pytest
from bitarray import bitarray
from hypothesis import example, given
from hypothesis import strategies as st
from pytoniq_core.boc.address import Address as TheirAddress
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.tvm_bitarray import TvmBitarray

from altyn.adapters.ton import (
    Address,
    InternalTransfer,
    TransferNotification,
    Unreadable,
    comment_of,
    internal_transfer_of,
    notification_of,
    opcode_of,
    parse_address,
)
from altyn.adapters.ton.body import COMMENT_BYTES_MAX, COMMENT_CELLS_MAX
from altyn.adapters.ton.cells import CELLS_MAX, TEXT_MAX, address_in, bag_of_address, read_bag

EMPTY = "te6cckEBAQEAAgAAAEysuc0="
"""A bag with one empty cell, as toncenter writes it."""
HELLO = b64encode(
    bytes.fromhex("b5ee9c72 01 01 01 01 00 0b 00") + b"\x00\x12" + bytes(4) + b"hello"
).decode()

SENDER = parse_address("0:b113a994b5024a16719f69139328eb759596c38a25f59028b146fecdc3621dfe")


def bag(cell: Cell, checked: bool = False) -> str:
    """In base64."""
    whole: Any = cell
    return b64encode(whole.to_boc(hash_crc32=checked)).decode()


def words(text: str | bytes) -> Builder:
    """A comment, in as many cells as it takes."""
    said = text.encode() if isinstance(text, str) else text
    whole: Builder = Builder().store_uint(0, 32).store_snake_bytes(said)
    return whole


def exotic(bits: bytes, kind: int, *below: Cell) -> Cell:
    """A cell whose bits are about other cells."""
    said = bitarray()
    said.frombytes(bits)
    return Cell(TvmBitarray(1023, said), list(below), kind)


LIBRARY = exotic(b"\x02" + bytes(32), 2)
LEAF = Builder().store_uint(7, 32).end_cell()
PRUNED = exotic(b"\x01\x01" + LEAF.hash + bytes(2), 1)
WHOLE = Builder().store_ref(LEAF).end_cell()
PROOF = exotic(
    b"\x03" + WHOLE.hash + (1).to_bytes(2, "big"), 3, Builder().store_ref(PRUNED).end_cell()
)
EXOTIC = (LIBRARY, PROOF)


class TestComments:
    """Of transfers of the coin."""

    def test_known_ones(self) -> None:
        """As somebody else wrote them."""
        assert comment_of(HELLO) == "hello"
        assert comment_of(EMPTY) is None

    @given(st.text(max_size=700))
    @example("")
    @example("a" * 123)
    @example("a" * 124)
    @example("яблоко 🍏" * 30)
    def test_whatever_was_written_is_read(self, text: str) -> None:
        """In one cell or in many."""
        assert comment_of(bag(words(text).end_cell())) == text
        assert opcode_of(bag(words(text).end_cell())) == 0

    @pytest.mark.parametrize(
        "body",
        [
            Builder(),
            Builder().store_uint(0, 31),
            Builder().store_uint(0, 31).store_ref(words("x").end_cell()),
            Builder().store_uint(0x2167DA4B, 32).store_bytes(bytes(60)),
            Builder().store_uint(0xFFFFFFFF, 32).store_uint(0, 32).store_bytes(b"order-1"),
            Builder().store_uint(1, 32).store_bytes(b"order-1"),
            words(b"\xff\xfe"),
            words(b"\xc3"),
            words(b"\xed\xa0\x80"),
            words("order-1").store_bit(0),
            Builder().store_uint(0, 32).store_ref(Builder().store_uint(1, 7).end_cell()),
        ],
    )
    def test_anything_else_is_none(self, body: Builder) -> None:
        """Encrypted, bounced, no text, broken off: it is not guessed."""
        assert comment_of(bag(body.end_cell())) is None

    def test_text_goes_on_in_the_first_reference(self) -> None:
        """And nowhere else, between any two bytes."""
        second = Builder().store_bytes("ябл".encode()[1:]).end_cell()
        first = Builder().store_uint(0, 32).store_bytes("ябл".encode()[:1]).store_ref(second)
        assert comment_of(bag(first.end_cell())) == "ябл"
        assert comment_of(bag(first.store_ref(LEAF).end_cell())) == "ябл"

    def test_text_has_an_end(self) -> None:
        """In bytes, and in cells: a chain of empty ones says nothing for ever."""
        assert comment_of(bag(words("a" * COMMENT_BYTES_MAX).end_cell())) is not None
        assert comment_of(bag(words("a" * (COMMENT_BYTES_MAX + 1)).end_cell())) is None
        for cells, told in ((COMMENT_CELLS_MAX, "!"), (COMMENT_CELLS_MAX + 1, None)):
            cell = Builder().store_bytes(b"!").end_cell()
            for _ in range(cells - 2):
                cell = Builder().store_ref(cell).end_cell()
            assert comment_of(bag(Builder().store_uint(0, 32).store_ref(cell).end_cell())) == told

    @pytest.mark.parametrize("cell", EXOTIC)
    def test_exotic_cells_are_no_text(self, cell: Cell) -> None:
        """Anybody may send them; the body can be read, and says nothing."""
        below = Builder().store_uint(0, 32).store_ref(cell).end_cell()
        for body, opcode in ((bag(cell), None), (bag(below), 0)):
            assert comment_of(body) is None
            assert opcode_of(body) == opcode


class TestOpcodes:
    """The first 32 bits."""

    @given(st.integers(0, 2**32 - 1), st.binary(max_size=90))
    def test_they_are_read(self, opcode: int, rest: bytes) -> None:
        """Whatever follows."""
        body = Builder().store_uint(opcode, 32).store_bytes(rest).end_cell()
        assert opcode_of(bag(body)) == opcode
        assert opcode_of(bag(body, checked=True)) == opcode

    def test_fewer_bits_are_none(self) -> None:
        """As in a transfer without words."""
        assert opcode_of(EMPTY) is None
        assert opcode_of(bag(Builder().store_uint(0, 31).end_cell())) is None


def notification(opcode: int = 0x7362D09C, amount: int = 5_000_000) -> Builder:
    """How a notification begins."""
    said: Builder = Builder().store_uint(opcode, 32).store_uint(77, 64).store_coins(amount)
    said.store_address(TheirAddress(SENDER.raw))
    return said


class TestJettons:
    """What jetton wallets say."""

    @pytest.mark.parametrize("amount", [0, 1, 255, 256, 5_000_000, 2**120 - 1])
    def test_the_amount_and_the_sender_are_read(self, amount: int) -> None:
        """Of a notification, and of the transfer before it."""
        body = notification(amount=amount).store_bit(0).end_cell()
        assert notification_of(bag(body)) == TransferNotification(
            query_id=77, amount=amount, sender=SENDER, comment=None
        )
        body = notification(0x178D4519, amount).store_address(None).store_coins(1).store_bit(0)
        assert internal_transfer_of(bag(body.end_cell())) == InternalTransfer(
            query_id=77, amount=amount, sender=SENDER
        )

    @given(st.text(max_size=300))
    def test_words_come_in_two_forms(self, text: str) -> None:
        """In a reference, and in the rest of the cell, from where they go on below."""
        below = notification().store_bit(1).store_ref(words(text).end_cell()).end_cell()
        told = notification_of(bag(below))
        assert told is not None
        assert told.comment == text
        said = text.encode()
        head = notification().store_bit(0).store_uint(0, 32).store_bytes(said[:20])
        if said[20:]:
            head = head.store_ref(Builder().store_snake_bytes(said[20:]).end_cell())
        told = notification_of(bag(head.end_cell()))
        assert told is not None
        assert told.comment == text

    @pytest.mark.parametrize(
        "body",
        [
            notification(),
            notification().store_bit(0),
            notification().store_bit(1),
            notification().store_bit(0).store_uint(0, 31),
            notification().store_bit(0).store_ref(words("order-1").end_cell()),
            notification().store_bit(1).store_ref(Builder().end_cell()),
            notification().store_bit(1).store_ref(LIBRARY),
            notification().store_bit(1).store_ref(PROOF),
            notification().store_bit(0).store_uint(0x2167DA4B, 32).store_bytes(b"secret"),
            notification().store_bit(1).store_ref(words(b"\xff").end_cell()),
        ],
    )
    def test_nonsense_beside_the_money_is_no_comment(self, body: Builder) -> None:
        """The money came all the same."""
        assert notification_of(bag(body.end_cell())) == TransferNotification(
            query_id=77, amount=5_000_000, sender=SENDER, comment=None
        )

    def test_nobody_may_be_named(self) -> None:
        """As the sender of what was minted."""
        said = Builder().store_uint(0x7362D09C, 32).store_uint(0, 64).store_coins(7)
        told = notification_of(bag(said.store_address(None).store_bit(0).end_cell()))
        assert told == TransferNotification(query_id=0, amount=7, sender=None, comment=None)

    @pytest.mark.parametrize(
        "body",
        [
            Builder(),
            notification(0x178D4518),
            Builder().store_uint(0x7362D09C, 32).store_uint(0, 63),
            Builder()
            .store_uint(0x7362D09C, 32)
            .store_uint(0, 64)
            .store_uint(3, 4)
            .store_uint(1, 8),
            Builder().store_uint(0x7362D09C, 32).store_uint(0, 64).store_coins(5),
            Builder().store_uint(0x7362D09C, 32).store_uint(0, 64).store_coins(5).store_uint(0, 1),
            Builder()
            .store_uint(0x7362D09C, 32)
            .store_uint(0, 64)
            .store_coins(5)
            .store_uint(0b101, 3)
            .store_bytes(bytes(36)),
            Builder()
            .store_uint(0x7362D09C, 32)
            .store_uint(0, 64)
            .store_coins(5)
            .store_uint(0b100, 3)
            .store_uint(5, 8)
            .store_bytes(bytes(32)),
            Builder()
            .store_uint(0x7362D09C, 32)
            .store_uint(0, 64)
            .store_coins(5)
            .store_uint(0b100, 3)
            .store_bytes(bytes(32)),
            Builder().store_uint(0xFFFFFFFF, 32).store_cell(notification().end_cell()),
            words("order-1"),
        ],
    )
    def test_what_is_no_notification_is_none(self, body: Builder) -> None:
        """No amount is guessed."""
        assert notification_of(bag(body.end_cell())) is None
        assert internal_transfer_of(bag(body.end_cell())) is None

    def test_one_is_not_the_other(self) -> None:
        """What another wallet was told is not what ours tells."""
        told, handed = notification().store_bit(0), notification(0x178D4519).store_bit(0)
        assert notification_of(bag(handed.end_cell())) is None
        assert internal_transfer_of(bag(told.end_cell())) is None
        for cell in EXOTIC:
            assert notification_of(bag(cell)) is None


class TestBags:
    """Of cells."""

    @given(st.builds(Address, st.sampled_from([0, -1]), st.binary(min_size=32, max_size=32)))
    def test_an_address_goes_there_and_back(self, address: Address) -> None:
        """As the other library has it."""
        text = bag_of_address(address)
        theirs = Builder().store_address(TheirAddress(address.raw)).end_cell()
        assert read_bag(text) == theirs
        assert address_in(bag(theirs, checked=True)) == address

    @pytest.mark.parametrize(
        "cell",
        [
            Builder().end_cell(),
            Builder().store_address(None).end_cell(),
            Builder().store_address(TheirAddress(SENDER.raw)).store_bit(0).end_cell(),
            Builder().store_address(TheirAddress(SENDER.raw)).store_ref(LEAF).end_cell(),
            LIBRARY,
        ],
    )
    def test_an_address_alone(self, cell: Cell) -> None:
        """And nothing beside it."""
        with pytest.raises(Unreadable):
            address_in(bag(cell))

    @given(st.binary(max_size=200))
    def test_any_bytes_are_read_or_unreadable(self, data: bytes) -> None:
        """Nothing else ever comes of them."""
        never_more_than_unreadable(data)
        never_more_than_unreadable(b"\xb5\xee\x9c\x72" + data)

    @given(st.data())
    def test_a_damaged_bag_is_read_or_unreadable(self, data: st.DataObject) -> None:
        """Cut, lengthened, or with bytes changed."""
        whole = notification().store_bit(1).store_ref(words("word " * 60).end_cell()).end_cell()
        said = bytearray(whole.to_boc(has_idx=data.draw(st.booleans())))
        for _ in range(data.draw(st.integers(0, 4))):
            said[data.draw(st.integers(0, len(said) - 1))] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(said)))
        never_more_than_unreadable(bytes(said[:cut]) + data.draw(st.binary(max_size=5)))

    @given(st.text(max_size=100))
    def test_any_text_is_read_or_unreadable(self, text: str) -> None:
        """Also what is no base64."""
        assert comment_of(text) is None
        assert notification_of(text) is None

    @pytest.mark.parametrize("blank", ["\n", " ", "*", "=", "ё"])
    def test_base64_is_written_without_blanks(self, blank: str) -> None:
        """Others skip whatever they do not know, and so read one text in many ways."""
        with pytest.raises(Unreadable):
            opcode_of(HELLO[:8] + blank + HELLO[8:])

    @pytest.mark.parametrize(
        "data",
        [
            bytes.fromhex("b5ee9c72 01 01 02 02 00 04 00 01 0000 0000"),  # two roots
            bytes.fromhex("b5ee9c72 01 01 01 00 00 02 0000"),  # none
            bytes.fromhex("b5ee9c72 01 01 01 01 00 03 00 010000"),  # below itself
            bytes.fromhex("b5ee9c72 01 01 01 01 00 03 00 010001"),  # below nothing
            bytes.fromhex("b5ee9c72 01 01 02 01 00 09 00 05000101010101 0000"),  # five below
            bytes.fromhex("b5ee9c72 01 01 01 01 00 82 00 00ff") + b"\xff" * 127 + b"\x80",
            bytes.fromhex("b5ee9c72 07 07 ffffffffffffff 00000000000001 00000000000000")
            + bytes(99),
            bytes.fromhex("b5ee9c72 00 00"),
            bytes.fromhex("b5ee9c72 81 00 ff 01 00"),
            bytes.fromhex("68ff65f3 01 01 01 00 02 02 0000"),  # the magic of another time
        ],
    )
    def test_bags_that_the_chain_does_not_know(self, data: bytes) -> None:
        """Wrong in their structure, each in its own way."""
        with pytest.raises(Unreadable):
            read_bag(b64encode(data).decode())

    @pytest.mark.parametrize("depth", [512, 1023, 1024, 3000])
    def test_a_deep_chain_ends(self, depth: int) -> None:
        """A message may have 512; deeper than the chain ever goes is unreadable."""
        width = 2
        cells = b"".join(b"\x01\x00" + (place + 1).to_bytes(width, "big") for place in range(depth))
        cells += b"\x00\x00"
        head = bytes((width, 3)) + (depth + 1).to_bytes(width, "big") + b"\x00\x01\x00\x00"
        data = b"\xb5\xee\x9c\x72" + head + len(cells).to_bytes(3, "big") + bytes(width) + cells
        text = b64encode(data).decode()
        assert comment_of(text) is None
        if depth < 1024:
            assert opcode_of(text) is None
        else:
            with pytest.raises(Unreadable):
                opcode_of(text)

    def test_the_largest_message_can_be_read(self) -> None:
        """Otherwise whoever sends one would be in the way of everybody behind him."""
        cells = [Builder().store_uint(place, 24).store_bytes(bytes(28)) for place in range(8192)]
        for place in range(8191, 0, -1):
            cells[(place - 1) // 4].store_ref(cells[place].end_cell())
        whole = cells[0].end_cell()
        text = bag(whole)
        assert len(b64decode(text)[11:]) > 2**21 // 8
        assert read_bag(text) == whole
        assert len(text) < TEXT_MAX

    def test_more_is_not_even_looked_at(self) -> None:
        """Neither more text, nor more cells than a message has."""
        with pytest.raises(Unreadable, match="no message could hold"):
            read_bag("A" * (TEXT_MAX + 1))
        count = CELLS_MAX + 1
        head = b"\xb5\xee\x9c\x72\x02\x03" + count.to_bytes(2, "big") + b"\x00\x01\x00\x00"
        cells = bytes(2 * count)
        data = head + len(cells).to_bytes(3, "big") + b"\x00\x00" + cells
        with pytest.raises(Unreadable, match="more cells"):
            read_bag(b64encode(data).decode())


def never_more_than_unreadable(data: bytes) -> None:
    """Whatever it is, it is answered."""
    text = b64encode(data).decode()
    try:
        opcode = opcode_of(text)
    except Unreadable:
        opcode = None
        assert notification_of(text) is None
    told = comment_of(text)
    assert (told is None) or (opcode == 0 and told.encode() is not None)
    assert (notification_of(text) is None) or opcode == 0x7362D09C
