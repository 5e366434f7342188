"""Traps on the way to a desk: whoever asks for that is killed, before or after it is done."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from attrs import define, field, frozen

from altyn.entrypoints.sandbox.faults import answer, read_body

App = Callable[[Any, Any, Any], Awaitable[None]]


@frozen
class Trap:
    """Waits for one request."""

    name: str
    """What the moment is, in a word."""
    path: str
    """How the path of the request ends."""
    says: str = ""
    """What is written in it."""
    done: bool = False
    """Whether it is done, and only the answer is not heard."""


@define(eq=False)
class Traps:
    """Those that lie there; each strikes once."""

    strike: Callable[[], None] = lambda: None
    laid: list[Trap] = field(factory=list)
    struck: list[str] = field(factory=list, init=False)
    heard: list[tuple[str, str]] = field(factory=list, init=False)
    """What was asked for, by path, in its order."""

    def on_the_way_to(self, desk: App) -> App:
        """That desk, as whoever has to pass the traps finds it."""

        async def passing(scope: Any, receive: Any, send: Any) -> None:
            body, heard = await read_body(receive), False

            async def again() -> Mapping[str, Any]:
                nonlocal heard
                if heard:
                    told: Mapping[str, Any] = await receive()
                    return told
                heard = True
                return {"type": "http.request", "body": body, "more_body": False}

            trap = self._sprung(str(scope["path"]), body)
            if trap is None:
                await desk(scope, again, send)
            elif trap.done:
                await desk(scope, again, self._to_nobody)
            if trap is not None:
                self.struck.append(trap.name)
                self.strike()
                await answer(send, receive, None, 503, b"{}")  # nobody is there any more

        return passing

    def _sprung(self, path: str, body: bytes) -> Trap | None:
        said = unquote_plus(body.decode("utf-8", "replace"))  # forms are written like this
        self.heard.append((path, said))
        for trap in self.laid:
            if path.endswith(trap.path) and trap.says in said:
                self.laid.remove(trap)
                return trap
        return None

    async def _to_nobody(self, message: Any) -> None:
        """What is said is not heard."""
