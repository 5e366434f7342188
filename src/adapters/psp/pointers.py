"""Places in what goes over the wire: JSON pointers, to read by and to write by."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Self

from attrs import frozen


@frozen
class Pointer:
    """A place such as `/amount/value`; a number names a member of a list."""

    tokens: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read one as RFC 6901 writes it.

        Raises:
            ValueError: it is none, or points at everything.
        """
        begin, *tokens = text.split("/")
        if begin or not tokens or not all(tokens):
            raise ValueError(f"{text!r} is no JSON pointer: it looks like /amount/value")
        return cls(tuple(each.replace("~1", "/").replace("~0", "~") for each in tokens))

    def __str__(self) -> str:
        return "".join("/" + each.replace("~", "~0").replace("/", "~1") for each in self.tokens)

    @property
    def flat(self) -> bool:
        """Whether it is a member of the outermost object."""
        return len(self.tokens) == 1

    def read(self, said: object) -> Any:
        """What stands there; None where nothing does."""
        for token in self.tokens:
            match said:
                case Mapping():
                    said = said.get(token)
                case list() if token.isdecimal() and token.isascii() and len(token) < 5:
                    said = said[int(token)] if int(token) < len(said) else None
                case _:
                    return None
        return said

    def write(self, said: dict[str, Any], value: object) -> None:
        """Put it there, and the objects around it where they are not."""
        *outer, last = self.tokens
        for token in outer:
            said = said.setdefault(token, {})
        said[last] = value


def clash(pointers: Iterable[Pointer]) -> tuple[Pointer, Pointer] | None:
    """Two that cannot both be written: one leads through the other."""
    ordered = sorted(pointers, key=lambda each: each.tokens)
    for one, other in pairwise(ordered):
        if other.tokens[: len(one.tokens)] == one.tokens:
            return one, other
    return None
