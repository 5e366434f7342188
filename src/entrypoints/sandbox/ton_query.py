"""What was asked of a provider who reads the chain, and how he says no."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from attrs import frozen

from .ton_cells import account
from .ton_wire import Row

LIMIT: Final = 10
LIMIT_MAX: Final = 1000
Each = TypeVar("Each")


class Refusal(Exception):
    """An answer that is no."""

    def __init__(self, status: int, said: Row | str) -> None:
        self.status = status
        self.said = {"error": said} if isinstance(said, str) else said


@frozen
class Query:
    """What was asked; every name may be there more than once, and the last of it counts."""

    members: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str | None:
        """What was said under that name."""
        return self.members[name][-1] if name in self.members else None

    def number(self, name: str) -> int | None:
        """A whole number."""
        said = self.text(name)
        try:
            return None if said is None else int(said)
        except ValueError:
            raise _unreadable(name) from None

    def accounts(self, name: str) -> set[str]:
        """Addresses, in any form."""
        try:
            return {account(each) for each in self.members.get(name, ())}
        except ValueError:
            raise _unreadable(name) from None

    def hashes(self, name: str) -> set[bytes]:
        """Hashes in hexadecimal or in either base64."""
        try:
            return {_hash(each) for each in self.members.get(name, ())}
        except ValueError:
            raise _unreadable(name) from None

    def spans(self, name: str, value: int) -> bool:
        """Whether that lies between the two ends, both of which count."""
        start, end = self.number(f"start_{name}"), self.number(f"end_{name}")
        return (start is None or start <= value) and (end is None or value <= end)

    @property
    def descending(self) -> bool:
        """The newest first, unless something else was asked for."""
        said = self.text("sort") or "desc"
        if said.lower() not in ("asc", "a", "desc", "d"):
            raise Refusal(500, "wrong value for sort parameter")
        return said.lower().startswith("d")

    def page(self, rows: Sequence[Each]) -> Sequence[Each]:
        """The part of the rows that was asked for."""
        limit, offset = self.number("limit"), max(0, self.number("offset") or 0)
        limit = LIMIT if limit is None else max(1, limit)
        if limit > LIMIT_MAX:
            raise Refusal(500, f"limit is not allowed: {limit} > {LIMIT_MAX}")
        return rows[offset : offset + limit]


def _unreadable(name: str) -> Refusal:
    return Refusal(422, f'schema: error converting value for "{name}"')


def _hash(text: str) -> bytes:
    in_base64 = text.replace("+", "-").replace("/", "_")
    said = bytes.fromhex(text) if len(text) == 64 else urlsafe_b64decode(in_base64)
    if len(said) != 32:
        raise ValueError(text)
    return said
