"""Finding one transaction among those of an account."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from attrs import frozen

from ...core.payments import ProviderUnclear
from .address import Address
from .chain import METHOD, Chain, Message, Transaction

PAGES_MAX: Final = 50
"""Whoever floods an account hides nothing for good: a person is called when it takes longer."""


@frozen
class Found:
    """The transaction, if it is there; and as of when it is not."""

    transaction: Transaction | None
    as_of: datetime


async def search(
    chain: Chain,
    account: Address,
    wanted: Callable[[Transaction], bool],
    *,
    start_lt: int | None = None,
    since: datetime | None = None,
) -> Found:
    """
    The first one from there on that is wanted.

    Raises:
        Unavailable: not all of them could be read.
    """
    as_of: datetime | None = None
    for _ in range(PAGES_MAX):
        page = await chain.page(account, start_lt=start_lt, since=since)
        as_of = page.head.at if as_of is None else min(as_of, page.head.at)
        for each in page.transactions:
            if wanted(each):
                return Found(each, as_of)
        if page.last:
            return Found(None, as_of)
        start_lt = page.transactions[-1].lt + 1
    raise ProviderUnclear(METHOD, f"{account} has more than {PAGES_MAX} pages of transactions")


async def set_off_by(chain: Chain, message: Message, start_lt: int) -> Transaction | None:
    """
    What a message did to whoever got it; None when that is not to be seen yet.

    Raises:
        Unavailable: that could not be read.
    """
    if message.destination is None:
        raise ProviderUnclear(METHOD, "a message to nobody on the chain")

    def wanted(transaction: Transaction) -> bool:
        return transaction.in_msg is not None and transaction.in_msg.hash == message.hash

    found = await search(chain, message.destination, wanted, start_lt=start_lt)
    return found.transaction
