"""Signing in to our account: a person is asked for the code; what comes of it is sealed."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from telethon import TelegramClient  # type: ignore[import-untyped]
from telethon.sessions import StringSession  # type: ignore[import-untyped]

from .client import Declined
from .over_telethon import CONNECT_SECONDS, CONNECT_TRIES, Asking
from .sealing import SealedSession, SessionUnusable

TRIES: Final = 3
"""So often a code or a password is asked for; Telegram minds who guesses."""
WRONG: Final = frozenset({"PHONE_CODE_INVALID", "PHONE_CODE_EMPTY", "PASSWORD_HASH_INVALID"})
SECOND_STEP: Final = "SESSION_PASSWORD_NEEDED"


class SigningIn(Protocol):
    """A person who signs in."""

    def phone(self) -> str:
        """The number of the account."""
        ...

    def code(self) -> str:
        """What Telegram has just sent to it."""
        ...

    def password(self) -> str:
        """The second step, where the account has one."""
        ...


async def sign_in(session: SealedSession, api_id: int, api_hash: str, person: SigningIn) -> str:
    """
    Whose account it is; its session is sealed, in the place of one that was there.

    Raises:
        SessionTaken: another process has the session.
        SessionUnusable: nobody was signed in; a session that was there is as it was.
        Unavailable: Telegram did not answer.
    """
    with session.held():
        kept = StringSession()
        # Unlike a payment this may be sent again: accounts are moved to where they belong.
        client = TelegramClient(
            kept,
            api_id,
            api_hash,
            timeout=CONNECT_SECONDS,
            connection_retries=CONNECT_TRIES,
            flood_sleep_threshold=0,
            receive_updates=False,
        )
        asking = Asking(client)
        try:
            await asking.connect()
            user = await _signed_in(asking, client, person)
            session.write(kept.save())
        except Declined as no:
            raise SessionUnusable(session.path.name, f"Telegram says {no.code}") from None
        finally:
            await client.disconnect()
    return f"@{user.username}" if user.username else f"account {user.id}"


async def _signed_in(asking: Asking, client: Any, person: SigningIn) -> Any:
    phone = person.phone()
    await asking.answer(client.send_code_request(phone))
    try:
        return await _tried(asking, lambda: client.sign_in(phone, person.code()))
    except Declined as no:
        if no.code != SECOND_STEP:
            raise
    return await _tried(asking, lambda: client.sign_in(password=person.password()))


async def _tried(asking: Asking, once: Callable[[], Awaitable[Any]]) -> Any:
    """Whoever is signed in; what was mistyped may be typed again."""
    for _ in range(TRIES - 1):
        try:
            return await asking.answer(once())
        except Declined as no:
            if no.code not in WRONG:
                raise
    return await asking.answer(once())
