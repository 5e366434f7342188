"""Whoever follows a request is told which route it took: its path may name a person."""

from attrs import frozen

from ...core.spans import innermost
from .asgi import App, Receive, Scope, Send


@frozen
class Routed:
    """Tells it, as far as the framework has found one."""

    app: App

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if route := scope.get("path_template"):
            innermost().tell(http_route=route)
        await self.app(scope, receive, send)
