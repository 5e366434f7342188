"""A payment of a wallet, and the message of the chain that it is."""

from collections.abc import Sequence

from attrs import frozen
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

from .address import Address
from .cells import REFS_MAX, Unreadable, load_address, opened, store_address, strictly


@frozen(kw_only=True)
class Sending:
    """One payment of a wallet."""

    to: Address
    nano: int
    body: Cell
    bounce: bool = False
    """Whether it comes home when nobody takes it there."""


def internal_cell(sending: Sending) -> Cell:
    """The payment as a wallet passes it on; who sent it, and when, the chain fills in."""
    head = Builder().store_bits("01").store_bit(sending.bounce).store_bits("000")
    store_address(head, sending.to)
    head.store_coins(sending.nano).store_bit(0).store_coins(0).store_coins(0)
    head.store_uint(0, 64).store_uint(0, 32).store_bit(0)
    return with_body(head, sending.body)


def sending_in(cell: Cell) -> Sending:
    """
    The payment that a cell is.

    Raises:
        Unreadable: it is something else.
    """
    with strictly():
        said = opened(cell)
        if said.load_uint(2) != 0b01:
            raise Unreadable("not a payment")
        bounce = bool(said.load_bit())
        if said.load_uint(1) or load_address(said) is not None:
            raise Unreadable("not a payment that nobody has sent yet")
        to, nano = load_address(said), said.load_coins()
        if to is None or said.load_bit() or said.load_coins() or said.load_coins():
            raise Unreadable("not a payment as we make it")
        said.skip_bits(64 + 32)
        if said.load_bit():
            raise Unreadable("a payment that deploys something")
        return Sending(to=to, nano=nano, body=load_body(said), bounce=bounce)


def with_body(head: Builder, body: Cell) -> Cell:
    """The message with that body: in the same cell where there is room, else below."""
    refs = len(head.refs) + len(body.refs)
    if len(body.bits) < head.available_bits and refs <= REFS_MAX:
        head.store_bit(0).store_cell(body)
    else:
        head.store_bit(1).store_ref(body)
    return head.end_cell()


def load_body(said: Slice) -> Cell:
    """The body, which comes last; whoever calls reads strictly."""
    if said.load_bit():
        body: Cell = said.load_ref()
        if said.remaining_bits or said.remaining_refs:
            raise Unreadable("something beside the body")
        return body
    rest: Cell = said.to_cell()  # type: ignore[no-untyped-call]
    return rest


def cells_of(sends: Sequence[Sending]) -> Sequence[Cell]:
    """Each of them as a cell."""
    return [internal_cell(each) for each in sends]
