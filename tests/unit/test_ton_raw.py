"""Transactions in cells: those of the real chain are read, and what is none is not."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.hashmap.hashmap import HashMap

from altyn.adapters.ton import Address, Message, Unreadable, comment_of, parse_address
from altyn.adapters.ton.raw import Kept, transaction_in

US = Address(0, bytes([0x5A] * 32))
PAYER = Address(0, bytes([0xC0] * 32))
NOW = 1_780_000_000
EMPTY = Builder().end_cell()
COMMENT = Builder().store_uint(0, 32).store_bytes(b"order-7").end_cell()


def bag(cell: Cell) -> bytes:
    said: bytes = cell.to_boc()  # type: ignore[no-untyped-call]
    return said


def cell_of(said: Builder) -> Cell:
    cell: Cell = said.end_cell()
    return cell


def place(address: Address) -> Cell:
    """An address as it is written in a message."""
    said = Builder().store_uint(4, 3).store_int(address.workchain, 8)
    return cell_of(said.store_bytes(address.hash))


def inside(
    source: Address = PAYER,
    target: Address = US,
    *,
    body: Cell = COMMENT,
    below: bool = True,
    bounced: bool = False,
    others: bool = False,
) -> Cell:
    """A message within the chain."""
    said = Builder().store_bits("01" + "1" + str(int(bounced)))
    said = said.store_cell(place(source)).store_cell(place(target))
    said = said.store_coins(1_500_000_000).store_bit(others)
    if others:
        said = said.store_ref(EMPTY)
    said = said.store_coins(0).store_coins(266_669).store_uint(46_000_000_000_002, 64)
    said = said.store_uint(NOW, 32).store_bit(0)
    said = said.store_bit(below)
    return cell_of(said.store_ref(body) if below else said.store_cell(body))


def with_code(bits: str, refs: int) -> Cell:
    """A message that brings what deploys a contract."""
    said = Builder().store_bits("0110")
    said = said.store_cell(place(PAYER)).store_cell(place(US))
    said = said.store_coins(1_500_000_000).store_bit(0).store_coins(0).store_coins(0)
    said = said.store_uint(1, 64).store_uint(NOW, 32).store_bits(bits)
    for _ in range(refs):
        said = said.store_ref(EMPTY)
    return cell_of(said.store_bit(1).store_ref(COMMENT))


def from_outside(source: str = "00") -> Cell:
    said = Builder().store_bits("10" + source).store_cell(place(US)).store_coins(0)
    return cell_of(said.store_bit(0).store_bit(1).store_ref(COMMENT))


def to_outside(target: str = "00") -> Cell:
    said = Builder().store_bits("11").store_cell(place(US)).store_bits(target)
    said = said.store_uint(1, 64).store_uint(NOW, 32)
    return cell_of(said.store_bit(0).store_bit(1).store_ref(COMMENT))


def ordinary(phases: str = "00000", end: str = "0000") -> Cell:
    """How it went: the phases, and whether there was an action, an abort, a bounce, the end."""
    return cell_of(Builder().store_bits("0000" + "1" + phases + end))


def transaction(
    came: Cell | None,
    *sent: Cell,
    account: Address = US,
    description: Cell | None = None,
    lt: int = 46_000_000_000_003,
    before: int = 45_000_000_000_001,
    count: int | None = None,
    tag: str = "0111",
) -> Cell:
    """With what came and what was sent."""
    kept = HashMap(15, map_=dict(enumerate(sent)), value_serializer=_below).serialize()
    messages = Builder().store_bit(came is not None)
    if came is not None:
        messages = messages.store_ref(came)
    said = Builder().store_bits(tag).store_bytes(account.hash).store_uint(lt, 64)
    said = said.store_bytes(bytes([7] * 32)).store_uint(before, 64).store_uint(NOW, 32)
    said = said.store_uint(len(sent) if count is None else count, 15).store_bits("1010")
    said = said.store_ref(messages.store_dict(kept).end_cell()).store_coins(5).store_bit(0)
    return cell_of(said.store_ref(EMPTY).store_ref(description or ordinary()))


def _below(cell: Cell, kept: Builder) -> None:
    kept.store_ref(cell)


def read(cell: Cell) -> Kept:
    return transaction_in(bag(cell), US)


def came(cell: Cell) -> Message:
    """What came by a transaction that the message set off."""
    message = read(transaction(cell)).transaction.in_msg
    assert message is not None
    return message


class TestOfTheRealChain:
    """What others tell of them is known, and here it is read from the cells."""

    def test_the_first_money_of_a_wallet(self) -> None:
        """It was aborted, since nobody lived there yet, and the money stayed."""
        text = (
            "te6cckECBQEAAR4AA7FxUozOq2u80HZKRwE406KNp2oVnWAx2ObOHVjccHWn/NAAABxMCR0wOHEhCqfuVgP9"
            "z981Ltb+JWyDaTHSn+Q0gYXot3RAQjGQAAAcRtuBuDYtUPjwAAAkKAECAwEBoAQAgnL4IEWB5LE/vWXLudaY"
            "wd8il06Rzrek5pd9TCOm8FDCRlEx0oZZ4VOvcucIihMYSiqChFZPUftTeQSXkXfpjbrGABEMSEkO5rKAASAA"
            "10gBZoEkggIfC1iCuX4nc2G4wq+hNHOlehBP1bZBAz4M8NEABUozOq2u80HZKRwE406KNp2oVnWAx2ObOHVj"
            "ccHWn/NQ7msoAAYUWGAAAAOJgSOmBMWqHx4AAAAAKbKwkDE5MrK9MpB4T8ZFQBMtbAk="
        )
        account = parse_address("EQAVKMzqtrvNB2SkcBONOijadqFZ1gMdjmzh1Y3HB1p_zai5")
        its = transaction_in(b64decode(text), account).transaction
        hash = b64encode(bytes.fromhex(its.hash)).decode()
        assert hash == "swpaG6pTBXwYI2024NAisIFp59Fw3k1DRQ5fa5SuKAE="
        assert (its.lt, its.at) == (1944556000003, datetime.fromtimestamp(1658130319, UTC))
        assert (its.aborted, its.sent_back, its.out_msgs) == (True, False, ())
        message = its.in_msg
        assert message is not None
        assert message.source == parse_address("EQCzQJJBAQ-FrEFcvxO5sNxhV9CaOdK9CCfq2yCBnwZ4aJ9R")
        assert (message.destination, message.value) == (account, 1_000_000_000)
        assert comment_of(message.body) == "Sea breeze 🌊"

    def test_the_turn_of_a_clock(self) -> None:
        """No message set it off."""
        text = (
            "te6cckECBgEAASwAA69zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzAAAsWBwWywFasDdwrFP+Ct"
            "1DUZ8E6dkyE1E0qNEMcw3U5Z/AIV+fAwAALFgb2cICZs2C6wABQIAQIDAAEgAIJyeCnCsfoPoq6guy3J9Eug"
            "cHoRfAQNxvzoihR4pR+6k/zEOJtbaWuxu8c0lOpEaUNnbnx9GRcx45lUpmHyBGs+5AIFIDAkBAUAoERmcBCw"
            "dgAAAAAAAAAAALUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            "AAAAAAAAAAAAAAAAAFvAAAAAAAAAAAAAAAABLUUtpEnlC4z33SeGHxRhIq/htUa7i3D8ghbwxhQTn44E3yoK"
            "BA=="
        )
        its = transaction_in(b64decode(text), Address(-1, bytes([0x33] * 32))).transaction
        hash = b64encode(bytes.fromhex(its.hash)).decode()
        assert hash == "RzoRGcEyx5Ia5tEKUWlCpFbg8B0scpuXSyNXf9a4Nsk="
        assert (its.lt, its.at.timestamp()) == (48756940000001, 1724744427)
        assert (its.aborted, its.sent_back) == (False, False)
        assert (its.in_msg, its.out_msgs) == (None, ())

    def test_too_little_gas(self) -> None:
        """It names the one before it, and its message has the name that explorers show."""
        raw = (
            "b5ee9c72010206010001610003b57cdce58745d265d6f9fd0ae5c79423c991d500eef8bf9a0c79556bb45f"
            "f956dd600002f4706aa2f418667b461388d410999c419f9292de7627bae468b0fc1e4f1c8422207c298147"
            "300002f46fdf666c167629b60000146030d5c80102030101a0040082726daaa2a847c134b10e71ab78deb2"
            "c787c51e85235290062e07307df6af48a75b201f6107cc1be00a74ef16892b761fea3ad35b669c9b259147"
            "5959920c93b68001150c4388c061a8106030d4090500af48013a06b1249397797de138763b2d7c8e4445a2"
            "d809edf21543c6c12f91fa413a7b003373961d1749975be7f42b971e508f26475403bbe2fe6831e555aed1"
            "7fe55b758c061a800608235a00005e8e0cf8d108cec536b04000a03f47e801ffffffe50000012800000005"
            "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
            "000000000000000000000000000000000000000000"
        )
        account = parse_address(
            "0:cdce58745d265d6f9fd0ae5c79423c991d500eef8bf9a0c79556bb45ff956dd6"
        )
        kept = transaction_in(bytes.fromhex(raw), account)
        its = kept.transaction
        assert (its.lt, its.previous_lt) == (51982101000001, 51981955000001)
        previous = "8667b461388d410999c419f9292de7627bae468b0fc1e4f1c8422207c2981473"
        assert kept.previous_hash == previous
        assert (its.aborted, its.sent_back) == (True, False)
        assert its.in_msg is not None
        named = "39df1f885730a1d8b84771ed48c70da855c41802336f735d70669314cb491d79"
        assert (its.in_msg.hash, its.in_msg.value) == (named, 100_000)


class TestMessages:
    """However they are written."""

    @pytest.mark.parametrize("below", [True, False])
    @pytest.mark.parametrize("others", [True, False])
    def test_within_the_chain(self, below: bool, others: bool) -> None:
        """With its words in a cell of their own or not, and with other currencies or without."""
        message = came(inside(below=below, others=others))
        assert (message.source, message.destination) == (PAYER, US)
        assert (message.value, message.bounced, message.opcode) == (1_500_000_000, False, 0)
        assert comment_of(message.body) == "order-7"

    def test_one_of_ours_that_came_back(self) -> None:
        """It says so."""
        assert came(inside(bounced=True)).bounced

    @pytest.mark.parametrize(
        ("bits", "refs"),
        [("11", 1), ("10" + "00000", 0), ("10" + "1" + "00101" + "1" + "11" + "111", 3)],
    )
    def test_with_what_deploys_a_contract(self, bits: str, refs: int) -> None:
        """In a cell of its own or in this one; the words come after it."""
        assert comment_of(came(with_code(bits, refs)).body) == "order-7"

    @pytest.mark.parametrize("source", ["00", "01" + "000001000" + "10101010"])
    def test_from_outside(self, source: str) -> None:
        """It brings nothing, and nobody sent it."""
        message = came(from_outside(source))
        assert (message.source, message.destination, message.value) == (None, US, 0)

    @pytest.mark.parametrize("target", ["00", "01" + "000001000" + "10101010"])
    def test_to_outside(self, target: str) -> None:
        """It takes nothing, and nobody gets it."""
        its = read(transaction(inside(), to_outside(target), inside(US, PAYER))).transaction
        assert [(each.source, each.destination) for each in its.out_msgs] == [
            (US, None),
            (US, PAYER),
        ]
        assert its.out_msgs[0].value == 0

    def test_many_in_their_order(self) -> None:
        """As they were sent."""
        bodies = [Builder().store_uint(number, 32).end_cell() for number in range(200)]
        sent = [inside(US, PAYER, body=body) for body in bodies]
        its = read(transaction(inside(), *sent)).transaction
        assert [each.opcode for each in its.out_msgs] == list(range(200))


class TestEndings:
    """Whatever phases there were."""

    @pytest.mark.parametrize(
        ("phases", "end", "aborted", "sent_back"),
        [
            ("00000", "0100", True, False),
            ("00000", "0110", True, True),
            ("1000000" + "0" + "000", "0000", False, False),
            ("100001000010" + "0" + "000", "0100", True, False),
            ("10000011" + "0" + "010", "0110", True, True),
            ("0" + "1000000" + "000", "0100", True, False),
            ("0" + "11000000000" + "0110", "0110", True, True),
        ],
    )
    def test_are_read(self, phases: str, end: str, aborted: bool, sent_back: bool) -> None:
        """What was collected, credited and skipped on the way is passed over."""
        its = read(transaction(inside(), description=ordinary(phases, end))).transaction
        assert (its.aborted, its.sent_back) == (aborted, sent_back)

    def test_code_that_ran(self) -> None:
        """And acted: both are in cells below."""
        said = Builder().store_bits("000010011000000").store_ref(EMPTY)
        said = said.store_bits("1").store_ref(EMPTY).store_bits("000")
        its = read(transaction(inside(), description=said.end_cell())).transaction
        assert (its.aborted, its.sent_back) == (False, False)

    def test_rent(self) -> None:
        """That was taken, by nobody's message."""
        said = Builder().store_bits("0001000000").end_cell()
        its = read(transaction(None, description=said)).transaction
        assert (its.in_msg, its.aborted) == (None, False)


