"""How Telegram's Bot API is asked and how it answers, whatever the body was written in."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from email.message import Message
from typing import Any, Final
from urllib.parse import parse_qsl

from attrs import frozen

from .faults import Fault, Receive, Scope

BODY_BYTES_MAX: Final = 1024 * 1024
PARAMS_MAX: Final = 200
WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
NAME: Final = re.compile(rb'[;\s]name="([^"]*)"')
PHRASES: Final[Mapping[int, str]] = {400: "Bad Request", 403: "Forbidden", 409: "Conflict"}

Said = dict[str, Any]


def no(code: int, description: str, **members: Any) -> Said:
    """An answer that is no."""
    return {"ok": False, "error_code": code, "description": description, **members}


FAILURES: Final[Mapping[Fault, Said]] = {
    Fault.BUSY: no(429, "Too Many Requests: retry after 1", parameters={"retry_after": 1}),
    Fault.FAIL_BEFORE: no(500, "Internal Server Error"),
    Fault.FAIL_AFTER: no(500, "Internal Server Error"),
}
"""The faults that are answers."""


class Refusal(Exception):
    """It is not done, and the answer says why; many descriptions begin like their code."""

    def __init__(self, code: int, why: str) -> None:
        self.said = no(code, f"{PHRASES[code]}: {why}" if code in PHRASES else why)


@frozen
class Asked:
    """What a method was called with: text by name, a number of JSON being its digits."""

    params: Mapping[str, str]
    gone: Callable[[], Awaitable[None]]
    """Ends when whoever asked does not wait for the answer any more."""

    def text(self, name: str) -> str:
        """Empty where it was not said."""
        return self.params.get(name, "")

    def required(self, name: str) -> str:
        """Refused where it was not said."""
        if not (text := self.text(name)):
            raise Refusal(400, f'parameter "{name}" is required')
        return text

    def flag(self, name: str) -> bool:
        """False where it was not said."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A setting: out of its bounds it is moved into them."""
        return min(max(self.whole(name) if self.text(name) else default, least), most)

    def whole(self, name: str) -> int:
        """A whole number that has to be there."""
        if not WHOLE.fullmatch(text := self.required(name)):
            raise Refusal(400, f"{name} must be a whole number")
        return int(text)

    def json(self, name: str, kind: type[Any]) -> Any:
        """An empty one of its kind where it was not said."""
        return _json(self.text(name), kind, name) if self.text(name) else kind()


Methods = Mapping[str, Callable[[Asked], Awaitable[Any]]]
"""What a bot may ask, by the names that Telegram gives it."""


async def asked_of(scope: Scope, receive: Receive) -> Asked:
    """
    What a request says, in its query and in its body.

    Raises:
        Refusal: it cannot be read, or there is too much of it.
    """
    body = await _read(receive)
    header = Message()
    for name, value in scope["headers"]:
        if name.lower() == b"content-type":
            header["Content-Type"] = value.decode("latin-1")
    params = _form(scope.get("query_string", b""))
    try:
        params |= _written_in(header, body)
        "".join(params.values()).encode()  # JSON can spell what is no text
    except UnicodeError:
        raise Refusal(400, "strings must be encoded in UTF-8") from None
    if len(params) > PARAMS_MAX:
        raise Refusal(400, "too many parameters")
    return Asked(params, lambda: _hung_up(receive))


def _written_in(header: Message, body: bytes) -> dict[str, str]:
    match header.get_content_type() if body else "":
        case "application/json":
            members = _json(body.decode(), dict, "the body")
            return {name: _text(value) for name, value in members.items() if value is not None}
        case "application/x-www-form-urlencoded":
            return _form(body)
        case "multipart/form-data":
            return _multipart(body, (header.get_boundary() or "").encode())
    return {}


def _form(body: bytes) -> dict[str, str]:
    try:
        said = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=PARAMS_MAX
        )
    except ValueError:
        raise Refusal(400, "a form of that many fields or of that encoding is not read") from None
    return dict(said)


def _multipart(body: bytes, boundary: bytes) -> dict[str, str]:
    """The fields; of a file only that there is one."""
    params = {}
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary, PARAMS_MAX + 2)
    for part in parts[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        if found := NAME.search(head):
            name = found[1].decode()
            params[name] = f"attach://{name}" if b"filename=" in head else value.decode()
    return params


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _json(text: str, kind: type[Any], what: str) -> Any:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, kind):
        raise Refusal(400, f"can't parse {what} as JSON of the kind that belongs there")
    return said


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES_MAX:
            raise Refusal(413, "Request Entity Too Large")
        if not message.get("more_body"):
            return bytes(body)


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
