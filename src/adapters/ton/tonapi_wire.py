"""What tonapi says, in our words; whatever is not as promised is unintelligible."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from ..http import Answer
from .address import Address
from .cells import Unreadable
from .chain import AccountState, Head, JettonWallet, Status, Transaction
from .raw import transaction_in
from .wire import (
    Unintelligible,
    address_at,
    address_of,
    in_order,
    member,
    moment_of,
    number_in,
    status_of,
)

NOT_FOUND: Final = 404
NOUGHT: Final = "0x"
"""How he writes a large number that is 0."""
DELAY_SECONDS_MAX: Final = 10 * 366 * 24 * 3600


def block_of(said: object) -> Head:
    """A block of the masterchain."""
    return Head(member(said, "seqno", int), moment_of(said, "gen_utime"))


def delayed(block: Head, said: object) -> Head:
    """How far he has come himself, when he is so far behind that block."""
    if not member(said, "rest_online", bool):
        raise Unintelligible("he says that he is not well")
    seconds = member(said, "indexing_latency", int)
    if not 0 <= seconds <= DELAY_SECONDS_MAX:
        raise Unintelligible("a delay that cannot be")
    return Head(block.seqno, block.at - timedelta(seconds=seconds))


def account_of(said: object, address: Address, head: Head) -> AccountState:
    """The account; nothing is said where nothing ever was."""
    if said is None:
        return AccountState(head=head, status=Status.UNINIT)
    if address_of(member(said, "address", str)) != address:
        raise Unintelligible("it tells of another account")
    status = status_of(member(said, "status", str))
    has_code = status is Status.ACTIVE
    return AccountState(
        head=head,
        status=status,
        balance=member(said, "balance", int),
        code=_bag(member(said, "code", str)) if has_code else "",
        data=_bag(member(said, "data", str)) if has_code else "",
    )


def _bag(text: str) -> str:
    """A bag of cells, which he writes in hexadecimal."""
    try:
        return b64encode(bytes.fromhex(text)).decode()
    except ValueError:
        raise Unintelligible("cells that are none") from None


def transactions_of(said: object, account: Address, start_lt: int) -> Sequence[Transaction]:
    """
    The transactions in an answer, from that lt on.

    Raises:
        Unintelligible: something is missing or makes no sense: a row, or between two of them.
    """
    rows = [transaction_of(row, account) for row in member(said, "transactions", list)]
    return in_order([each for each in rows if each.lt >= start_lt], start_lt)


def transactions_before(
    said: object, account: Address, later: Transaction | None
) -> Sequence[Transaction]:
    """
    The transactions in an answer, the newest first: those before that one, or the last there are.

    Raises:
        Unintelligible: one is missing, in between or at once before that one.
    """
    rows = [transaction_of(row, account) for row in member(said, "transactions", list)]
    rows = [each for each in rows if later is None or each.lt < later.lt]
    in_order(rows[::-1], None)
    if later is not None and [each.lt for each in rows[:1]] != [later.previous_lt]:
        raise Unintelligible(f"the transaction before {later.lt} is missing")
    return rows


def transaction_of(row: object, account: Address) -> Transaction:
    """One row, which is to have the name that he calls it by."""
    try:
        found = transaction_in(bytes.fromhex(member(row, "raw", str)), account).transaction
    except (Unreadable, ValueError) as wrong:
        raise Unintelligible(f"a transaction that is {wrong}") from None
    if (found.hash, found.lt) != (member(row, "hash", str).lower(), member(row, "lt", int)):
        raise Unintelligible(f"another transaction than the one of {found.lt}")
    return found


def is_missing(answer: Answer) -> bool:
    """Whether he says that there is no such account; else the path itself may be wrong."""
    if answer.status != NOT_FOUND:
        return False
    try:
        said = answer.json()
    except ValueError:
        return False
    return isinstance(said, dict) and isinstance(said.get("error"), str)


def stack_of(said: object) -> Sequence[object]:
    """What a contract left."""
    return member(said, "stack", list)


def wallet_address_of(stack: Sequence[object]) -> Address:
    """What `get_wallet_address` leaves."""
    return _address_at(stack, 0)


def wallet_data_of(stack: Sequence[object]) -> JettonWallet:
    """What `get_wallet_data` leaves; the code comes after it."""
    balance = _at(stack, 0, "num")
    return JettonWallet(
        balance=number_in("0x0" if balance == NOUGHT else balance),
        owner=_address_at(stack, 1),
        master=_address_at(stack, 2),
    )


def _address_at(stack: Sequence[object], place: int) -> Address:
    try:
        return address_at(b64encode(bytes.fromhex(_at(stack, place, "cell", "slice"))).decode())
    except ValueError as wrong:
        raise Unintelligible(f"an address that is {wrong}") from None


def _at(stack: Sequence[object], place: int, *kinds: str) -> str:
    """What is there, under the name of its kind."""
    if len(stack) <= place or (kind := member(stack[place], "type", str)) not in kinds:
        raise Unintelligible("the contract answered something else")
    return member(stack[place], kind, str)
