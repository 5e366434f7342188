"""Rows of toncenter's index (v3), member by member: numbers of 64 bits and money are texts."""

from base64 import b64encode
from hashlib import sha256
from typing import Any, Final

from .ton_cells import (
    COMMENT,
    EXCESSES,
    INTERNAL_TRANSFER,
    TRANSFER_NOTIFICATION,
    boc,
    comment_of,
    friendly,
    opcode,
)
from .ton_steps import FORWARD_FEE, Account, Message, Transaction
from .ton_wallets import code_cell, data_cell

SHARD: Final = "8000000000000000"
FIRST_BLOCK_AT: Final = 1_573_821_854
"""Since this second there is a block every second, here."""
WALLET_TYPES: Final = {"v4r2": "wallet v4 r2", "v5r1": "wallet v5 r1"}
WALLET_ID: Final = 2_147_483_409
NOTHING: Final = b64encode(bytes(32)).decode()
NAMES: Final = {
    COMMENT: "text_comment",
    INTERNAL_TRANSFER: "jetton_internal_transfer",
    TRANSFER_NOTIFICATION: "jetton_notify",
    EXCESSES: "excess",
}

Row = dict[str, Any]


def base64(hash: bytes) -> str:
    """Hashes as the index writes them."""
    return b64encode(hash).decode()


def made_up(*of: object) -> str:
    """A hash that nobody here can check; the same for the same."""
    return base64(sha256(repr(of).encode()).digest())


def block_row(at: int, lt: int) -> Row:
    """The block of the masterchain that was made in that second."""
    seqno = at - FIRST_BLOCK_AT
    itself = {"workchain": -1, "shard": SHARD, "seqno": seqno}
    return {
        **itself,
        "root_hash": made_up("root", seqno),
        "file_hash": made_up("file", seqno),
        "global_id": -239,
        "version": 0,
        "after_merge": False,
        "before_split": False,
        "after_split": False,
        "want_merge": True,
        "want_split": False,
        "key_block": False,
        "vert_seqno_incr": False,
        "flags": 1,
        "gen_utime": str(at),
        "start_lt": str(lt),
        "end_lt": str(lt),
        "validator_list_hash_short": 0,
        "gen_catchain_seqno": seqno,
        "min_ref_mc_seqno": max(0, seqno - 1),
        "prev_key_block_seqno": 0,
        "vert_seqno": 1,
        "master_ref_seqno": 0,
        "rand_seed": made_up("seed", seqno),
        "created_by": made_up("validator", seqno),
        "tx_count": 0,
        "masterchain_block_ref": itself,
        "prev_blocks": [{**itself, "seqno": seqno - 1}] if seqno else [],
    }


def transaction_row(its: Transaction) -> Row:
    """A transaction, with its messages and what there was before and after."""
    seqno = its.now - FIRST_BLOCK_AT
    return {
        "account": its.account,
        "hash": base64(its.hash),
        "lt": str(its.lt),
        "now": its.now,
        "mc_block_seqno": seqno,
        "trace_id": base64(its.trace),
        "prev_trans_hash": base64(its.before.last_hash),
        "prev_trans_lt": str(its.before.last_lt),
        "orig_status": its.before.status,
        "end_status": its.after.status,
        "total_fees": str(its.outcome.fee),
        "total_fees_extra_currencies": {},
        "description": _description(its),
        "block_ref": {"workchain": 0, "shard": SHARD, "seqno": seqno},
        "in_msg": message_row(its.came),
        "out_msgs": [message_row(each) for each in its.sent],
        "account_state_before": _state(its.before),
        "account_state_after": _state(its.after),
        "emulated": False,
        "finality": "finalized",
    }