@pytest.mark.parametrize(
    "cell",
    [
        transaction(inside(), tag="0110"),
        transaction(inside(), account=PAYER),
        transaction(inside(), before=46_000_000_000_003),
        transaction(inside(), count=1),
        transaction(inside(), inside(US, PAYER), count=2),
        transaction(None),
        transaction(inside(US, PAYER)),
        transaction(inside(), inside(PAYER, US)),
        transaction(from_outside("10")),
        transaction(inside(), to_outside("11")),
        transaction(inside(), description=Builder().store_bits("0100").end_cell()),
        transaction(inside(), description=EMPTY),
        transaction(EMPTY),
        EMPTY,
        COMMENT,
    ],
)
def test_what_is_no_transaction_of_ours(cell: Cell) -> None:
    """It is not read at all."""
    with pytest.raises(Unreadable):
        read(cell)


@pytest.mark.parametrize("said", [b"", b"\xb5\xee\x9c\x72", bytes(400_000)])
def test_what_is_no_bag(said: bytes) -> None:
    """Nor that."""
    with pytest.raises(Unreadable):
        transaction_in(said, US)


def test_where_it_breaks_off() -> None:
    """A bag with a piece missing is no bag, wherever it ends."""
    whole = bag(transaction(inside(), inside(US, PAYER)))
    for length in range(len(whole)):
        with pytest.raises(Unreadable):
            transaction_in(whole[:length], US)
