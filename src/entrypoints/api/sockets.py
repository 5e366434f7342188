"""WebSockets: the same stream, by the same door, for those who would rather have a socket."""

from typing import Any, Final

from attrs import define, field, frozen

from .asgi import App, Message, Receive, Scope, Send, values

PATH: Final = "/v1/live"
BEARER: Final = "bearer"
"""The subprotocol under which browsers, who can send no headers of their own, show their token."""
OK: Final = 200
DENIAL: Final = "websocket.http.response"
DONE: Final = 1000
REFUSED: Final = 1008
DATA: Final = b"data: "


@frozen
class Sockets:
    """Answers a WebSocket as the application answers a GET of the same path."""

    app: App

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "websocket" or scope["path"] != PATH:
            await self.app(scope, receive, send)
            return
        await receive()  # that somebody wants to connect
        shown = scope.get("subprotocols", [])
        headers = list(scope["headers"])
        by_protocol = len(shown) == 2 and shown[0] == BEARER
        if by_protocol and not values(scope, b"authorization"):
            headers.append((b"authorization", f"Bearer {shown[1]}".encode("latin-1")))
        inner: dict[str, Any] = {
            **scope,
            "type": "http",
            "method": "GET",
            "http_version": "1.1",
            "headers": headers,
        }
        denies = DENIAL in (scope.get("extensions") or {})
        socket = Socket(receive, send, BEARER if by_protocol else None, denies)
        await self.app(inner, socket.receiving, socket.sending)


@define
class Socket:
    """What the application sends and receives, on a socket."""

    receive: Receive
    send: Send
    subprotocol: str | None
    denies: bool
    _asked: bool = field(default=False, init=False)
    _accepted: bool = field(default=False, init=False)

    async def receiving(self) -> Message:
        """An empty request, and then that they are gone; what they say meanwhile is passed over."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (await self.receive())["type"] != "websocket.disconnect":
            pass
        return {"type": "http.disconnect"}

    async def sending(self, message: Message) -> None:
        """Accepts with the head of a good answer, then sends what each part tells."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._accepted:
            for line in message.get("body", b"").split(b"\n"):
                if line.startswith(DATA):
                    text = line.removeprefix(DATA).decode()
                    await self.send({"type": "websocket.send", "text": text})
            if not message.get("more_body", False):
                await self.send({"type": "websocket.close", "code": DONE})
        elif self.denies:
            await self.send({**message, "type": f"{DENIAL}.body"})

    async def _begin(self, start: Message) -> None:
        if start["status"] == OK:
            self._accepted = True
            headers = [pair for pair in start["headers"] if pair[0] == b"x-request-id"]
            accept = {"type": "websocket.accept", "subprotocol": self.subprotocol}
            await self.send({**accept, "headers": headers})
        elif self.denies:
            await self.send({**start, "type": f"{DENIAL}.start"})
        else:
            await self.send({"type": "websocket.close", "code": REFUSED})
