"""What every story about people starts from: fixtures, and who comes by."""

from typing import Any

import pytest

from ....core.identity import Audited, Language, Profile, Trail, UserId, Users
from ....core.transaction import Transaction
from ..payments.ground import NOON, QUOTED, TICK, meanwhile

__all__ = ["NOON", "QUOTED", "TICK", "meanwhile"]

ANN, BOB, EVE = UserId(42), UserId(43), UserId(2**52 - 1)


@pytest.mark.asyncio
class Ground:
    """The fixtures that whoever runs a contract overrides: all of one storage."""

    @pytest.fixture
    def users(self) -> Users:
        """Nobody known."""
        raise NotImplementedError("override the fixture `users`")

    @pytest.fixture
    def trail(self) -> Trail:
        """Nothing done."""
        raise NotImplementedError("override the fixture `trail`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of that storage."""
        raise NotImplementedError("override the fixture `transaction`")


def shown(id: UserId = ANN, **other: Any) -> Profile:
    """What Telegram tells of Ann, or of somebody else."""
    fields = {"id": id, "name": "Ann", "username": "Ann_Lee", "language": Language.RU, **other}
    return Profile(**fields)


def done(number: int = 1, **other: Any) -> Audited:
    """Something that the operator did to Ann."""
    fields = {
        "at": NOON + number * TICK,
        "who": "user:43",
        "what": "user.muted",
        "about": "user:42",
        "facts": {"number": number},
        **other,
    }
    return Audited(**fields)
