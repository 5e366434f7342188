"""Who signed it: Heleket puts its signature inside the very JSON it signs."""

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import md5
from json.decoder import JSONDecoder
from typing import Any, Final

from attrs import frozen

from ...core.payments import NoticeForged, NoticeUnreadable

METHOD: Final = "heleket"
SIGN: Final = "sign"
BLANKS: Final = re.compile(r"[ \t\n\r]*")
BLANK: Final = frozenset(" \t\n\r")
WRITER: Final = json.JSONEncoder(ensure_ascii=False)


def signature(body: bytes, key: str) -> str:
    """What belongs into the header `sign` beside these very bytes."""
    return md5(b64encode(body) + key.encode()).hexdigest()  # noqa: S324 (theirs to choose)


def proven(raw: bytes, key: str) -> dict[str, Any]:
    """
    What a notice says, if it was signed with the key.

    The bytes as they came without their signature are tried first, and then, for notices that
    somebody wrote anew on the way, the way their sender would have written them.

    Raises:
        NoticeUnreadable: it is no object of JSON with one signature.
        NoticeForged: the signature is not made with this key.
    """
    text, members = _members(raw)
    said = {member.name: member.value for member in members}
    signs = [member for member in members if member.name == SIGN]
    if len(signs) != 1 or not isinstance(signs[0].value, str) or not signs[0].value:
        raise NoticeUnreadable(METHOD, "it carries no signature")
    told = signs[0].value.encode("utf-8", "surrogatepass")
    del said[SIGN]
    if not key:  # which proves nothing
        raise NoticeForged(METHOD)
    # The second way is written out only when the first was not it: that is most of the work, and
    # how long it takes tells nothing of the key.
    if _signed(_without(text, members, signs[0]), key, told):
        return said
    if _signed(_as_php_writes(said), key, told):
        return said
    raise NoticeForged(METHOD)


def _signed(way: bytes, key: str, told: bytes) -> bool:
    return hmac.compare_digest(signature(way, key).encode(), told)


@frozen
class Member:
    """One member of an object, and where it stands."""

    name: str
    value: Any
    begin: int
    end: int


def _members(raw: bytes) -> tuple[str, Sequence[Member]]:
    """The members of an object, none of them twice at any depth."""
    try:
        text = raw.decode("utf-8")
        found = _walk(text)
    except RecursionError:
        raise NoticeUnreadable(METHOD, "it is nested too deeply") from None
    except (ValueError, IndexError) as wrong:
        what = str(wrong) if isinstance(wrong, _Twice) else "it is not JSON"
        raise NoticeUnreadable(METHOD, what) from None
    if len({member.name for member in found}) < len(found):
        raise NoticeUnreadable(METHOD, "a member is named twice")
    return text, found


class _Twice(ValueError):
    """Readers disagree on which of two equal names counts, so none may be there twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise _Twice("a member is named twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


DECODER: Final = JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def _walk(text: str) -> Sequence[Member]:
    at = _skip(text, 0)
    if text[at] != "{":
        raise ValueError("not an object")
    members: list[Member] = []
    at = _skip(text, at + 1)
    while text[at] != "}":
        begin = at
        if text[at] != '"':
            raise ValueError("not a name")
        name, at = DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != ":":
            raise ValueError("not a member")
        value, at = DECODER.raw_decode(text, _skip(text, at + 1))
        members.append(Member(name, value, begin, at))
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
            if text[at] == "}":
                raise ValueError("a comma too many")
        elif text[at] != "}":
            raise ValueError("not a member")
    if _skip(text, at + 1) != len(text):
        raise ValueError("something follows")
    return members


def _skip(text: str, at: int) -> int:
    if text[at : at + 1] not in BLANK:  # as good as always
        return at
    found = BLANKS.match(text, at)
    return found.end() if found else at


def _without(text: str, members: Sequence[Member], gone: Member) -> bytes:
    """The text without that member and one comma beside it."""
    at = members.index(gone)
    if at > 0:
        begin, end = members[at - 1].end, gone.end
    elif len(members) > 1:
        begin, end = gone.begin, members[1].begin
    else:
        begin, end = gone.begin, gone.end
    return (text[:begin] + text[end:]).encode("utf-8", "surrogatepass")


def _as_php_writes(said: dict[str, Any]) -> bytes:
    """As `json_encode` of PHP with unescaped Unicode."""
    return _php(said).encode("utf-8", "surrogatepass")


def _php(value: Any) -> str:
    match value:
        case dict() if value:
            return "{" + ",".join(f"{_php(name)}:{_php(its)}" for name, its in value.items()) + "}"
        case dict():
            return "[]"
        case list():
            return "[" + ",".join(map(_php, value)) + "]"
        case bool() | None:
            return json.dumps(value)
        case int() if abs(value) < 2**63:
            return str(value)
        case int() | float():
            return _php_float(float(value))
        case _:
            text = WRITER.encode(value).replace("/", "\\/")
            return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _php_float(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    digits, e, exponent = repr(value).partition("e")
    if not e:
        return digits
    return f"{digits if '.' in digits else digits + '.0'}e{int(exponent):+d}"
