"""Our account over MTProto, by Telethon: each question is sent once, and no person is asked."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from attrs import field, frozen
from telethon import TelegramClient, errors  # type: ignore[import-untyped]
from telethon.sessions import StringSession  # type: ignore[import-untyped]
from telethon.tl.functions.messages import (  # type: ignore[import-untyped]
    RequestWebViewRequest,
)
from telethon.tl.functions.payments import (  # type: ignore[import-untyped]
    GetPaymentFormRequest,
    GetStarsStatusRequest,
    GetStarsTransactionsRequest,
    SendStarsFormRequest,
)
from telethon.tl.functions.updates import GetStateRequest  # type: ignore[import-untyped]
from telethon.tl.types import (  # type: ignore[import-untyped]
    InputInvoiceSlug,
    InputPeerSelf,
    PeerUser,
    StarsAmount,
    StarsTransactionPeer,
)
from telethon.tl.types.payments import (  # type: ignore[import-untyped]
    PaymentFormStars,
    PaymentResult,
)

from ...core.errors import Unavailable
from ...core.resilience import NotExecuted, TurnedAway
from ...core.spans import calling
from ..http import NoAnswer
from .client import Declined, Form, Spendings, Spent
from .sealing import SealedSession, SessionUnusable
from .shared import Asks
from .web_app import TELEGRAM, init_data_in

MTPROTO: Final = "mtproto"
DEADLINE_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 10
CONNECT_TRIES: Final = 2
NO_MOMENT: Final = datetime.max.replace(tzinfo=UTC)
REFUSALS: Final = range(400, 500)
NOT_A_LETTER_OF_A_CODE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
BASES: Final = errors.RPCError.__module__
"""Where errors come from that have no class of their own; these have the code as it came."""


class Telethon(Protocol):
    """As much of a client of Telethon as is needed here."""

    def __call__(self, request: Any) -> Awaitable[Any]:
        """The answer to a request."""
        ...

    def is_connected(self) -> bool:
        """Whether the connection stands."""
        ...

    async def connect(self) -> None:
        """Make it stand."""
        ...

    async def get_input_entity(self, peer: Any) -> Any:
        """Somebody, as requests name them."""
        ...


@frozen
class Asking:
    """Asks Telegram once, and says in our words what came of it."""

    client: Telethon = field(repr=False)
    deadline_seconds: float = DEADLINE_SECONDS

    async def __call__(self, request: Any) -> Any:
        """
        The answer.

        Raises:
            Declined: it is no.
            NotExecuted: nothing was sent.
            TurnedAway: not now; nothing was done.
            NoAnswer: it was sent, and nothing came.
        """
        with calling(MTPROTO, type(request).__name__.removesuffix("Request")):
            await self.connect()
            return await self.answer(self.client(request))

    async def named(self, username: str) -> Any:
        """Whoever has that name, as requests name them."""
        with calling(MTPROTO, "GetInputEntity"):
            await self.connect()
            return await self.answer(self.client.get_input_entity(username))

    async def connect(self) -> None:
        """
        Make the connection stand.

        Raises:
            NotExecuted: Telegram cannot be reached.
        """
        if self.client.is_connected():
            return
        try:
            await self.answer(self.client.connect())
        except (Declined, Unavailable) as failed:
            raise NotExecuted(f"cannot reach {TELEGRAM}: {failed}") from None

    async def answer(self, asked: Awaitable[Any]) -> Any:
        """What comes of a question that is on its way, as of a request."""
        try:
            async with asyncio.timeout(self.deadline_seconds):
                return await asked
        except errors.FloodError as wait:
            seconds = float(getattr(wait, "seconds", 0)) or None
            raise TurnedAway(f"{TELEGRAM} wants us to wait", seconds) from None
        except errors.RPCError as no:
            code = code_of(no)
            if abs(no.code or 0) in REFUSALS:
                raise Declined(code) from None
            raise NoAnswer(TELEGRAM, code) from None
        except asyncio.CancelledError:
            # Telethon cancels what waits for an answer when the connection goes.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            raise NoAnswer(TELEGRAM, "the connection went") from None
        except TimeoutError:
            raise NoAnswer(TELEGRAM, f"no answer in {self.deadline_seconds:g} s") from None
        except Exception as failed:
            # Telethon has errors of its own for what it cannot read, and lets others through.
            raise NoAnswer(TELEGRAM, type(failed).__name__) from None


@frozen
class TelethonStars:
    """As the port of the wallet says."""

    ask: Asks

    async def form(self, slug: str) -> Form | None:
        """As the port says."""
        said = await self.ask(GetPaymentFormRequest(invoice=InputInvoiceSlug(slug)))
        if not isinstance(said, PaymentFormStars):
            return None
        invoice = said.invoice
        return Form(
            id=said.form_id,
            bot=said.bot_id,
            currency=invoice.currency,
            prices=tuple(each.amount for each in invoice.prices),
            test=bool(invoice.test),
            subscription=invoice.subscription_period is not None or bool(invoice.recurring),
        )

    async def pay(self, form: int, slug: str) -> None:
        """As the port says; where somebody has to confirm it by hand it is in doubt."""
        request = SendStarsFormRequest(form_id=form, invoice=InputInvoiceSlug(slug))
        said = await self.ask(request)
        if not isinstance(said, PaymentResult):
            raise NoAnswer(TELEGRAM, "somebody has to confirm the payment by hand")

    async def balance(self) -> int:
        """As the port says."""
        said = await self.ask(GetStarsStatusRequest(peer=InputPeerSelf()))
        stars, nanos = _amount(said.balance)
        return stars - (nanos < 0)

    async def spent(self, offset: str, limit: int) -> Spendings:
        """As the port says."""
        said = await self.ask(
            GetStarsTransactionsRequest(
                peer=InputPeerSelf(), offset=offset, limit=limit, outbound=True
            )
        )
        rows = tuple(_spent(each) for each in said.history or ())
        return Spendings(rows, said.next_offset or "")


@frozen
class TelethonInitData:
    """Opens a Mini App for our account, as its menu would."""

    ask: Asks
    bot: str
    """The username of the bot that it belongs to."""
    bot_id: int
    """And its id: somebody else may have the name by now."""
    url: str

    async def __call__(self) -> str:
        """What Telegram tells the Mini App of us, to the letter, made just now."""
        try:
            bot = await self.ask.named(self.bot)
            if getattr(bot, "user_id", None) != self.bot_id:
                raise NoAnswer(TELEGRAM, f"@{self.bot} is not who it was")
            request = RequestWebViewRequest(
                peer=bot, bot=bot, platform="android", from_bot_menu=True, url=self.url
            )
            said = await self.ask(request)
        except Declined as no:
            raise NoAnswer(TELEGRAM, no.code) from None
        return init_data_in(str(said.url))


@asynccontextmanager
async def open_telethon(
    session: SealedSession, api_id: int, api_hash: str, deadline_seconds: float = DEADLINE_SECONDS
) -> AsyncIterator[Asking]:
    """
    Speak for the account of that session, as nobody else does meanwhile.

    Raises:
        SessionTaken: somebody does.
        SessionUnusable: it is none, or it is not signed in; that is done by hand elsewhere.
        NotExecuted: Telegram cannot be reached.
    """
    with session.held():
        try:
            kept = StringSession(before := session.read())
        except ValueError:
            raise SessionUnusable(session.path.name, "it holds no session") from None
        client = client_of(kept, api_id, api_hash)
        asking = Asking(client, deadline_seconds)
        try:
            try:
                await asking(GetStateRequest())
            except Declined as no:
                words = f"Telegram does not let it in ({no.code})"
                raise SessionUnusable(session.path.name, words) from None
            yield asking
        finally:
            await client.disconnect()
            if (after := kept.save()) != before and after:
                session.write(after)


def client_of(kept: StringSession, api_id: int, api_hash: str) -> Any:
    """A client of that session, which sends each question once."""
    return TelegramClient(
        kept,
        api_id,
        api_hash,
        timeout=CONNECT_SECONDS,
        connection_retries=CONNECT_TRIES,
        request_retries=0,  # which means one attempt
        flood_sleep_threshold=0,
        # It would send again what was not answered: a form perhaps paid already.
        auto_reconnect=False,
        receive_updates=False,
    )


def code_of(no: Any) -> str:
    """`BALANCE_TOO_LOW`: as it came, or by the name of its class where it has one."""
    if type(no).__module__ == BASES:
        return str(no.message)
    name = type(no).__name__.removesuffix("Error")
    return NOT_A_LETTER_OF_A_CODE.sub("_", name).upper()


def _spent(row: Any) -> Spent:
    stars, nanos = _amount(row.amount)
    peer = row.peer.peer if isinstance(row.peer, StarsTransactionPeer) else None
    return Spent(
        id=row.id,
        stars=abs(stars),
        nanos=nanos,
        at=row.date or NO_MOMENT,
        to=peer.user_id if isinstance(peer, PeerUser) else None,
        pending=bool(row.pending),
        undone=bool(row.failed or row.refund),
    )


def _amount(amount: Any) -> tuple[int, int]:
    if not isinstance(amount, StarsAmount):
        raise NoAnswer(TELEGRAM, "an amount is not in Stars")
    return amount.amount, amount.nanos
