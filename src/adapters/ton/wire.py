"""What an index of toncenter says, in our words; whatever is not as promised is unintelligible."""

import re
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, TypeVar

from .address import Address, NotAnAddress, parse_address
from .body import opcode_of
from .cells import Unreadable, address_in
from .chain import AccountState, Head, JettonWallet, Message, Status, Transaction

Kind = TypeVar("Kind")

DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,38}")
HEXADECIMAL: Final = re.compile(r"0x[0-9a-f]{1,32}")
HASH_CHARACTERS: Final = 44
SECONDS_MAX: Final = 2**32
OUTSIDE: Final = "addr_ext$"
"""How an address begins that is none of the chain's."""
FINAL: Final = "finalized"
ORDINARY: Final = "ord"
STATUSES: Final = {
    "active": Status.ACTIVE,
    "frozen": Status.FROZEN,
    "nonexist": Status.UNINIT,
    "uninit": Status.UNINIT,
    "uninitialized": Status.UNINIT,
}


class Unintelligible(ValueError):
    """It is not what the provider has promised to say; the words hold nothing secret."""


def transactions_of(said: object, account: Address, start_lt: int | None) -> Sequence[Transaction]:
    """
    The transactions in an answer.

    Raises:
        Unintelligible: something is missing or makes no sense: a row, or between two of them.
    """
    rows = [transaction_of(row, account) for row in member(said, "transactions", list)]
    return in_order(rows, start_lt)


def in_order(rows: Sequence[Transaction], start_lt: int | None) -> Sequence[Transaction]:
    """
    The same, when nothing is missing from there on or between two of them.

    Raises:
        Unintelligible: something is.
    """
    for before, after in pairwise(rows):
        if after.previous_lt != before.lt:
            raise Unintelligible(f"what comes after the transaction {before.lt} is missing")
    if rows and start_lt is not None:
        first = rows[0]
        # Before the very first there is none, and its lt is told as 0.
        if first.lt < start_lt or first.previous_lt >= max(start_lt, 1):
            raise Unintelligible(f"the first transaction from {start_lt} on is missing")
    return tuple(rows)


def transaction_of(row: object, account: Address) -> Transaction:
    """One row of an account."""
    if address_of(member(row, "account", str)) != account:
        raise Unintelligible("it tells of another account")
    if optional(row, "emulated", bool) or (optional(row, "finality", str) or FINAL) != FINAL:
        raise Unintelligible("it tells of what is not final")
    lt, previous_lt = number_of(row, "lt"), number_of(row, "prev_trans_lt")
    if previous_lt >= lt:
        raise Unintelligible(f"the transaction {lt} comes before itself")
    description = member(row, "description", dict)
    said = optional(row, "in_msg", dict)
    if said is None and member(description, "type", str) == ORDINARY:
        raise Unintelligible(f"the message of the transaction {lt} is missing")
    came = None if said is None else message_of(said)
    if came is not None and came.destination != account:
        raise Unintelligible("a message to somebody else")
    sent = tuple(map(message_of, member(row, "out_msgs", list)))
    if any(each.source != account for each in sent):
        raise Unintelligible("a message of somebody else")
    return Transaction(
        account=account,
        hash=hash_of(row),
        lt=lt,
        previous_lt=previous_lt,
        at=moment_of(row, "now"),
        aborted=bool(optional(description, "aborted", bool)),
        sent_back=optional(description, "bounce", dict) is not None,
        in_msg=came,
        out_msgs=sent,
        fees=_fee_of(row, "total_fees"),
    )


def message_of(said: object) -> Message:
    """A message; one from outside the chain, or to there, brings nothing."""
    source, destination = _end_of(said, "source"), _end_of(said, "destination")
    inside = source is not None and destination is not None
    body = member(member(said, "message_content", dict), "body", str)
    try:
        opcode = opcode_of(body)
    except Unreadable as wrong:
        raise Unintelligible(f"a body that is {wrong}") from None
    return Message(
        hash=hash_of(said),
        source=source,
        destination=destination,
        value=number_of(said, "value") if inside else 0,
        bounced=inside and member(said, "bounced", bool),
        opcode=opcode,
        body=body,
        forward_fee=_fee_of(said, "fwd_fee") if inside else 0,
    )


def _fee_of(said: object, name: str) -> int:
    """What it cost; that nobody says so is no reason not to believe the rest."""
    return 0 if optional(said, name, str) is None else number_of(said, name)


def _end_of(said: object, name: str) -> Address | None:
    """Where a message comes from or goes; None where that is not on the chain."""
    text = optional(said, name, str)
    return None if text is None or text.startswith(OUTSIDE) else address_of(text)


