"""What whoever has the key of a wallet orders it to do, signed."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

from .cells import Unreadable, opened, strictly
from .keys import Key, is_signed
from .sends import Sending, cells_of, sending_in
from .versions import Kept, Version

MODE: Final = 3
"""Fees are paid besides (1), and what cannot be sent is left out (2): without the latter all that
was done is undone, the number too, and anybody may have the same message carried out again."""
SIGNED: Final = 0x7369676E
SEND: Final = 0x0EC3C86D
SIGNATURE_BYTES: Final = 64
SIGNATURE_BITS: Final = 8 * SIGNATURE_BYTES


@frozen(kw_only=True)
class Order:
    """What a signed message says before what is to be sent."""

    id: int
    seqno: int
    valid_until: int
    """In seconds since 1970: from then on it is not carried out."""


def signed_body(kept: Kept, order: Order, sends: Sequence[Sending], key: Key) -> Cell:
    """What such a wallet carries out when it comes from outside."""
    said = _unsigned(kept.version, order, cells_of(sends))
    signature = key.sign(said.hash)
    body = Builder()
    if kept.version is Version.V4R2:
        body.store_bytes(signature).store_cell(said)
    else:
        body.store_cell(said).store_bytes(signature)
    return body.end_cell()


def _unsigned(version: Version, order: Order, payments: Sequence[Cell]) -> Cell:
    said = Builder()
    if version is Version.V5R1:
        said.store_uint(SIGNED, 32)
    said.store_uint(order.id, 32).store_uint(order.valid_until, 32).store_uint(order.seqno, 32)
    if version is Version.V5R1:
        said.store_bit(1).store_ref(_listed(payments)).store_bit(0)
        return said.end_cell()
    said.store_uint(0, 8)
    for each in payments:
        said.store_uint(MODE, 8).store_ref(each)
    return said.end_cell()


def _listed(payments: Sequence[Cell]) -> Cell:
    """The first of them is the innermost; before it there is an empty cell."""
    listed = Builder().end_cell()
    for each in payments:
        entry = Builder().store_ref(listed)
        entry.store_uint(SEND, 32).store_uint(MODE, 8).store_ref(each)
        listed = entry.end_cell()
    return listed


def order_in(version: Version, body: Cell, public_key: bytes) -> Order | None:
    """What whoever has that key ordered with it; None when it is anything else."""
    try:
        with strictly():
            signed, signature = _parts(version, body)
            if not is_signed(public_key, signed.hash, signature):
                return None
            return _order(version, opened(signed))
    except Unreadable:
        return None


def sends_in(version: Version, body: Cell) -> Sequence[Sending]:
    """
    What a message of ours lets a wallet send, in its order.

    Raises:
        Unreadable: it is none of ours.
    """
    with strictly():
        said = opened(_parts(version, body)[0])
        _order(version, said)
        if version is Version.V4R2:
            return _sends_after_each_other(said)
        return _sends_in_a_list(said)


def _order(version: Version, said: Slice) -> Order:
    if version is Version.V5R1 and said.load_uint(32) != SIGNED:
        raise Unreadable("not an order")
    id, valid_until = said.load_uint(32), said.load_uint(32)
    return Order(id=id, valid_until=valid_until, seqno=said.load_uint(32))


def _parts(version: Version, body: Cell) -> tuple[Cell, bytes]:
    """What was signed, and the signature, which comes first or last."""
    said = opened(body)
    if said.remaining_bits < SIGNATURE_BITS:
        raise Unreadable("not signed")
    if version is Version.V4R2:
        signature = said.load_bytes(SIGNATURE_BYTES)
        bits = said.bits
    else:
        bits = said.load_bits(said.remaining_bits - SIGNATURE_BITS)
        signature = said.load_bytes(SIGNATURE_BYTES)
    signed = Builder()
    signed.store_bits(bits)
    for each in body.refs:
        signed.store_ref(each)
    return signed.end_cell(), signature


def _sends_after_each_other(said: Slice) -> Sequence[Sending]:
    if said.load_uint(8):
        raise Unreadable("not to send something")
    found = []
    while said.remaining_bits:
        found.append(_sending(said))
    return found


def _sends_in_a_list(said: Slice) -> Sequence[Sending]:
    listed = opened(said.load_ref()) if said.load_bit() else None
    if listed is None or said.load_bit():
        raise Unreadable("not to send something")
    found = list[Sending]()
    while listed.remaining_refs:
        before = opened(listed.load_ref())
        if listed.load_uint(32) != SEND:
            raise Unreadable("not to send something")
        found.append(_sending(listed))
        if len(found) > Version.V5R1.sends_max:
            raise Unreadable("more than can be sent")
        listed = before
    return found[::-1]


def _sending(said: Slice) -> Sending:
    if said.load_uint(8) != MODE:
        raise Unreadable("not as we send")
    return sending_in(said.load_ref())
