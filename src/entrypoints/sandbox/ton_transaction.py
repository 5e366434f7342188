"""A transaction as the chain keeps it: cells, by which everybody knows it."""

from typing import Final

from pytoniq_core.boc.address import Address
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.hashmap.hashmap import HashMap

from .ton_cells import cell_of
from .ton_steps import FORWARD_FEE, Message, Step

STATUSES: Final = {"uninit": "00", "frozen": "01", "active": "10", "nonexist": "11"}
SKIPPED: Final = {"no_state": "00", "bad_state": "01", "no_gas": "10"}
KEY_BITS: Final = 15
"""Of the dictionary of messages that were sent."""
NO_HASH: Final = bytes(32)


def transaction_cell(step: Step) -> Cell:
    """The step, written down."""
    said = Builder().store_bits("0111").store_bytes(Address(step.account).hash_part)
    said = said.store_uint(step.lt, 64).store_bytes(step.before.last_hash)
    said = said.store_uint(step.before.last_lt, 64).store_uint(step.now, 32)
    said = said.store_uint(len(step.sent), 15).store_bits(STATUSES[step.before.status])
    said = said.store_bits(STATUSES[step.after.status]).store_ref(_messages(step))
    said = said.store_coins(step.outcome.fee).store_bit(0)
    return cell_of(said.store_ref(_update(step)).store_ref(_description(step)))


def _messages(step: Step) -> Cell:
    sent = {place: each.cell for place, each in enumerate(step.sent)}
    kept: Cell | None = HashMap(KEY_BITS, map_=sent, value_serializer=_below).serialize()
    return cell_of(Builder().store_bit(1).store_ref(step.came.cell).store_dict(kept))


def _below(cell: Cell, kept: Builder) -> None:
    kept.store_ref(cell)


def _update(step: Step) -> Cell:
    """The state of the account before and after."""
    said = Builder().store_uint(0x72, 8).store_bytes(step.before.hash)
    return cell_of(said.store_bytes(step.after.hash))


def _description(step: Step) -> Cell:
    outcome, came = step.outcome, step.came
    said = Builder().store_bits("0000").store_bit(not came.bounce)
    said = said.store_bit(1).store_coins(0).store_bits("00")  # the storage phase took nothing
    said.store_bit(bool(came.source))
    if came.source:
        said = said.store_bit(0).store_coins(came.nano).store_bit(0)
    if outcome.skipped:
        said = said.store_bit(0).store_bits(SKIPPED[outcome.skipped])
    else:
        said = said.store_bit(1).store_bit(not outcome.exit_code).store_bit(0)
        said = said.store_bit(step.before.status != "active").store_coins(outcome.fee)
        said = said.store_ref(_computed(step))
    said.store_bit(not outcome.aborted)
    if not outcome.aborted:
        said = said.store_ref(_acted(step.sent))
    said = said.store_bit(outcome.aborted).store_bit(bool(outcome.back))
    if outcome.back == "ok":
        said = said.store_bit(1).store_bits("000000").store_coins(FORWARD_FEE).store_coins(0)
    elif outcome.back:
        said = said.store_bits("01").store_bits("000000").store_coins(FORWARD_FEE)
    return cell_of(said.store_bit(0))  # nothing was destroyed


def _computed(step: Step) -> Cell:
    said = Builder().store_var_uint(step.outcome.fee // 400, 3)
    said = said.store_var_uint(step.came.nano // 400, 3).store_bit(0)
    said = said.store_int(0, 8).store_int(step.outcome.exit_code, 32).store_bit(0)
    return cell_of(said.store_uint(50, 32).store_bytes(NO_HASH).store_bytes(NO_HASH))


def _acted(sent: tuple[Message, ...]) -> Cell:
    said = Builder().store_bits("110").store_bit(0)  # it went well, and changed no status
    said = said.store_bit(1).store_coins(FORWARD_FEE * len(sent)).store_bit(0)
    said = said.store_int(0, 32).store_bit(0).store_uint(len(sent), 16)
    said = said.store_uint(0, 16).store_uint(0, 16).store_uint(len(sent), 16)
    said = said.store_bytes(NO_HASH).store_var_uint(len(sent), 3)
    return cell_of(said.store_var_uint(len(sent) * 800, 3))
