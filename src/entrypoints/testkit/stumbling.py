"""Transactions that end badly, as every contract of a storage needs them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ...core.transaction import Transaction


class Stumble(Exception):
    """Something went wrong in the middle."""


@asynccontextmanager
async def undone(transaction: Transaction) -> AsyncIterator[None]:
    """A transaction whose block raises at its end; the error must come out of it again."""
    try:
        async with transaction():
            yield
            raise Stumble
    except Stumble:
        return
    pytest.fail("the transaction kept the error of its block to itself")
