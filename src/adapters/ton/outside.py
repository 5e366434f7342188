"""A message from outside, which brings an order to a wallet."""

from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from .address import Address
from .cells import Unreadable, load_address, opened, store_address, strictly
from .sends import load_body, with_body


def external_cell(to: Address, body: Cell) -> Cell:
    """The message from outside that brings this to a wallet."""
    return with_body(_from_outside(to), body)


def normalised_hash(to: Address, body: Cell) -> str:
    """By which a message from outside is known, however it is written on its way; hexadecimal."""
    cell = _from_outside(to)
    cell.store_bit(1).store_ref(body)
    return cell.end_cell().hash.hex()


def body_of_external(cell: Cell, to: Address) -> Cell:
    """
    What such a message of ours brings to that wallet.

    Raises:
        Unreadable: it is something else, or for somebody else.
    """
    with strictly():
        said = opened(cell)
        if said.load_uint(2) != 0b10 or load_address(said) is not None:
            raise Unreadable("not a message from outside")
        if load_address(said) != to or said.load_coins() or said.load_bit():
            raise Unreadable("not a message for the wallet")
        return load_body(said)


def _from_outside(to: Address) -> Builder:
    head = Builder()
    head.store_bits("1000")
    store_address(head, to)
    head.store_coins(0).store_bit(0)
    return head
