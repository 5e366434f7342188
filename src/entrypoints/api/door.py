"""The door of the API: who may come in is decided before anything else of a request is read."""

import hmac
import ipaddress
from collections.abc import Mapping
from hashlib import blake2b, sha256
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import urlsplit

from attrs import frozen

from ...core.errors import AltynError
from ...core.identity import (
    Caller,
    NotKnown,
    OpenWithAccessToken,
    OpenWithKey,
    Role,
    SessionId,
)
from ..wiring.secret import Secret
from .asgi import App, Receive, Scope, Send, respond
from .problems import Problem, problem
from .turnstile import address, refuse

OPEN_TO_ALL: Final = "/health/live"
DOTS: Final = 2
"""So many are in an access token, and none in a key of ours."""

STRANGER: Final = problem(
    HTTPStatus.UNAUTHORIZED, "key_needed", "send `Authorization: Bearer` and an API key", {}
)
CHALLENGE: Final = ((b"www-authenticate", b"Bearer"),)
ELSEWHERE: Final = problem(
    HTTPStatus.MISDIRECTED_REQUEST,
    "host_not_allowed",
    "without API keys only this machine is answered, under a name such as localhost",
    {},
)
FOREIGN: Final = problem(
    HTTPStatus.FORBIDDEN,
    "origin_not_allowed",
    "without an API key no page of another site is answered",
    {},
)
PASSED_ON: Final = frozenset(
    {
        b"forwarded",
        b"via",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x-real-ip",
    }
)
"""Whoever sends one of these asks for somebody else."""

CALLER: Final = "altyn.caller"
"""Under this name whoever stands behind the door finds in the scope who asks: a Caller."""
SESSION: Final = "altyn.session"
"""Under this one, in which session they are; of programs there is none."""
SIGNING_IN: Final = frozenset({"/v1/auth/telegram", "/v1/auth/refresh"})
"""What is shown there is in the body, and proves itself."""
ANYBODY: Final = Caller(name="anybody", role=Role.CUSTOMER, scopes=frozenset())
"""Whoever asks what everybody may ask, and may nothing else."""


@frozen
class Door:
    """
    Lets in programs with a key, and people who have signed in; without any keys in the settings,
    also callers at this machine who know it as their own.

    A name alone is written by whoever asks, so they have to ask from here and for nobody else; and
    where the outside is led to us nobody is at home, as a proxy may ask for it without a word. The
    name keeps out web pages: a browser on this machine could be led here by a foreign name that
    was pointed at our address, but it would still send that name; and what a page has it do under
    our own name still comes with the page's.
    """

    app: App
    keys: tuple[Secret, ...]
    public: bool
    """Whether the outside is led to us."""
    opens: OpenWithKey
    admits: OpenWithAccessToken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        try:
            caller, session = await self._caller(scope)
        except NotKnown:
            caller, session = STRANGER, None
        except AltynError as error:
            await refuse(send, error)
            return
        if isinstance(caller, Caller):
            await self.app({**scope, CALLER: caller, SESSION: session}, receive, send)
        else:
            await respond(send, caller, CHALLENGE if caller is STRANGER else ())

    async def _caller(self, scope: Scope) -> tuple[Caller | Problem, SessionId | None]:
        if scope["path"] in SIGNING_IN:
            return ANYBODY, None
        if scope["path"] == OPEN_TO_ALL:
            return _here(scope, ANYBODY) if self._at_home else ANYBODY, None
        given = _values(scope, b"authorization")
        if not given:
            return _here(scope, Caller.local()) if self._at_home else STRANGER, None
        scheme, _, shown = given[0].partition(b" ")
        if len(given) != 1 or scheme.lower() != b"bearer":
            return STRANGER, None
        if owner := self._known(shown.strip()):
            return owner, None
        text, where = shown.strip().decode("latin-1"), address(scope)["address"]
        if text.count(".") != DOTS:
            return await self.opens(text, where), None
        guest = await self.admits(text, where)
        return guest.caller, guest.session

    @property
    def _at_home(self) -> bool:
        return not self.keys and not self.public

    def _known(self, shown: bytes) -> Caller | None:
        """The owner, if it is a key of the settings."""
        digest = sha256(shown).digest()
        # Digests have one length, and every key is compared: the time taken tells nothing.
        matches = [
            hmac.compare_digest(digest, sha256(each.reveal().encode()).digest())
            for each in self.keys
        ]
        if not any(matches):
            return None
        name = blake2b(shown, digest_size=8, person=b"altyn caller").hexdigest()
        return Caller(name=f"key:{name}", role=Role.OWNER)


def caller_in(scope: Mapping[str, object]) -> Caller:
    """Who asks, as the door found out."""
    return cast(Caller, scope[CALLER])


def session_in(scope: Mapping[str, object]) -> SessionId | None:
    """In which session they are, if they have signed in."""
    return cast(SessionId | None, scope[SESSION])


def caller(scope: Scope) -> Mapping[str, str]:
    """Who asks, to be counted; of whom nothing is known, by where they are."""
    found = caller_in(scope)
    name = address(scope)["address"] if found is ANYBODY else found.name
    return {"caller": name}


def _here(scope: Scope, caller: Caller) -> Caller | Problem:
    """The caller, who shows nothing, if they are at this machine."""
    if not _is_near(scope) or any(name.lower() in PASSED_ON for name, _ in scope["headers"]):
        return STRANGER
    if not _is_ours([value.decode("latin-1") for value in _values(scope, b"host")]):
        return ELSEWHERE
    pages = [_host_of(value.decode("latin-1")) for value in _values(scope, b"origin")]
    return caller if not pages or _is_ours(pages) else FOREIGN


def _is_near(scope: Scope) -> bool:
    host, _ = scope.get("client") or ("", 0)
    try:
        where = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = where.ipv4_mapped if isinstance(where, ipaddress.IPv6Address) else None
    return (mapped or where).is_loopback


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


def _host_of(origin: str) -> str:
    """Where a page is from; of what names no place, a name that nobody has."""
    try:
        return urlsplit(origin).netloc or "null"
    except ValueError:
        return "null"


def _is_ours(hosts: list[str]) -> bool:
    if len(hosts) != 1:
        return False
    host = hosts[0].lower()
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
