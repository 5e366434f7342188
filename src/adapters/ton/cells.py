"""Cells in a bag, as they go over the wire: read strictly, and never more than a message holds."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.deserialize import Boc
from pytoniq_core.boc.slice import Slice

from .address import HASH_BYTES, Address

CELLS_MAX: Final = 8192
"""The chain lets no message have more, nor 2**21 bits of data; the bag around them adds a third."""
TEXT_MAX: Final = 512 * 1024
BYTES_MAX: Final = TEXT_MAX // 4 * 3

MAGIC: Final = b"\xb5\xee\x9c\x72"
REFS_MAX: Final = 4
ADDRESS: Final = 0b100
"""How an address of the usual kind begins: no anycast, a workchain of eight bits, and a hash."""


class Unreadable(ValueError):
    """It is not what was to be read there; the words hold nothing of it."""


class _Cell(Cell):
    """A cell as the chain allows it; the library lets seven others follow."""

    def __init__(self, bits: Any, refs: list[Cell], cell_type: int = -1) -> None:
        if len(refs) > REFS_MAX:
            raise Unreadable("too many cells below one")
        super().__init__(bits, refs, cell_type)


@contextmanager
def strictly() -> Iterator[None]:
    """Whatever goes wrong while reading is Unreadable: the library raises nearly everything."""
    try:
        yield
    except Unreadable:
        raise
    except Exception as wrong:
        raise Unreadable(f"not in the form of cells ({type(wrong).__name__})") from None


def read_bag(text: str) -> Cell:
    """
    The one root of a bag of cells in base64.

    Raises:
        Unreadable: it is none, or holds more than a message can.
    """
    if len(text) > TEXT_MAX:
        raise Unreadable("a bag of cells that no message could hold")
    with strictly():
        data = b64decode(text, validate=True)
    return root_of(data)


def root_of(data: bytes, cells_max: int = CELLS_MAX) -> Cell:
    """
    The one root of a bag of cells.

    Raises:
        Unreadable: it is none, or holds more than that.
    """
    if len(data) > BYTES_MAX:
        raise Unreadable("a bag of cells that no message could hold")
    with strictly():
        if data[:4] != MAGIC:
            raise Unreadable("not a bag of cells")
        width = data[4] & 7
        # Counted first: the library takes a time that grows with the square of it.
        if int.from_bytes(data[6 : 6 + width]) > cells_max:
            raise Unreadable("more cells than a message could hold")
        root: Cell
        (root,) = Boc(data).deserialize(_Cell)
    return root


def opened(cell: Cell) -> Slice:
    """
    The cell, to be read from its beginning.

    Raises:
        Unreadable: it is an exotic one, whose bits are about other cells.
    """
    if cell.is_exotic:
        raise Unreadable("an exotic cell")
    return Slice(cell.bits.copy(), cell.refs.copy())


def load_address(said: Slice) -> Address | None:
    """The address that comes next; None where it says that there is none."""
    with strictly():
        if said.preload_uint(2) == 0:
            said.skip_bits(2)
            return None
        if said.load_uint(3) != ADDRESS:
            raise Unreadable("an address of an unusual kind")
        return Address(said.load_int(8), said.load_bytes(HASH_BYTES))


def store_address(said: Builder, address: Address) -> None:
    """The address comes next."""
    said.store_uint(ADDRESS, 3).store_int(address.workchain, 8).store_bytes(address.hash)


def address_in(text: str) -> Address:
    """
    The address that is all there is in a bag of cells.

    Raises:
        Unreadable: it is not there, or something else is.
    """
    said = opened(read_bag(text))
    address = load_address(said)
    if address is None or said.remaining_bits or said.remaining_refs:
        raise Unreadable("not an address alone")
    return address


def bag_of(cell: Cell) -> str:
    """A bag of cells with that one and all below it, in base64."""
    return b64encode(cell.to_boc()).decode()  # type: ignore[no-untyped-call]


def bag_of_address(address: Address) -> str:
    """A bag of cells with that address alone."""
    said = Builder()
    store_address(said, address)
    return bag_of(said.end_cell())
