"""What jetton wallets tell each other, and their owners."""

from typing import Final

from attrs import frozen
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

from .address import Address
from .body import OPCODE_BITS, comment_cell, comment_in
from .cells import Unreadable, load_address, opened, read_bag, store_address, strictly

TRANSFER_NOTIFICATION: Final = 0x7362D09C
INTERNAL_TRANSFER: Final = 0x178D4519
TRANSFER: Final = 0x0F8A7EA5

QUERY_BITS: Final = 64
LENGTH_BITS: Final = 4
"""Of an amount: so many bytes follow."""


@frozen(kw_only=True)
class TransferNotification:
    """Jettons came; true only when our own jetton wallet is the one who says so."""

    query_id: int
    amount: int
    sender: Address | None
    """Whose they were: the main address of the owner, not that of his jetton wallet."""
    comment: str | None


@frozen(kw_only=True)
class InternalTransfer:
    """What one jetton wallet hands to another; true only where it was taken."""

    query_id: int
    amount: int
    sender: Address | None


@frozen(kw_only=True)
class Transfer:
    """What an owner tells his jetton wallet to do."""

    query_id: int
    amount: int
    destination: Address | None
    """Whose they are from then on: the main address."""
    response: Address | None
    """Who gets what is left of the coins for the way."""
    forwarded_nano: int
    """So many coins come with the news to whoever gets them."""
    custom: bool
    """Whether something is said to the wallet itself, which ours has no need of."""
    comment: str | None


def transfer_of(body: str) -> Transfer | None:
    """The transfer that the body is; None when it is anything else."""
    try:
        with strictly():
            said = _after(TRANSFER, body)
            query_id, amount = said.load_uint(QUERY_BITS), said.load_var_uint(LENGTH_BITS)
            destination, response = load_address(said), load_address(said)
            custom = bool(said.load_bit())
            if custom:
                said.load_ref()
            return Transfer(
                query_id=query_id,
                amount=amount,
                destination=destination,
                response=response,
                custom=custom,
                forwarded_nano=said.load_var_uint(LENGTH_BITS),
                comment=_comment(said),
            )
    except Unreadable:
        return None


def transfer_cell(
    amount: int, destination: Address, response: Address, comment: str, query_id: int
) -> Cell:
    """Jettons for somebody, who hears of it with one nano, and reads the words."""
    said = Builder()
    said.store_uint(TRANSFER, OPCODE_BITS).store_uint(query_id, QUERY_BITS).store_coins(amount)
    store_address(said, destination)
    store_address(said, response)
    said.store_bit(0).store_coins(1)
    if comment:
        said.store_bit(1).store_ref(comment_cell(comment))
    else:
        said.store_bit(0)
    return said.end_cell()


def notification_of(body: str) -> TransferNotification | None:
    """
    The notification that the body is; None when it is anything else.

    What the sender wrote beside it may be missing or nonsense: then there is no comment.
    """
    try:
        with strictly():
            said = _after(TRANSFER_NOTIFICATION, body)
            return TransferNotification(
                query_id=said.load_uint(QUERY_BITS),
                amount=said.load_var_uint(LENGTH_BITS),
                sender=load_address(said),
                comment=_comment(said),
            )
    except Unreadable:
        return None


def internal_transfer_of(body: str) -> InternalTransfer | None:
    """The transfer that the body is; None when it is anything else."""
    try:
        with strictly():
            said = _after(INTERNAL_TRANSFER, body)
            return InternalTransfer(
                query_id=said.load_uint(QUERY_BITS),
                amount=said.load_var_uint(LENGTH_BITS),
                sender=load_address(said),
            )
    except Unreadable:
        return None


def _after(opcode: int, body: str) -> Slice:
    said = opened(read_bag(body))
    if said.load_uint(OPCODE_BITS) != opcode:
        raise Unreadable("another opcode")
    return said


def _comment(said: Slice) -> str | None:
    """A bit says whether what the sender wrote follows at once or in the first reference."""
    try:
        below = said.load_bit()
        return comment_in(opened(said.load_ref()) if below else said)
    except (Unreadable, IndexError):  # neither bit nor reference, or an exotic cell
        return None
