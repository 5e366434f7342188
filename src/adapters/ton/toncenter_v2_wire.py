"""What a node of toncenter says, in our words; whatever is not as promised is unintelligible."""

from base64 import b64decode
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ..http import Answer
from .address import Address
from .chain import AccountState, Head, JettonWallet, Status
from .raw import Kept, transaction_in
from .website import said_in
from .wire import (
    Unintelligible,
    address_at,
    hash_of,
    member,
    moment_of,
    number_in,
    number_of,
    status_of,
)

NO_HASH: Final = "00" * 32


@frozen
class Place:
    """Where a transaction of an account is found."""

    lt: int
    hash: str

    @classmethod
    def nowhere(cls) -> "Place":
        """Before all of them."""
        return cls(0, NO_HASH)


@frozen
class State:
    """An account as it is after its last transaction, and when that was looked at."""

    head: Head
    last: Place


def result_in(answer: Answer) -> object:
    """What is in the envelope."""
    said = said_in(answer)
    if not member(said, "ok", bool):
        raise Unintelligible("a failure that is called none")
    if not isinstance(said, dict) or said.get("result") is None:
        raise Unintelligible("the envelope is empty")
    return said["result"]


def state_of(said: object) -> State:
    """The state of an account, in the block of that moment."""
    seqno = member(member(said, "block_id", dict), "seqno", int)
    last = member(said, "last_transaction_id", dict)
    place = Place(number_of(last, "lt"), hash_of(last))
    return State(Head(seqno, moment_of(said, "sync_utime")), place)


def account_of(said: object) -> AccountState:
    """The account, in the block of that moment."""
    status = status_of(member(said, "state", str))
    has_code = status is Status.ACTIVE
    return AccountState(
        head=state_of(said).head,
        status=status,
        balance=number_of(said, "balance"),
        code=member(said, "code", str) if has_code else "",
        data=member(said, "data", str) if has_code else "",
    )


def chain_of(said: object, account: Address, place: Place) -> Sequence[Kept]:
    """
    Transactions from that place back, each of them named by the one after it.

    Raises:
        Unintelligible: one is not what was to come, or there is none.
    """
    if not isinstance(said, list) or not said:
        raise Unintelligible(f"the transaction {place.lt} is missing")
    found: list[Kept] = []
    for row in said:
        kept = _kept(row, account)
        if (kept.transaction.lt, kept.transaction.hash) != (place.lt, place.hash):
            raise Unintelligible(f"the transaction {place.lt} is missing")
        found.append(kept)
        place = Place(kept.transaction.previous_lt, kept.previous_hash)
    return found


def _kept(row: object, account: Address) -> Kept:
    try:
        return transaction_in(b64decode(member(row, "data", str), validate=True), account)
    except Unintelligible:
        raise
    except ValueError as wrong:
        raise Unintelligible(f"a transaction that is {wrong}") from None


def wallet_address_of(stack: Sequence[object]) -> Address:
    """What `get_wallet_address` leaves."""
    return address_at(_cell_at(stack, 0))


def wallet_data_of(stack: Sequence[object]) -> JettonWallet:
    """What `get_wallet_data` leaves; the code comes after it."""
    balance = _at(stack, 0, "num")
    if not isinstance(balance, str):
        raise Unintelligible("the balance is no number")
    return JettonWallet(
        balance=number_in(balance),
        owner=address_at(_cell_at(stack, 1)),
        master=address_at(_cell_at(stack, 2)),
    )


def _cell_at(stack: Sequence[object], place: int) -> str:
    return member(_at(stack, place, "cell", "slice"), "bytes", str)


def _at(stack: Sequence[object], place: int, *kinds: str) -> object:
    """What is there: a pair of its kind and its value."""
    its = stack[place] if len(stack) > place else None
    if not isinstance(its, list) or len(its) != 2 or its[0] not in kinds:
        raise Unintelligible("the contract answered something else")
    return its[1]