def head_of(said: object) -> Head:
    """The newest block."""
    last = member(said, "last", dict)
    return Head(member(last, "seqno", int), moment_of(last, "gen_utime"))


def account_of(said: object, address: Address, head: Head) -> AccountState:
    """The account; where none is listed nothing ever was."""
    rows = member(said, "accounts", list)
    if not rows:
        return AccountState(head=head, status=Status.UNINIT)
    if len(rows) > 1 or address_of(member(rows[0], "address", str)) != address:
        raise Unintelligible("it tells of another account")
    (row,) = rows
    status = status_of(member(row, "status", str))
    has_code = status is Status.ACTIVE
    return AccountState(
        head=head,
        status=status,
        balance=number_of(row, "balance"),
        code=member(row, "code_boc", str) if has_code else "",
        data=member(row, "data_boc", str) if has_code else "",
    )


def status_of(text: str) -> Status:
    """What there is, in any of the words for it."""
    if text not in STATUSES:
        raise Unintelligible("a status that is none")
    return STATUSES[text]


def wallet_address_of(stack: Sequence[object]) -> Address:
    """What `get_wallet_address` leaves."""
    return _address_at(stack, 0)


def wallet_data_of(stack: Sequence[object]) -> JettonWallet:
    """What `get_wallet_data` leaves; the code comes after it."""
    return JettonWallet(
        balance=number_in(_at(stack, 0, "num")),
        owner=_address_at(stack, 1),
        master=_address_at(stack, 2),
    )


def balance_of(said: object, wallet: Address) -> int:
    """How much a wallet holds; nothing where none is listed."""
    rows = member(said, "jetton_wallets", list)
    if not rows:
        return 0
    if len(rows) > 1 or address_of(member(rows[0], "address", str)) != wallet:
        raise Unintelligible("it tells of another wallet")
    return number_of(rows[0], "balance")


def _address_at(stack: Sequence[object], place: int) -> Address:
    return address_at(_at(stack, place, "cell", "slice"))


def _at(stack: Sequence[object], place: int, *kinds: str) -> str:
    if len(stack) <= place or member(stack[place], "type", str) not in kinds:
        raise Unintelligible("the contract answered something else")
    return member(stack[place], "value", str)


def address_at(bag: str) -> Address:
    """The address that a contract left, in a bag of cells."""
    try:
        return address_in(bag)
    except Unreadable as wrong:
        raise Unintelligible(f"an address that is {wrong}") from None


def number_in(text: str) -> int:
    """The number that a contract left."""
    if not HEXADECIMAL.fullmatch(text):
        raise Unintelligible("what the contract answered is no number")
    return int(text, 16)


def member(said: object, name: str, kind: type[Kind]) -> Kind:
    """A member that has to be there."""
    found = optional(said, name, kind)
    if found is None:
        raise Unintelligible(f"{name} is missing")
    return found


def optional(said: object, name: str, kind: type[Kind]) -> Kind | None:
    """A member that may be missing, or nothing."""
    if not isinstance(said, dict):
        raise Unintelligible(f"what should have {name} is no object")
    found = said.get(name)
    if found is not None and type(found) is not kind:  # a truth value is no number
        raise Unintelligible(f"{name} is no {kind.__name__}")
    return found


def number_of(said: object, name: str) -> int:
    """A whole number that is written as text, since it may be a large one."""
    text = member(said, name, str)
    if not DIGITS.fullmatch(text):
        raise Unintelligible(f"{name} is no number")
    return int(text)


def moment_of(said: object, name: str) -> datetime:
    """A moment: the seconds since 1970, as a number here and as text there."""
    as_text = isinstance(said, dict) and isinstance(said.get(name), str)
    seconds = number_of(said, name) if as_text else member(said, name, int)
    if not 0 < seconds < SECONDS_MAX:
        raise Unintelligible("a moment out of all time")
    return datetime.fromtimestamp(seconds, UTC)


def hash_of(said: object) -> str:
    """A hash, in hexadecimal."""
    text = member(said, "hash", str)
    try:
        found = b64decode(text, validate=True) if len(text) == HASH_CHARACTERS else b""
    except ValueError:
        found = b""
    if len(found) != 32:
        raise Unintelligible("hash is no hash")
    return found.hex()


def address_of(text: str) -> Address:
    """An address, which may be on the masterchain; the network is not for it to say."""
    try:
        return parse_address(text, testnet=True, masterchain=True)
    except NotAnAddress:
        raise Unintelligible("an address is no address") from None
