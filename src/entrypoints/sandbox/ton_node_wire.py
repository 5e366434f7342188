"""Rows of a node of toncenter (v2), member by member; what went wrong is only in the cells."""

from base64 import b64decode, b64encode, encodebytes
from typing import Final

from .ton_cells import ENCRYPTED_COMMENT, boc, comment_of, friendly, opcode
from .ton_steps import FORWARD_FEE, Account, Message, Transaction
from .ton_wallets import code_cell, data_cell
from .ton_wire import FIRST_BLOCK_AT, Row, base64, made_up

STATES: Final = {"nonexist": "uninitialized", "uninit": "uninitialized", "active": "active"}


def transaction_row(its: Transaction) -> Row:
    """A transaction; whether it bounced or was aborted is in its cells alone."""
    fee = str(its.outcome.fee)
    return {
        "@type": "ext.transaction",
        "address": {
            "@type": "accountAddress",
            "account_address": friendly(its.account, bounceable=True),
        },
        "account": its.account,
        "utime": its.now,
        "data": boc(its.cell),
        "transaction_id": _place(its.lt, its.hash),
        "fee": fee,
        "storage_fee": "0",
        "other_fee": fee,
        "in_msg": _message(its.came),
        "out_msgs": [_message(each) for each in its.sent],
    }


def account_row(its: Account, at: int) -> Row:
    """An account as it was in the block of that second."""
    active = its.status == "active"
    return {
        "@type": "raw.fullAccountState",
        "balance": str(its.balance),
        "extra_currencies": [],
        "code": boc(code_cell(its)) if active else "",
        "data": boc(data_cell(its)) if active else "",
        "last_transaction_id": _place(its.last_lt, its.last_hash),
        "block_id": {
            "@type": "ton.blockIdExt",
            "workchain": -1,
            "shard": "-9223372036854775808",
            "seqno": at - FIRST_BLOCK_AT,
            "root_hash": made_up("root", at - FIRST_BLOCK_AT),
            "file_hash": made_up("file", at - FIRST_BLOCK_AT),
        },
        "frozen_hash": "",
        "sync_utime": at,
        "state": STATES[its.status],
    }


def _place(lt: int, hash: bytes) -> Row:
    return {"@type": "internal.transactionId", "lt": str(lt), "hash": base64(hash)}


def _message(its: Message) -> Row:
    """A message; one from outside has an empty source and brings nothing."""
    said = _said(its)
    return {
        "@type": "ext.message",
        "hash": base64(its.hash),
        "source": friendly(its.source, bounceable=True) if its.source else "",
        "destination": friendly(its.to, bounceable=True),
        "value": str(its.nano),
        "extra_currencies": [],
        "fwd_fee": str(FORWARD_FEE if its.source else 0),
        "ihr_fee": "0",
        "created_lt": str(its.lt),
        "body_hash": base64(its.body.hash),
        "msg_data": said,
        "message": _words(its, said),
    }


def _said(its: Message) -> Row:
    words = comment_of(its.body)
    if words is not None:
        return {"@type": "msg.dataText", "text": b64encode(words.encode()).decode()}
    if opcode(its.body) == ENCRYPTED_COMMENT:
        shut = its.body.bits[32:].tobytes()
        return {"@type": "msg.dataEncryptedText", "text": b64encode(shut).decode()}
    return {"@type": "msg.dataRaw", "body": boc(its.body), "init_state": ""}


def _words(its: Message, said: Row) -> str:
    """The text where it is one; else the bytes of the first cell, in lines of base64."""
    if said["@type"] == "msg.dataText":
        return b64decode(said["text"]).decode()
    return encodebytes(its.body.bits.tobytes()).decode()
