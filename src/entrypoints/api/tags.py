"""What is read again and again has a tag: who knows it is told that nothing has changed."""

from hashlib import blake2b
from typing import Final

from attrs import frozen

from .asgi import App, Message, Receive, Scope, Send, values

BELOW: Final = "/v1/"
OK: Final = 200
NOT_MODIFIED: Final = 304
OF_BODIES: Final = frozenset({b"content-type", b"content-length"})


@frozen
class Tagged:
    """Tags what is answered whole to a GET."""

    app: App

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope.get("method") != "GET" or not scope["path"].startswith(BELOW):
            await self.app(scope, receive, send)
            return
        known = {
            tag.strip() for value in values(scope, b"if-none-match") for tag in value.split(b",")
        }
        started: list[Message] = []

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == OK:
                started.append(message)
                return
            if started:
                start = started.pop()
                if not message.get("more_body", False):
                    start, message = tagged(start, message, known)
                await send(start)
            await send(message)

        await self.app(scope, receive, sending)


def tagged(start: Message, body: Message, known: set[bytes]) -> tuple[Message, Message]:
    """The answer with its tag; without its body for whoever knows it."""
    tag = b'"%s"' % blake2b(body.get("body", b""), digest_size=16).hexdigest().encode()
    headers = [*start.get("headers", ()), (b"etag", tag)]
    if not known & {tag, b"W/" + tag, b"*"}:
        return {**start, "headers": headers}, body
    kept = [pair for pair in headers if pair[0] not in OF_BODIES]
    return {**start, "status": NOT_MODIFIED, "headers": kept}, {**body, "body": b""}
