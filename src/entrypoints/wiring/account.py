"""Our account of Telegram: its Stars, and the Mini Apps it opens; imported when it is enabled."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from attrs import frozen

from ...adapters.stars import (
    AccountClosed,
    SealedSession,
    SessionUnusable,
    SharedAccount,
    SigningIn,
    StarsWallet,
    TelethonInitData,
    TelethonStars,
    open_telethon,
    sign_in,
)
from ...adapters.system import SystemClock
from ...core.clock import Clock
from ...core.money import XTR, Money
from ...core.purchases import SupplierClosed
from .counters import TelegramAccount
from .errors import SettingWrong
from .packs import MINI_APP, STORE, StarsAccount
from .settings import Settings


@asynccontextmanager
async def open_account(settings: Settings, clock: Clock) -> AsyncIterator[TelegramAccount]:
    """The account; Telegram is not asked before something is wanted of it."""
    session = usable_session(settings.stars)
    shared = SharedAccount(lambda: open_telethon(session, *_program(settings.stars)))
    try:
        yield TelegramAccount(
            wallet=StarsWallet(client=TelethonStars(shared), clock=clock),
            init_data=Opened(TelethonInitData(shared, *settings.stickerdom.bot, MINI_APP)),
        )
    finally:
        await shared.close()


def session_of(stars: StarsAccount) -> SealedSession:
    """Where its session is, or will be."""
    return SealedSession.opened_by(stars.session, stars.key.reveal())


def usable_session(stars: StarsAccount) -> SealedSession:
    """
    The same, where there is one.

    Raises:
        SettingWrong: there is none, or it was sealed with another key.
    """
    session = session_of(stars)
    try:
        session.read()
    except SessionUnusable as no:
        words = f"{stars.session}: {no.reason}; altyn stars login makes one"
        raise SettingWrong("ALTYN_STARS_SESSION", words) from None
    return session


async def log_in(stars: StarsAccount, person: SigningIn) -> str:
    """
    Sign in to the account of which a person has the number, and seal the session.

    Raises:
        SessionTaken, SessionUnusable, Unavailable: nothing came of it.
    """
    stars.session.parent.mkdir(parents=True, exist_ok=True)
    shown: str = await sign_in(session_of(stars), *_program(stars), person)
    return shown


async def stars_of(settings: Settings) -> Money:
    """
    What the account has, asked of Telegram now.

    Raises:
        SettingWrong, Unavailable: it cannot be asked.
    """
    async with open_account(settings, SystemClock()) as account:
        return await account.wallet.balance(XTR)


@frozen
class Opened:
    """Opens a Mini App, which nobody enters with an account that is not signed in."""

    ask: Callable[[], Awaitable[str]]

    async def __call__(self) -> str:
        """What Telegram tells it of us; SupplierClosed where a person has to sign in first."""
        try:
            return await self.ask()
        except AccountClosed as closed:
            raise SupplierClosed(STORE, str(closed)) from None


def _program(stars: StarsAccount) -> tuple[int, str]:
    return stars.api_id, stars.api_hash.reveal()
