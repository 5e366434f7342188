"""A page of somebody who says apart from it how far he has come."""

from contextlib import suppress
from datetime import datetime
from typing import Final

from ...core.payments import ProviderUnclear
from ..http import TooLong
from .address import Address
from .chain import METHOD, Chain, Page

FEWER: Final = (10, 1)
"""So many are asked for when more are too long: anybody may send us a quarter of a megabyte."""


def numbers(limit: int) -> tuple[int, ...]:
    """So many, and fewer and fewer."""
    return limit, *(each for each in FEWER if each < limit)


async def page_of(
    reader: Chain, account: Address, *, start_lt: int | None, since: datetime | None, limit: int
) -> Page:
    """As the port says."""
    head = await reader.head()  # before, or it would vouch for what came in between
    for most in numbers(limit):
        with suppress(TooLong):
            rows = await reader.transactions(account, start_lt=start_lt, since=since, limit=most)
            return Page(head, rows, last=len(rows) < most)
    raise ProviderUnclear(METHOD, "one transaction is longer than all that is taken")
