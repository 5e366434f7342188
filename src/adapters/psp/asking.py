"""A call as it goes over the wire, and what its answer says went on."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, cast

from attrs import frozen

from ...core.payments import ProviderRefused, ProviderUnclear
from ..http import Answer
from .calls import Answers, Body, Call
from .cards import shown
from .expressions import Expression, Known, Value, text_of
from .pointers import Pointer
from .profile import Auth, Basic, Bearer
from .recipes import HmacHeaderRaw
from .shop import Shop
from .signing import Message, Signature, basic
from .writing import form, written

DONE: Final = range(200, 300)
REFUSALS: Final = range(400, 500)
BUSY: Final = frozenset({408, 425, 429})
CONFLICT: Final = 409
"""Like those it says nothing about what was done, but for its code."""
NOT_FOUND: Final = 404
TYPES: Final[Mapping[Body, str]] = {
    Body.JSON: "application/json",
    Body.FORM: "application/x-www-form-urlencoded",
}


@frozen
class Request:
    """What is sent."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


class Word(Enum):
    """An answer that is neither yes nor no."""

    NOT_THERE = "not there"
    """He knows nothing of it."""
    THERE_ALREADY = "there already"
    """He has one under this id."""


Heard = dict[str, Any] | Word


def request(call: Call, known: Known, auth: Auth, shop: Shop, now: datetime) -> Request:
    """The call with all that is known filled in; a field that says nothing is left out."""
    said: dict[str, Any] = {}
    for pointer, each in call.fields.items():
        value = each.value(known) if isinstance(each, Expression) else each
        if value != "":
            pointer.write(said, value)
    headers = {name: text_of(each.value(known)) for name, each in call.headers.items()}
    path = call.path.filled(known)
    if isinstance(auth, Signature) and auth.field is not None:
        auth.field.write(said, auth.made(Message(b"", said, {}), shop.secret(auth.secret)))
    body = b""
    if call.body is Body.JSON:
        body = written(said).encode()
    elif fields := form(cast(Mapping[str, Value], said)):
        body = fields.encode() if call.body is Body.FORM else b""
        path += f"?{fields}" if call.body is Body.QUERY else ""
    if call.body in TYPES:
        headers["Content-Type"] = TYPES[call.body]
    match auth:
        case Bearer():
            headers[auth.header] = auth.prefix + shop.secret(auth.secret)
        case Basic():
            headers["Authorization"] = basic(shop.id, shop.secret(auth.secret))
        case Signature() if auth.header:
            if isinstance(auth, HmacHeaderRaw) and auth.timestamp_header:
                headers[auth.timestamp_header] = str(int(now.timestamp()))
            small = {name.lower(): value for name, value in headers.items()}
            message = Message(body, said, small, call.method, path)
            headers[auth.header] = auth.made(message, shop.secret(auth.secret))
    return Request(call.method, path, body, headers)


def heard(answer: Answer, provider: str) -> dict[str, Any]:
    """
    What was answered, yes or no.

    Raises:
        ProviderUnclear: he does not work.
    """
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict) or answer.status >= 500 or answer.status in BUSY:
        no_json = "" if isinstance(said, dict) else ", and no object of JSON"
        what = f"status {answer.status}{no_json}"
        raise ProviderUnclear(provider, what, answer.retry_after_seconds)
    return said


def understood(status: int, said: dict[str, Any], rules: Answers, provider: str) -> Heard:
    """
    What was said, when it was done, or why it was not.

    Raises:
        ProviderRefused: it was not done, and will not be.
        ProviderUnclear: it is not known what became of it.
    """
    code = code_at(said, rules.code)
    words = (f"status {status}", code, code_at(said, rules.text))
    told = shown(", ".join(each for each in words if each))
    if code in rules.same:
        return Word.THERE_ALREADY
    if code in rules.missing:
        return Word.NOT_THERE
    if code in rules.no:
        raise ProviderRefused(provider, told)
    if status in DONE and (code in rules.well if rules.well else not code):
        return said
    if status in REFUSALS and status != CONFLICT and code not in rules.again:
        if status == NOT_FOUND:
            return Word.NOT_THERE
        raise ProviderRefused(provider, told)
    raise ProviderUnclear(provider, told)


def code_at(said: object, pointer: Pointer | None) -> str:
    """A short word or number that stands there; empty where there is none."""
    match pointer.read(said) if pointer else None:
        case bool() as flag:
            return text_of(flag)
        case str() | int() as code:
            return str(code)
    return ""
