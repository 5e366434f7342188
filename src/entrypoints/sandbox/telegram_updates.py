"""What Telegram has to tell a bot: made here, and fetched by it or carried to it by the tests."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import define, field, frozen

from .telegram_wire import Asked, Methods, Refusal

LIMIT_MAX: Final = 100
POLL_SECONDS_MAX: Final = 50
CONNECTIONS: Final = 40
CONNECTIONS_MAX: Final = 100
OFFSET_MAX: Final = 2**31 - 1
PORTS: Final = frozenset({443, 80, 88, 8443})
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{0,256}")
ONLY_WHEN_NAMED: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)

Update = dict[str, Any]


@frozen
class Webhook:
    """Where updates are to be sent."""

    url: str
    secret: str = field(repr=False)
    connections_max: int
    has_certificate: bool


@frozen
class Delivery:
    """An update as the request that carries it to a webhook, ready to be made."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes


@define(eq=False)
class Poll:
    """Somebody who waits for updates."""

    woken: asyncio.Event = field(factory=asyncio.Event)
    ended_by: str = ""

    def end(self, by: str) -> None:
        """Somebody else gets them now."""
        self.ended_by = by
        self.woken.set()


@define
class Updates:
    """The updates of one bot. With a webhook each becomes a delivery, else it waits for a poll."""

    next_id: int = 1
    """Of the next update; after a quiet week Telegram begins at another number, as anybody may."""
    pending: list[Update] = field(factory=list)
    deliveries: list[Delivery] = field(factory=list)
    webhook: Webhook | None = None
    allowed: frozenset[str] = frozenset()
    """The kinds that are wanted; when none is named, nearly all are."""
    _poll: Poll | None = field(default=None, init=False)

    @property
    def methods(self) -> Methods:
        """What a bot may ask of this."""
        return {
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
        }

    def make(self, kind: str, what: Mapping[str, Any]) -> None:
        """Something happened; a bot that does not want its kind never hears of it."""
        if kind in self.allowed or (not self.allowed and kind not in ONLY_WHEN_NAMED):
            self.pending.append({"update_id": self.next_id, kind: what})
            self.next_id += 1
            self._hand_over()

    def _hand_over(self) -> None:
        if self.webhook:
            self.deliveries += [_delivery(self.webhook, update) for update in self.pending]
            self.pending.clear()
        elif self._poll:
            self._poll.woken.set()

    async def _get_updates(self, asked: Asked) -> list[Update]:
        if self.webhook:
            raise Refusal(
                409,
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._choose(asked)
        self._end_poll("other getUpdates request; make sure that only one bot instance is running")
        offset = asked.number("offset", 0, -OFFSET_MAX, OFFSET_MAX)
        if offset < 0:
            self.pending = self.pending[offset:]
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        seconds = asked.number("timeout", 0, 0, POLL_SECONDS_MAX)
        if not self.pending and seconds:
            await self._wait(seconds, asked.gone)
        return self.pending[: asked.number("limit", LIMIT_MAX, 1, LIMIT_MAX)]

    async def _wait(self, seconds: int, gone: Callable[[], Awaitable[None]]) -> None:
        """Until there is something, the time is over, or nobody waits for the answer any more."""
        poll = self._poll = Poll()
        waiting = {asyncio.ensure_future(poll.woken.wait()), asyncio.ensure_future(gone())}
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
            if self._poll is poll:
                self._poll = None
        if poll.ended_by:
            raise Refusal(409, f"terminated by {poll.ended_by}")

    def _end_poll(self, by: str) -> None:
        if self._poll:
            self._poll.end(by)

    async def _set_webhook(self, asked: Asked) -> bool:
        if not (url := asked.text("url")):
            return await self._delete_webhook(asked)
        _check_address(url)
        if not SECRET.fullmatch(secret := asked.text("secret_token")):
            raise Refusal(400, "secret token is too long or contains unallowed characters")
        self._choose(asked)
        self._drop(asked)
        self._end_poll("setWebhook request")
        self.webhook = Webhook(
            url,
            secret,
            asked.number("max_connections", CONNECTIONS, 1, CONNECTIONS_MAX),
            bool(asked.text("certificate")),
        )
        self._hand_over()
        return True

    async def _delete_webhook(self, asked: Asked) -> bool:
        self._drop(asked)
        self.webhook = None
        return True

    async def _get_webhook_info(self, asked: Asked) -> dict[str, Any]:
        info: dict[str, Any] = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.webhook:
            info["url"] = self.webhook.url
            info["has_custom_certificate"] = self.webhook.has_certificate
            info["max_connections"] = self.webhook.connections_max
        if self.allowed:
            info["allowed_updates"] = sorted(self.allowed)
        return info

    def _choose(self, asked: Asked) -> None:
        # What is not said stays as it was; what was made before stays, too.
        if asked.text("allowed_updates"):
            named = asked.json("allowed_updates", list)
            self.allowed = frozenset(kind for kind in named if isinstance(kind, str))

    def _drop(self, asked: Asked) -> None:
        if asked.flag("drop_pending_updates"):
            self.pending.clear()


def _check_address(url: str) -> None:
    try:
        address = urlsplit(url)
        port = address.port or 443
    except ValueError:
        raise Refusal(400, "bad webhook: invalid URL") from None
    if address.scheme != "https" or not address.hostname:
        raise Refusal(400, "bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise Refusal(400, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _delivery(webhook: Webhook, update: Update) -> Delivery:
    headers = {"Content-Type": "application/json"}
    if webhook.secret:
        headers[SECRET_HEADER] = webhook.secret
    return Delivery(webhook.url, headers, json.dumps(update).encode())
