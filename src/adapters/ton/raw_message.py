"""A message as the chain itself keeps it."""

from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

from .address import Address
from .body import opcode_of
from .cells import Unreadable, bag_of, load_address, opened
from .chain import Message


def message_in(cell: Cell) -> Message:
    """
    The message that a cell is; one from outside the chain, or to there, brings nothing.

    Whoever calls reads strictly: the library raises nearly everything where it is none.
    """
    said = opened(cell)
    source: Address | None = None
    destination: Address | None = None
    value, bounced, forward_fee = 0, False, 0
    if not said.load_bit():
        said.skip_bits(2)  # how it would travel, and whether it would come home
        bounced = bool(said.load_bit())
        source, destination = load_address(said), load_address(said)
        value = amount_in(said)
        said.load_coins()
        forward_fee = said.load_coins()
        said.skip_bits(64 + 32)
    elif not said.load_bit():
        _skip_outside(said)
        destination = load_address(said)
        said.load_coins()
    else:
        source = load_address(said)
        _skip_outside(said)
        said.skip_bits(64 + 32)
    _skip_code(said)
    body = bag_of(said.load_ref() if said.load_bit() else _rest_of(said))
    return Message(
        hash=cell.hash.hex(),
        source=source,
        destination=destination,
        value=value,
        bounced=bounced,
        opcode=opcode_of(body),
        body=body,
        forward_fee=forward_fee,
    )


def _rest_of(said: Slice) -> Cell:
    rest: Cell = said.to_cell()  # type: ignore[no-untyped-call]
    return rest


def amount_in(said: Slice) -> int:
    """What a message brings; other currencies than the coin are not ours to count."""
    nano: int = said.load_coins()
    if said.load_bit():
        said.load_ref()
    return nano


def _skip_outside(said: Slice) -> None:
    """An address that is none of the chain's."""
    match said.load_uint(2):
        case 0:
            pass
        case 1:
            said.skip_bits(said.load_uint(9))
        case _:
            raise Unreadable("an address of the chain where none can be")


def _skip_code(said: Slice) -> None:
    """What deploys a contract may come along, in a cell of its own or in this one."""
    if not said.load_bit():
        return
    if said.load_bit():
        said.load_ref()
        return
    if said.load_bit():
        said.skip_bits(5)
    if said.load_bit():
        said.skip_bits(2)
    for _ in ("code", "data", "libraries"):
        if said.load_bit():
            said.load_ref()
