"""How TON writes things: addresses, and the cells that people and jettons send each other."""

from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Final

from pytoniq_core.boc.address import Address
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

COMMENT: Final = 0x00000000
ENCRYPTED_COMMENT: Final = 0x2167DA4B
INTERNAL_TRANSFER: Final = 0x178D4519
TRANSFER_NOTIFICATION: Final = 0x7362D09C
EXCESSES: Final = 0xD53276DB
SIGNED: Final = 0x7369676E
BOUNCED: Final = 0xFFFFFFFF
BOUNCED_BITS: Final = 256
"""How much of its body a message brings along when it comes home."""


def account(text: str) -> str:
    """
    An address, however it was written, as the index writes it.

    Raises:
        ValueError: it is none.
    """
    try:
        address = Address(text.strip())
    except Exception:  # the library fails in many ways, and names few of them
        raise ValueError(f"{text!r} is no address") from None
    if len(address.hash_part) != 32:
        raise ValueError(f"{text!r} is no address")
    return raw(address)


def raw(address: Address) -> str:
    """The workchain, and the hash in capital letters."""
    return f"{address.wc}:{address.hash_part.hex().upper()}"


def stranger(name: str) -> str:
    """The address of somebody of that name: the same name lives at the same place."""
    return f"0:{sha256(name.encode()).hexdigest().upper()}"


def friendly(address: str, *, bounceable: bool) -> str:
    """The address as people see it."""
    written: str = Address(address).to_str(is_bounceable=bounceable)  # type: ignore[no-untyped-call]
    return written


def cell_of(builder: Builder) -> Cell:
    """What was built."""
    return builder.end_cell()


def boc(cell: Cell) -> str:
    """The cell and all below it, in base64."""
    return b64encode(cell.to_boc(hash_crc32=True)).decode()  # type: ignore[no-untyped-call]


def cell_in(text: str) -> Cell:
    """
    The cell in a bag, which is written in base64 or in hexadecimal.

    Raises:
        ValueError: it is none.
    """
    try:
        cell: Cell = Cell.one_from_boc(text)
    except Exception:  # as with addresses
        raise ValueError("no bag of cells") from None
    return cell


def hexadecimal(cell: Cell) -> str:
    """The same in hexadecimal."""
    bag: bytes = cell.to_boc()  # type: ignore[no-untyped-call]
    return bag.hex()


def jetton_wallet(master: str, owner: str) -> str:
    """Where the owner's jettons of that master are kept."""
    return f"0:{sha256(f'{master} {owner}'.encode()).hexdigest().upper()}"


def address_cell(address: str) -> Cell:
    """A cell with an address in it, as get methods take and answer them."""
    return cell_of(Builder().store_address(address))


def address_in(text: str) -> str | None:
    """The address with which such a cell begins, if it does."""
    try:
        address: object = Slice.one_from_boc(b64decode(text)).load_address()
    except Exception:  # as above
        return None
    return raw(address) if isinstance(address, Address) else None


def comment_cell(text: str | bytes) -> Cell:
    """Words to whoever is paid; what does not fit goes on in the cell below, and so on."""
    words = text.encode() if isinstance(text, str) else text
    return cell_of(Builder().store_uint(COMMENT, 32).store_snake_bytes(words))


def encrypted_cell(text: str) -> Cell:
    """Words that only the key of the receiver's wallet opens; here nothing does."""
    shut = b"".join(sha256(text.encode() + bytes([part])).digest() for part in range(4))
    return cell_of(Builder().store_uint(ENCRYPTED_COMMENT, 32).store_snake_bytes(shut))


def transfer_notification(units: int, sender: str, payload: Cell, *, inline: bool) -> Cell:
    """What our jetton wallet tells us when jettons came."""
    body = Builder().store_uint(TRANSFER_NOTIFICATION, 32).store_uint(0, 64).store_coins(units)
    return _with_payload(body.store_address(sender), payload, inline)


def internal_transfer(
    units: int, sender: str, forwarded: int, payload: Cell, *, inline: bool
) -> Cell:
    """What the sender's jetton wallet tells ours."""
    body = Builder().store_uint(INTERNAL_TRANSFER, 32).store_uint(0, 64).store_coins(units)
    body = body.store_address(sender).store_address(sender).store_coins(forwarded)
    return _with_payload(body, payload, inline)


def excesses() -> Cell:
    """What is over of the coins that a transfer of jettons was given for its way."""
    return cell_of(Builder().store_uint(EXCESSES, 32).store_uint(0, 64))


def signed_cell(seqno: int) -> Cell:
    """What a wallet is told from outside; nobody here looks at signatures."""
    return cell_of(Builder().store_uint(SIGNED, 32).store_uint(seqno, 32))


def bounced_cell(body: Cell) -> Cell:
    """What is left of a body when its message comes home."""
    begun = body.bits[:BOUNCED_BITS]
    return cell_of(Builder().store_uint(BOUNCED, 32).store_bits(begun))


def opcode(body: Cell) -> int | None:
    """What a body says that it is; nothing when it has no room to."""
    return Slice.from_cell(body).load_uint(32) if len(body.bits) >= 32 else None


def comment_of(body: Cell) -> str | None:
    """The words in a body, where there are any to be read."""
    if opcode(body) != COMMENT:
        return None
    try:
        words: str = Slice.from_cell(body).skip_bits(32).load_snake_string()
    except UnicodeDecodeError:
        return None
    return words


def _with_payload(body: Builder, payload: Cell, inline: bool) -> Cell:
    """In a cell below, or in the rest of this one."""
    if not inline:
        return cell_of(body.store_bit(1).store_ref(payload))
    body.store_bit(0)
    if len(payload.bits) <= body.available_bits:
        return cell_of(body.store_cell(payload))
    # The cut falls between two bytes, as comments want it.
    cut = body.available_bits // 8 * 8
    rest = Cell(payload.bits[cut:], payload.refs)
    return cell_of(body.store_bits(payload.bits[:cut]).store_ref(rest))
