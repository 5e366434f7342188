"""What jetton wallets tell each other, and their owners."""

from typing import Final

from attrs import frozen
from pytoniq_core.boc.slice import Slice

from .address import Address
from .body import OPCODE_BITS, comment_in
from .cells import Unreadable, load_address, opened, read_bag, strictly

TRANSFER_NOTIFICATION: Final = 0x7362D09C
INTERNAL_TRANSFER: Final = 0x178D4519

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
