"""A webhook: where somebody's system is told what happens, and whether it still listens."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NewType, Self
from urllib.parse import urlsplit
from uuid import UUID

from attrs import evolve, field, frozen

from ..events import Event
from ..wording import checked_text, one_line
from .catalogue import PUBLIC, whose
from .errors import WebhookMalformed

WebhookId = NewType("WebhookId", UUID)

URL_MAX: Final = 1000
EVENTS_MAX: Final = 100
ACCOUNT_MAX: Final = 128
WHY_MAX: Final = 200
OVERLAP: Final = timedelta(hours=24)
"""How long an old secret is good beside the new one."""


class WebhookState(StrEnum):
    """Whether a webhook is told anything."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    """What waits for it goes on waiting, and nothing new is kept for it."""
    REMOVED = "removed"


WEBHOOK_MOVES: Final = {
    WebhookState.ENABLED: frozenset({WebhookState.DISABLED, WebhookState.REMOVED}),
    WebhookState.DISABLED: frozenset({WebhookState.ENABLED, WebhookState.REMOVED}),
    WebhookState.REMOVED: frozenset[WebhookState](),
}
"""Every move a webhook can make."""


@frozen(kw_only=True)
class Webhook:
    """
    An address that is told of events.

    Raises:
        WebhookMalformed: it is no address, or it names no events, too many or one twice.
    """

    id: WebhookId
    url: str
    events: tuple[str, ...]
    """Names, subjects like `payment.*`, or `*`; some perhaps that only another version knows."""
    account: str = ""
    """Whose events; all there are, where it is empty."""
    secret: bytes = field(repr=False)
    """With which what is told is signed: sealed; nothing, when it was removed."""
    old_secret: bytes | None = field(default=None, repr=False)
    old_until: datetime | None = None
    """Until when what is told is signed with the old one too."""
    state: WebhookState = WebhookState.ENABLED
    why: str = ""
    """Why it is not enabled."""
    failing_since: datetime | None = None
    """Since when nothing has reached it; None when the last attempt did."""
    resting_until: datetime | None = None
    """Until when it asked to be left alone."""
    created_at: datetime
    version: int = 0

    def __attrs_post_init__(self) -> None:
        checked_text("account", self.account, ACCOUNT_MAX)
        _check_url(self.url)
        if not 0 < len(self.events) <= EVENTS_MAX or len(set(self.events)) < len(self.events):
            raise WebhookMalformed("events", f"name from 1 to {EVENTS_MAX}, each once")

    @property
    def host(self) -> str:
        """Where that is, without what may be secret in the address."""
        return urlsplit(self.url).netloc

    @property
    def about(self) -> str:
        """What its secrets are sealed about."""
        return f"webhook {self.id}"

    def wants(self, event: Event) -> bool:
        """Whether it is to be told of this; never of what became of itself."""
        if event.name not in PUBLIC or self.account not in ("", whose(event)):
            return False
        if event.facts.get("webhook") == str(self.id):
            return False
        subject = event.name.partition(".")[0]
        return any(each in ("*", event.name, f"{subject}.*") for each in self.events)

    def secrets(self, at: datetime) -> tuple[bytes, ...]:
        """Those that are good at that moment, sealed, the newest first."""
        if self.old_secret is None or self.old_until is None or at >= self.old_until:
            return (self.secret,)
        return self.secret, self.old_secret

    def rotated(self, secret: bytes, at: datetime) -> Self:
        """With a new secret; the one before is good for a while."""
        return self.changed(secret=secret, old_secret=self.secret, old_until=at + OVERLAP)

    def disabled(self, why: str) -> Self:
        """It is told nothing until somebody enables it."""
        return self.changed(state=WebhookState.DISABLED, why=one_line(why, WHY_MAX))

    def enabled(self) -> Self:
        """It is told again, as though nothing had failed."""
        return self.changed(
            state=WebhookState.ENABLED, why="", failing_since=None, resting_until=None
        )

    def removed(self) -> Self:
        """It is told nothing any more, and its secrets are gone."""
        return self.changed(
            state=WebhookState.REMOVED, secret=b"", old_secret=None, old_until=None, why="removed"
        )

    def changed(self, **what: Any) -> Self:
        """The next version of it."""
        return evolve(self, version=self.version + 1, **what)


def _check_url(url: str) -> None:
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise WebhookMalformed("url", f"printable ASCII without spaces, {URL_MAX} at most")
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.scheme not in ("https", "http"):
        raise WebhookMalformed("url", "expected an address like https://shop.example/altyn")
    if "@" in parts.netloc or parts.fragment:
        raise WebhookMalformed("url", "it holds no user, no password and no fragment")
