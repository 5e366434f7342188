"""A POST under a key is carried out once; sent again, it is answered the same."""

from http import HTTPStatus
from typing import Final

from attrs import define, evolve, field, frozen

from ...core.errands import Answer, DoOnce, Errand
from ...core.sealing import Sealer
from .asgi import App, Message, Receive, Scope, Send, respond, respond_with, values
from .bodies import BODY
from .calling import ERRAND, SHOWN_ONCE
from .door import caller_in
from .problems import problem

HEADER: Final = "Idempotency-Key"
KEY_MAX: Final = 255
BODY_BYTES_MAX: Final = 64 * 1024

REFUSED: Final = 300

NOTHING: Final = b"{}"
"""What is read where nothing was sent: whoever has nothing to say need not say that."""
REPLAYED: Final = ((b"idempotent-replayed", b"true"),)
KEY_NEEDED: Final = problem(
    HTTPStatus.BAD_REQUEST,
    "idempotency_key_needed",
    f"send one {HEADER}, from 1 to {KEY_MAX} visible ASCII characters, fresh for each thing you "
    "want to happen, and the same when you ask for it again",
    {},
)
TOO_LARGE: Final = problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "body_too_large",
    f"a body has at most {BODY_BYTES_MAX} bytes",
    {},
)


@frozen
class Once:
    """
    Stands before everything that is posted, and gives it the id of its errand.

    What is answered to be shown only once is kept sealed, so that it can be told again.
    """

    app: App
    do_once: DoOnce
    sealer: Sealer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
        elif (key := _key(scope)) is None:
            await respond(send, KEY_NEEDED)
        elif (body := await _body(scope, receive)) is None:
            await respond(send, TOO_LARGE)
        else:
            route, contents = f"POST {scope['path']}", scope["query_string"] + b"\n" + body
            scope[ERRAND] = Errand.of(caller_in(scope).name, route, key, contents)
            scope[BODY] = body or NOTHING
            await self._answer(scope, _again(scope[BODY], receive), send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        heard, errand = Heard(), scope[ERRAND]
        secret = SHOWN_ONCE in scope["route_handler"].opt
        about = f"answer to {errand.id}"

        async def work() -> Answer:
            if secret:  # before anything is done of which the answer could not be kept
                self.sealer.seal(b"", about)
            await self.app(scope, receive, heard)
            answer = heard.answer
            if secret and answer.status < REFUSED:
                return evolve(answer, body=self.sealer.seal(answer.body, about))
            return answer

        answer, before = await self.do_once(errand, work)
        if secret and answer.status < REFUSED:
            answer = evolve(answer, body=self.sealer.open(answer.body, about))
        if answer == heard.answer:
            for message in heard.messages:
                await send(message)
        else:  # given before, or meanwhile by whoever was faster
            extra = REPLAYED if before else ()
            await respond_with(send, answer.status, answer.media_type, answer.body, extra)


@define
class Heard:
    """An answer that is not sent yet."""

    messages: list[Message] = field(factory=list)

    async def __call__(self, message: Message) -> None:
        """Sends it, as far as whoever answers can tell."""
        self.messages.append(message)

    @property
    def answer(self) -> Answer:
        """All of it."""
        if not self.messages:
            return Answer(0, "", b"")
        start, *rest = self.messages
        headers = dict(start["headers"])
        body = b"".join(each.get("body", b"") for each in rest)
        return Answer(start["status"], headers.get(b"content-type", b"").decode(), body)


def _key(scope: Scope) -> str | None:
    given = values(scope, HEADER.lower().encode())
    if len(given) != 1 or not 0 < len(given[0]) <= KEY_MAX:
        return None
    return given[0].decode() if all(0x21 <= each <= 0x7E for each in given[0]) else None


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """All of it, unless it is too long."""
    told = b"".join(values(scope, b"content-length"))
    if told.isdigit() and int(told) > BODY_BYTES_MAX:
        return None
    body = b""
    while True:  # ends with the body, or when it is too long
        message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > BODY_BYTES_MAX:
            return None
        if not message.get("more_body", False):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Receives the body that was read, and then whatever comes."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving
