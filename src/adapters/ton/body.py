"""What the sender of a message wrote into it."""

from typing import Final

from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

from .cells import Unreadable, opened, read_bag, strictly

OPCODE_BITS: Final = 32
TEXT: Final = 0
"""The opcode before a comment; what follows another one, such as 2167da4b, is not for us."""

COMMENT_BYTES_MAX: Final = 4096
COMMENT_CELLS_MAX: Final = 64
CELL_BYTES: Final = 127
"""So many whole bytes a cell holds."""


def opcode_of(body: str) -> int | None:
    """
    The first 32 bits of the body; None where there are fewer.

    Raises:
        Unreadable: it is not a bag of cells.
    """
    cell = read_bag(body)
    if cell.is_exotic or len(cell.bits) < OPCODE_BITS:
        return None
    return opened(cell).load_uint(OPCODE_BITS)


def comment_of(body: str) -> str | None:
    """The comment that the body is; None when it is anything else."""
    try:
        return comment_in(opened(read_bag(body)))
    except Unreadable:
        return None


def comment_in(said: Slice) -> str | None:
    """The comment that the rest of a cell is; None when it is anything else."""
    try:
        with strictly():
            if said.load_uint(OPCODE_BITS) != TEXT:
                return None
            return _snake(said).decode("utf-8")
    except Unreadable:
        return None


def comment_cell(text: str) -> Cell:
    """The comment as a body; what does not fit goes on below."""
    said = Builder()
    said.store_uint(TEXT, OPCODE_BITS)
    words = text.encode()
    room = said.available_bytes
    pieces = [words[:room]]
    pieces += [words[at : at + CELL_BYTES] for at in range(room, len(words), CELL_BYTES)]
    below: Cell | None = None
    for piece in reversed(pieces[1:]):
        below = _tied(Builder().store_bytes(piece), below)
    said.store_bytes(pieces[0])
    return _tied(said, below)


def _tied(said: Builder, below: Cell | None) -> Cell:
    if below is not None:
        said.store_ref(below)
    return said.end_cell()


def _snake(said: Slice) -> bytes:
    """What is left of the cell, and goes on in the first reference of each."""
    text = b""
    for _ in range(COMMENT_CELLS_MAX):
        if said.remaining_bits % 8:
            raise Unreadable("not bytes")
        text += said.load_bytes(said.remaining_bits // 8)
        if len(text) > COMMENT_BYTES_MAX:
            break
        if not said.remaining_refs:
            return text
        said = opened(said.load_ref())
    raise Unreadable("too long for a comment")
