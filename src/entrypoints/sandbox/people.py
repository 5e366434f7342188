"""Who lives in the sandbox: they have accounts at Telegram, and wallets on the chain."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from .telegram_chats import FIRST_USER_ID, User
from .ton_cells import stranger


@frozen
class Person:
    """One of them."""

    name: str
    """By which the page knows them."""
    user: User

    @property
    def account(self) -> str:
        """Of theirs in the books."""
        return f"user:{self.user.id}"

    @property
    def wallet(self) -> str:
        """Their address on the chain."""
        return stranger(f"the wallet of {self.name}")


def _person(place: int, first_name: str, name: str, language: str) -> Person:
    user = User(FIRST_USER_ID + place, first_name, username=name, language_code=language)
    return Person(name, user)


PEOPLE: Final[Sequence[Person]] = (
    _person(0, "Ann", "ann", "en"),
    _person(1, "Bob", "bob", "en"),
    _person(2, "Вера", "vera", "ru"),
    _person(3, "Ольга", "olga", "ru"),
)
OWNER: Final = PEOPLE[-1]
"""The shop is hers."""
