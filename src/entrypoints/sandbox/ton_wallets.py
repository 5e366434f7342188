"""Wallets of the small chain: whose key signs, under which number, and what they then send."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from attrs import frozen
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

from .ton_cells import cell_of, comment_cell, raw
from .ton_steps import Account, Keyed, Message

CODES: Final[Mapping[str, Cell]] = {
    version: comment_cell(f"the code of a wallet {version}") for version in ("v4r2", "v5r1")
}
"""Their own codes are not at hand; by the hash of these whoever asks knows which rules hold."""
OTHER_CODE: Final = comment_cell("the code of somebody")
DEFAULT_IDS: Final = {"v4r2": 698_983_191, "v5r1": 2_147_483_409}
SIGNED: Final = 0x7369676E
SEND: Final = 0x0EC3C86D
SENDS_MAX: Final = {"v4r2": 4, "v5r1": 255}
SIGNATURE_BITS: Final = 512
IGNORE_ERRORS: Final = 2
MALFORMED: Final = 9
EXITS: Final = {
    "v4r2": {"seqno": 33, "id": 34, "signature": 35, "expired": 36, "mode": 0, "list": MALFORMED},
    "v5r1": {"seqno": 133, "id": 134, "signature": 135, "expired": 136, "mode": 137, "list": 147},
}


class NotAccepted(Exception):
    """The wallet does not take the message: nothing happens, and nobody pays for it."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exitcode={exit_code}")
        self.exit_code = exit_code


@frozen
class Wanted:
    """Something to be sent, and how."""

    mode: int
    message: Message


def data_cell(its: Account) -> Cell:
    """What the contract at an account keeps; of most nobody here knows that."""
    keyed = its.keyed
    if keyed is None:
        said = sha256(repr((its.seqno, its.purse)).encode()).digest()
        return cell_of(Builder().store_bytes(said))
    said_: Any = Builder()
    if keyed.version == "v5r1":
        said_ = said_.store_bit(1)
    said_ = said_.store_uint(its.seqno, 32).store_uint(keyed.id, 32)
    return cell_of(said_.store_bytes(keyed.public_key).store_bit(0))


def code_cell(its: Account) -> Cell:
    """The code at an account."""
    return OTHER_CODE if its.keyed is None else CODES[its.keyed.version]


def address_of(keyed: Keyed) -> str:
    """Where a wallet lives that was deployed with these."""
    new = Account(keyed=keyed)
    said = Builder().store_bits("00110").store_ref(code_cell(new)).store_ref(data_cell(new))
    return f"0:{cell_of(said).hash.hex().upper()}"


def accepted(its: Account, body: Cell, now: int) -> list[Wanted]:
    """
    What the wallet does that is told this from outside, now.

    Raises:
        NotAccepted: it does not take it.
    """
    keyed = its.keyed
    if its.status != "active" or keyed is None:
        raise NotAccepted(-13)
    exits = EXITS[keyed.version]
    try:
        signed, signature = _parts(keyed.version, body)
        said = Slice.from_cell(signed)
        if keyed.version == "v5r1" and said.load_uint(32) != SIGNED:
            raise NotAccepted(MALFORMED)
        id, valid_until, seqno = (said.load_uint(32) for _ in range(3))
    except NotAccepted:
        raise
    except Exception:  # the library fails in many ways
        raise NotAccepted(MALFORMED) from None
    try:
        VerifyKey(keyed.public_key).verify(signed.hash, signature)
    except BadSignatureError:
        raise NotAccepted(exits["signature"]) from None
    if seqno != its.seqno:
        raise NotAccepted(exits["seqno"])
    if id != keyed.id:
        raise NotAccepted(exits["id"])
    if now >= valid_until:
        raise NotAccepted(exits["expired"])
    try:
        wanted = _sends(keyed.version, said)
    except Exception:  # as above
        raise NotAccepted(exits["list"]) from None
    if len(wanted) > SENDS_MAX[keyed.version]:
        raise NotAccepted(exits["list"])
    if exits["mode"] and not all(each.mode & IGNORE_ERRORS for each in wanted):
        raise NotAccepted(exits["mode"])
    return wanted


def _parts(version: str, body: Cell) -> tuple[Cell, bytes]:
    """What was signed, and the signature: before it in version 4, behind it in 5."""
    if version == "v4r2":
        signature, signed = body.bits[:SIGNATURE_BITS], body.bits[SIGNATURE_BITS:]
    else:
        signed, signature = body.bits[:-SIGNATURE_BITS], body.bits[-SIGNATURE_BITS:]
    return Cell(signed, body.refs), signature.tobytes()


def _sends(version: str, said: Slice) -> list[Wanted]:
    if version == "v4r2":
        if said.load_uint(8):
            raise ValueError("plugins are not for here")
        return [_wanted(said) for _ in range(said.remaining_refs)]
    found: list[Wanted] = []
    listed = said.load_ref() if said.load_bit() else Cell.empty()  # type: ignore[no-untyped-call]
    if said.load_bit():
        raise ValueError("extensions are not for here")
    while listed.refs:
        entry = Slice.from_cell(listed)
        listed = entry.load_ref()
        if entry.load_uint(32) != SEND:
            raise ValueError("only payments are for here")
        found.append(_wanted(entry))
    return found[::-1]


def _wanted(said: Slice) -> Wanted:
    return Wanted(said.load_uint(8), _internal(Slice.from_cell(said.load_ref())))


def _internal(said: Slice) -> Message:
    if said.load_uint(2) != 0b01:
        raise ValueError("not a message to somebody on the chain")
    bounce, bounced, source = bool(said.load_bit()), said.load_bit(), said.load_address()
    to: Any = said.load_address()
    nano = said.load_coins()
    if bounced or source is not None or said.load_bit():
        raise ValueError("not a message that a wallet sends")
    said.load_coins(), said.load_coins(), said.skip_bits(64 + 32)
    if said.load_bit():
        raise ValueError("nothing is deployed here")
    body: Any = said.load_ref() if said.load_bit() else said.to_cell()  # type: ignore[no-untyped-call]
    return Message(to=raw(to), nano=nano, body=body, bounce=bounce)