def _description(its: Transaction) -> Row:
    """The phases; those that there were not are not mentioned."""
    outcome, sent = its.outcome, its.sent
    said: Row = {
        "type": "ord",
        "aborted": outcome.aborted,
        "destroyed": False,
        "credit_first": not its.came.bounce,
        "storage_ph": {"storage_fees_collected": "0", "status_change": "unchanged"},
    }
    if its.came.source:
        said["credit_ph"] = {"credit": str(its.came.nano)}
    if outcome.skipped:
        said["compute_ph"] = {"skipped": True, "reason": outcome.skipped}
    else:
        said["compute_ph"] = {
            "skipped": False,
            "success": not outcome.exit_code,
            "msg_state_used": False,
            "account_activated": its.before.status != "active",
            "gas_fees": str(outcome.fee),
            "gas_used": str(outcome.fee // 400),
            "gas_limit": str(its.came.nano // 400),
            "mode": 0,
            "exit_code": outcome.exit_code,
            "vm_steps": 50,
            "vm_init_state_hash": NOTHING,
            "vm_final_state_hash": NOTHING,
        }
    if not outcome.aborted:
        said["action"] = {
            "success": True,
            "valid": True,
            "no_funds": False,
            "status_change": "unchanged",
            "total_fwd_fees": str(FORWARD_FEE * len(sent)),
            "result_code": 0,
            "tot_actions": len(sent),
            "spec_actions": 0,
            "skipped_actions": 0,
            "msgs_created": len(sent),
            "action_list_hash": made_up(sent),
            "tot_msg_size": {"cells": str(len(sent)), "bits": str(len(sent) * 800)},
        }
    if outcome.back == "ok":
        said["bounce"] = {
            "type": "ok",
            "msg_size": {"cells": "0", "bits": "0"},
            "msg_fees": str(FORWARD_FEE),
            "fwd_fees": "0",
        }
    elif outcome.back:
        said["bounce"] = {"type": outcome.back, "req_fwd_fees": str(FORWARD_FEE)}
    return said


def message_row(its: Message) -> Row:
    """A message; one from outside has neither source nor value, nor much else."""
    inside = bool(its.source)
    said, words = opcode(its.body), comment_of(its.body)
    row: Row = {
        "hash": base64(its.hash),
        "source": its.source or None,
        "destination": its.to,
        "value": str(its.nano) if inside else None,
        "value_extra_currencies": {},
        "fwd_fee": str(FORWARD_FEE) if inside else None,
        "ihr_fee": "0" if inside else None,
        "extra_flags": "0" if inside else None,
        "created_lt": str(its.lt) if inside else None,
        "created_at": str(its.at) if inside else None,
        "opcode": None if said is None else f"0x{said:08x}",
        "decoded_opcode": None if said is None else NAMES.get(said),
        "ihr_disabled": True if inside else None,
        "bounce": its.bounce if inside else None,
        "bounced": its.bounced if inside else None,
        "import_fee": None if inside else "0",
        "message_content": {
            "hash": base64(its.body.hash),
            "body": boc(its.body),
            "decoded": None
            if words is None
            else {"@type": "text_comment", "type": "text_comment", "comment": words},
        },
        "init_state": None,
    }
    return row if inside else {**row, "hash_norm": base64(its.normalised_hash)}


def _state(its: Account) -> Row:
    active = its.status == "active"
    return {
        "hash": base64(its.hash),
        "balance": str(its.balance),
        "extra_currencies": {},
        "account_status": its.status,
        "frozen_hash": None,
        "data_hash": base64(data_cell(its).hash) if active else None,
        "code_hash": code_hash(its) if active else None,
    }


def code_hash(its: Account) -> str:
    """Of the contract that is there: a wallet's, or a jetton wallet's."""
    return made_up("jetton wallet") if its.purse else base64(code_cell(its).hash)


def jetton_wallet_row(address: str, its: Account) -> Row | None:
    """A jetton wallet; of anything else there is no such row."""
    if its.purse is None:
        return None
    return {
        "address": address,
        "balance": str(its.purse.units),
        "owner": its.purse.owner,
        "jetton": its.purse.master,
        "last_transaction_lt": str(its.last_lt),
        "code_hash": code_hash(its),
        "data_hash": base64(data_cell(its).hash),
    }


def account_row(address: str, its: Account) -> Row:
    """An account, with its code and data."""
    active = its.status == "active"
    return {
        "address": address,
        "account_state_hash": base64(its.hash),
        "balance": str(its.balance),
        "extra_currencies": {},
        "status": its.status,
        "last_transaction_hash": base64(its.last_hash),
        "last_transaction_lt": str(its.last_lt),
        "data_hash": base64(data_cell(its).hash) if active else None,
        "code_hash": code_hash(its) if active else None,
        "data_boc": boc(data_cell(its)) if active else None,
        "code_boc": boc(code_cell(its)) if active else None,
    }


def wallet_row(its: Account) -> Row:
    """A wallet; where none is yet, there is no number of what it has carried out either."""
    said: Row = {"balance": str(its.balance)}
    if its.status == "active":
        version, id = (its.keyed.version, its.keyed.id) if its.keyed else ("v5r1", WALLET_ID)
        said |= {"wallet_type": WALLET_TYPES[version], "seqno": its.seqno, "wallet_id": id}
    return {
        **said,
        "last_transaction_lt": str(its.last_lt),
        "last_transaction_hash": base64(its.last_hash),
        "status": "uninit" if its.status == "nonexist" else its.status,
    }


def book_row(address: str, *, bounceable: bool) -> Row:
    """How people write an address."""
    written = friendly(address, bounceable=bounceable)
    return {"user_friendly": written, "domain": None, "interfaces": []}
