"""What we put into a call: names of a short list, words in quotes, and words put together."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, Self
from urllib.parse import quote

from attrs import frozen

Value = str | int | Decimal
Known = Mapping[str, Value]
"""What the names stand for in one call."""

TOKEN: Final = re.compile(r"\s*(?:'([^']*)'|([a-z_]+(?:\.[a-z_]+)?)|([(),]))")
PLACE: Final = re.compile(r"\{([^{}]*)\}")
PATH: Final = re.compile(r"/(?!/)[A-Za-z0-9/._~%{}-]*")
PARTS_MAX: Final = 32


@frozen
class Name:
    """Something that is known when the call is made, such as `order.id`."""

    name: str


@frozen
class Expression:
    """`order.id`, `'RUB'`, `concat('Order ', order.id)`; of several parts text is made."""

    parts: tuple[Name | Value, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read one.

        Raises:
            ValueError: it is none.
        """
        tokens = list(_tokens(text))
        parts = _parts(tokens)
        if tokens:
            raise ValueError(f"{text!r} goes on after its end")
        if len(parts) > PARTS_MAX:
            raise ValueError(f"{text[:40]!r}… puts more than {PARTS_MAX} parts together")
        return cls(tuple(parts))

    @property
    def names(self) -> frozenset[str]:
        """What has to be known."""
        return frozenset(each.name for each in self.parts if isinstance(each, Name))

    def value(self, known: Known) -> Value:
        """What it stands for: a number stays one when it is alone."""
        values = [known[each.name] if isinstance(each, Name) else each for each in self.parts]
        return values[0] if len(values) == 1 else "".join(map(text_of, values))


@frozen
class Template:
    """A path with names in it, such as `/v1/payments/{payment.id}`."""

    text: str

    def __attrs_post_init__(self) -> None:
        if not PATH.fullmatch(self.text) or not self.names.isdisjoint({""}):
            raise ValueError(f"{self.text!r} is no path: it looks like /v1/payments/{{payment.id}}")

    @property
    def names(self) -> frozenset[str]:
        """What has to be known."""
        return frozenset(PLACE.findall(self.text))

    def filled(self, known: Known) -> str:
        """The path itself."""
        return PLACE.sub(lambda found: quote(text_of(known[found[1]]), safe=""), self.text)


def text_of(value: Value) -> str:
    """A value as forms, headers and paths have it."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
    return str(value)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = TOKEN.match(text, at)
        if not found:
            raise ValueError(f"{text!r} is no expression: it breaks at {text[at:][:20]!r}")
        literal, name, sign = found.groups()
        if literal is not None:
            yield "literal", literal
        else:
            yield ("name", name) if name else ("sign", sign)
        at = found.end()


def _parts(tokens: list[tuple[str, str]]) -> list[Name | Value]:
    """Those of the expression at the beginning, which is taken away."""
    kind, text = tokens.pop(0) if tokens else ("", "")
    match kind, text:
        case "literal", _:
            return [text]
        case "name", "concat":
            return _joined(tokens)
        case "name", _:
            return [Name(text)]
    raise ValueError("an expression is a name, a word in single quotes, or concat(…)")


def _joined(tokens: list[tuple[str, str]]) -> list[Name | Value]:
    sign, parts = tokens.pop(0) if tokens else ("", ""), []
    if sign != ("sign", "("):
        raise ValueError("concat is followed by its parts in parentheses")
    while True:
        parts += _parts(tokens)
        sign = tokens.pop(0) if tokens else ("", "")
        if sign == ("sign", ")"):
            return parts
        if sign != ("sign", ","):
            raise ValueError("the parts of concat are parted by commas and end with )")
