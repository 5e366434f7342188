"""Rows of tonapi, member by member: numbers are numbers, and what there was not is left out."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from .ton_cells import comment_of, hexadecimal, opcode
from .ton_steps import FORWARD_FEE, Account, Message, Transaction
from .ton_wallets import code_cell, data_cell
from .ton_wire import FIRST_BLOCK_AT, NAMES, SHARD, Row

BOUNCES: Final = {"ok": "TrPhaseBounceOk", "nofunds": "TrPhaseBounceNofunds"}
SKIPPED: Final = {"no_state": "cskip_no_state", "no_gas": "cskip_no_gas"}


def block_row(at: int, newest: Sequence[Transaction]) -> Row:
    """The block of the masterchain that was made in that second."""
    seqno = at - FIRST_BLOCK_AT
    lt = newest[-1].lt if newest else 0
    return {
        "workchain_id": -1,
        "shard": SHARD,
        "seqno": seqno,
        "root_hash": _made_up("root", seqno),
        "file_hash": _made_up("file", seqno),
        "global_id": -239,
        "version": 0,
        "after_merge": False,
        "before_split": False,
        "after_split": False,
        "want_split": False,
        "want_merge": True,
        "key_block": False,
        "gen_utime": at,
        "start_lt": lt,
        "end_lt": lt,
        "vert_seqno": 1,
        "gen_catchain_seqno": seqno,
        "min_ref_mc_seqno": max(0, seqno - 1),
        "prev_key_block_seqno": 0,
        "prev_refs": [f"(-1,{SHARD},{seqno - 1})"],
        "in_msg_descr_length": 0,
        "out_msg_descr_length": 0,
        "rand_seed": _made_up("seed", seqno),
        "created_by": _made_up("validator", seqno),
    }


def account_row(address: str, its: Account) -> Row:
    """An account; his cells are in hexadecimal, and his numbers are numbers."""
    row: Row = {
        "address": address.lower(),
        "balance": its.balance,
        "last_transaction_lt": its.last_lt,
        "last_transaction_hash": its.last_hash.hex(),
        "status": its.status,
        "storage": {"used_cells": 1, "used_bits": 1, "last_paid": 0, "due_payment": 0},
    }
    if its.status == "active":
        row |= {"code": hexadecimal(code_cell(its)), "data": hexadecimal(data_cell(its))}
    return row


def transaction_row(its: Transaction) -> Row:
    """A transaction, and all of it once more as the chain keeps it."""
    outcome, sent = its.outcome, its.sent
    row: Row = {
        "hash": its.hash.hex(),
        "lt": its.lt,
        "account": _account(its.account),
        "success": not outcome.aborted,
        "utime": its.now,
        "orig_status": its.before.status,
        "end_status": its.after.status,
        "total_fees": outcome.fee,
        "end_balance": its.after.balance,
        "transaction_type": "TransOrd",
        "state_update_old": its.before.hash.hex(),
        "state_update_new": its.after.hash.hex(),
        "in_msg": _message(its.came),
        "out_msgs": [_message(each) for each in sent],
        "block": f"(0,{SHARD},{its.now - FIRST_BLOCK_AT})",
        "storage_phase": {"fees_collected": 0, "status_change": "acst_unchanged"},
        "aborted": outcome.aborted,
        "destroyed": False,
        "raw": hexadecimal(its.cell),
    }
    if its.before.last_lt:
        row |= {"prev_trans_hash": its.before.last_hash.hex(), "prev_trans_lt": its.before.last_lt}
    if its.came.source:
        row["credit_phase"] = {"fees_collected": 0, "credit": its.came.nano}
    if outcome.skipped:
        row["compute_phase"] = {"skipped": True, "skip_reason": SKIPPED[outcome.skipped]}
    else:
        row["compute_phase"] = {
            "skipped": False,
            "success": not outcome.exit_code,
            "gas_fees": outcome.fee,
            "gas_used": outcome.fee // 400,
            "vm_steps": 50,
            "exit_code": outcome.exit_code,
        }
    if not outcome.aborted:
        row["action_phase"] = {
            "success": True,
            "result_code": 0,
            "total_actions": len(sent),
            "skipped_actions": 0,
            "fwd_fees": FORWARD_FEE * len(sent),
            "total_fees": 0,
        }
    if outcome.back:
        row["bounce_phase"] = BOUNCES[outcome.back]
    return row


def _message(its: Message) -> Row:
    """A message; one from outside has no source."""
    inside, said = bool(its.source), opcode(its.body)
    row: Row = {
        "msg_type": "int_msg" if inside else "ext_in_msg",
        "created_lt": its.lt,
        "ihr_disabled": inside,
        "bounce": its.bounce,
        "bounced": its.bounced,
        "value": its.nano,
        "fwd_fee": FORWARD_FEE if inside else 0,
        "ihr_fee": 0,
        "destination": _account(its.to),
        "import_fee": 0,
        "created_at": its.at,
        "hash": its.hash.hex(),
        "raw_body": hexadecimal(its.body),
    }
    if inside:
        row["source"] = _account(its.source)
    if said is not None:
        row["op_code"] = f"0x{said:08x}"
    if said in NAMES:
        row["decoded_op_name"] = NAMES[said]
    words = comment_of(its.body)
    if words is not None:
        row["decoded_body"] = {"text": words}
    return row


def _account(address: str) -> Row:
    return {"address": address.lower(), "is_scam": False, "is_wallet": True}


def _made_up(*of: object) -> str:
    return sha256(repr(of).encode()).hexdigest()
