"""A transaction as the chain itself keeps it: its hash says that nobody changed a bit of it."""

from datetime import UTC, datetime
from typing import Final

from attrs import frozen
from pytoniq_core.boc.slice import Slice

from .address import HASH_BYTES, Address
from .cells import CELLS_MAX, Unreadable, opened, root_of, strictly
from .chain import Message, Transaction
from .raw_message import amount_in, message_in

TRANSACTION_CELLS_MAX: Final = CELLS_MAX + 1024
"""As a message may have, and what is added: a cell that is passed on is not there twice."""

TRANSACTION: Final = 0b0111
ORDINARY: Final = 0b0000
STORAGE: Final = 0b0001
TICK_TOCK: Final = 0b001
KEY_BITS: Final = 15
"""Of the place of a message among those that were sent."""


@frozen
class Kept:
    """A transaction, and the hash of the one before it: nothing can be left out between two."""

    transaction: Transaction
    previous_hash: str


@frozen
class _Ending:
    """How a transaction ended."""

    ordinary: bool
    aborted: bool
    sent_back: bool


def transaction_in(bag: bytes, account: Address) -> Kept:
    """
    The transaction of that account which is all there is in a bag of cells.

    Raises:
        Unreadable: it is not there, or is somebody else's.
    """
    root = root_of(bag, TRANSACTION_CELLS_MAX)
    with strictly():
        said = opened(root)
        if said.load_uint(4) != TRANSACTION or said.load_bytes(HASH_BYTES) != account.hash:
            raise Unreadable("not a transaction of the account")
        lt = said.load_uint(64)
        previous_hash, previous_lt = said.load_bytes(HASH_BYTES), said.load_uint(64)
        at = datetime.fromtimestamp(said.load_uint(32), UTC)
        sent_count = said.load_uint(15)
        said.skip_bits(4)  # what there was at the address, and what there is
        messages, fees = said.load_ref(), amount_in(said)
        said.load_ref()  # what it was before, and is
        description = said.load_ref()
        came, sent = _messages(opened(messages))
        ending = _ending(opened(description))
    if previous_lt >= lt:
        raise Unreadable("a transaction that comes before itself")
    if len(sent) != sent_count or (ending.ordinary and came is None):
        raise Unreadable("a transaction without its messages")
    if came is not None and came.destination != account:
        raise Unreadable("a message to somebody else")
    if any(each.source != account for each in sent):
        raise Unreadable("a message of somebody else")
    transaction = Transaction(
        account=account,
        hash=root.hash.hex(),
        lt=lt,
        previous_lt=previous_lt,
        at=at,
        aborted=ending.aborted,
        sent_back=ending.sent_back,
        in_msg=came,
        out_msgs=sent,
        fees=fees,
    )
    return Kept(transaction, previous_hash.hex())


def _messages(said: Slice) -> tuple[Message | None, tuple[Message, ...]]:
    """What came, and what was sent, in its order."""
    came = message_in(said.load_ref()) if said.load_bit() else None
    kept = said.load_dict(KEY_BITS, value_deserializer=Slice.load_ref) or {}
    return came, tuple(message_in(kept[place]) for place in sorted(kept))


def _ending(said: Slice) -> _Ending:
    """How a transaction ended; the few kinds that concern no wallet are not read."""
    if said.preload_uint(3) == TICK_TOCK:
        said.skip_bits(4)
        _skip_storage(said)
        _skip_computing(said)
        return _Ending(ordinary=False, aborted=_aborted(said), sent_back=False)
    kind = said.load_uint(4)
    if kind == STORAGE:
        return _Ending(ordinary=False, aborted=False, sent_back=False)
    if kind != ORDINARY:
        raise Unreadable("a transaction of an unusual kind")
    said.skip_bits(1)
    if said.load_bit():
        _skip_storage(said)
    if said.load_bit():
        if said.load_bit():
            said.load_coins()
        amount_in(said)
    _skip_computing(said)
    return _Ending(ordinary=True, aborted=_aborted(said), sent_back=bool(said.load_bit()))


def _skip_storage(said: Slice) -> None:
    said.load_coins()
    if said.load_bit():
        said.load_coins()
    if said.load_bit():  # two bits where the status changed
        said.skip_bits(1)


def _skip_computing(said: Slice) -> None:
    if said.load_bit():
        said.skip_bits(3)
        said.load_coins()
        said.load_ref()
    elif said.load_uint(2) == 0b11:  # suspended, the one reason with three bits
        said.skip_bits(1)


def _aborted(said: Slice) -> bool:
    if said.load_bit():
        said.load_ref()
    return bool(said.load_bit())
