"""Telegram, as a wallet of Stars wants it: forms, payments, and what was spent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen


class Declined(Exception):
    """Telegram's answer is no, with a code such as `BALANCE_TOO_LOW`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@frozen(kw_only=True)
class Form:
    """What an invoice asks for; paying it takes its id, and an id pays once at most."""

    id: int
    bot: int
    currency: str
    prices: Sequence[int]
    test: bool = False
    subscription: bool = False


@frozen(kw_only=True)
class Spent:
    """Stars that left the account, or tried to."""

    id: str
    stars: int
    nanos: int = 0
    at: datetime
    to: int | None
    """The id of a bot or of somebody; None for anybody else."""
    pending: bool = False
    undone: bool = False
    """Whether it failed, or was given back."""


@frozen
class Spendings:
    """A page of what was spent, the newest first."""

    rows: Sequence[Spent]
    next: str = ""
    """What the page after it is asked for with; empty when there is none."""


class StarsClient(Protocol):
    """
    Whoever speaks to Telegram for our account.

    It sends each question once. Of its failures Unavailable is any doubt at all.
    """

    async def form(self, slug: str) -> Form | None:
        """
        A new form for the invoice of that slug; None where it is not to be paid in Stars.

        Raises:
            Declined: there is no such invoice, or none for us.
            Unavailable: nothing is known of it.
        """
        ...

    async def pay(self, form: int, slug: str) -> None:
        """
        Pay the invoice by that form of it.

        Raises:
            Declined: it was not paid by this.
            Unavailable: perhaps it was.
        """
        ...

    async def balance(self) -> int:
        """
        Whole Stars in the account.

        Raises:
            Declined: it does not say.
            Unavailable: it is not known.
        """
        ...

    async def spent(self, offset: str, limit: int) -> Spendings:
        """
        What left the account, the newest first; the offset is empty, or that of a page before.

        Raises:
            Declined: it does not say.
            Unavailable: it is not known.
        """
        ...
