"""Telethon, as we use it: what it answers in our words, and each question once."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from attrs import define, field
from telethon import errors  # type: ignore[import-untyped]
from telethon.crypto import AuthKey  # type: ignore[import-untyped]
from telethon.sessions import StringSession  # type: ignore[import-untyped]
from telethon.tl import functions, types  # type: ignore[import-untyped]

from altyn.adapters.http import NoAnswer
from altyn.adapters.stars import (
    Declined,
    Form,
    SealedSession,
    SessionTaken,
    SessionUnusable,
    Spent,
    TelethonInitData,
    TelethonStars,
    over_telethon,
)
from altyn.adapters.stars.over_telethon import Asking, code_of, open_telethon
from altyn.core.errors import Unavailable
from altyn.core.resilience import NotExecuted, TurnedAway

BOT = 7686366470
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@define
class FakeTelethon:
    """Answers with what a test says, one after the other."""

    answers: list[Any] = field(factory=list)
    connected: bool = True
    unreachable: BaseException | None = None
    asked: list[Any] = field(factory=list)

    async def __call__(self, request: Any) -> Any:
        self.asked.append(request)
        said = self.answers.pop(0)
        if isinstance(said, BaseException):
            raise said
        return await said() if callable(said) else said

    def is_connected(self) -> bool:
        return self.connected

    async def connect(self) -> None:
        if self.unreachable is not None:
            raise self.unreachable
        self.connected = True

    async def disconnect(self) -> None:
        self.connected = False

    async def get_input_entity(self, peer: Any) -> Any:
        return await self(peer)


@pytest.fixture
def client() -> FakeTelethon:
    return FakeTelethon()


@pytest.fixture
def stars(client: FakeTelethon) -> TelethonStars:
    return TelethonStars(Asking(client))


def invoice(**odd: Any) -> Any:
    return types.Invoice(**{"currency": "XTR", "prices": [types.LabeledPrice("a", 400)], **odd})


async def test_a_form(client: FakeTelethon, stars: TelethonStars) -> None:
    """Its members as they are; whatever is no form of Stars is none."""
    asked = [
        invoice(),
        invoice(test=True, prices=[types.LabeledPrice("a", 1), types.LabeledPrice("b", 2)]),
        invoice(subscription_period=2592000),
        invoice(recurring=True),
    ]
    client.answers = [types.payments.PaymentFormStars(7, BOT, "", "", each, []) for each in asked]
    client.answers.append(types.payments.PaymentFormStarGift(7, invoice()))
    plain = Form(id=7, bot=BOT, currency="XTR", prices=(400,))
    assert await stars.form("slug") == plain
    assert await stars.form("slug") == Form(id=7, bot=BOT, currency="XTR", prices=(1, 2), test=True)
    for _ in range(2):
        form = await stars.form("slug")
        assert form is not None
        assert form.subscription
    assert await stars.form("slug") is None
    assert all(isinstance(each, functions.payments.GetPaymentFormRequest) for each in client.asked)
    assert client.asked[0].invoice.slug == "slug"


async def test_a_payment(client: FakeTelethon, stars: TelethonStars) -> None:
    """By the form and the slug; what has to be confirmed by hand is in doubt."""
    client.answers = [
        types.payments.PaymentResult(types.UpdatesTooLong()),
        types.payments.PaymentVerificationNeeded("https://example.org"),
    ]
    await stars.pay(7, "slug")
    with pytest.raises(NoAnswer, match="by hand"):
        await stars.pay(7, "slug")
    assert (client.asked[0].form_id, client.asked[0].invoice.slug) == (7, "slug")


async def test_a_balance(client: FakeTelethon, stars: TelethonStars) -> None:
    """Whole Stars, rounded down; anything else than Stars is not taken for them."""
    for amount in (types.StarsAmount(12, 5), types.StarsAmount(12, -5), types.StarsTonAmount(9)):
        client.answers.append(types.payments.StarsStatus(amount, [], []))
    assert [await stars.balance(), await stars.balance()] == [12, 11]
    with pytest.raises(NoAnswer):
        await stars.balance()


async def test_a_page_of_what_was_spent(client: FakeTelethon, stars: TelethonStars) -> None:
    """Outbound alone; what is paid out is negative there, and everybody but people has no id."""

    def row(id: str, amount: int, peer: Any, **odd: Any) -> Any:
        return types.StarsTransaction(id, types.StarsAmount(amount, 0), NOW, peer, **odd)

    bot = types.StarsTransactionPeer(types.PeerUser(BOT))
    channel = types.StarsTransactionPeer(types.PeerChannel(5))
    rows = [
        row("a", -500, bot),
        row("b", -1, channel, pending=True),
        row("c", 2, types.StarsTransactionPeerFragment(), failed=True),
        row("d", -3, bot, refund=True),
    ]
    nothing = types.payments.StarsStatus(types.StarsAmount(1, 0), [], [])
    some = types.payments.StarsStatus(
        types.StarsAmount(1, 0), [], [], history=rows, next_offset="more"
    )
    client.answers = [some, nothing]
    page = await stars.spent("", 50)
    assert page.rows == (
        Spent(id="a", stars=500, at=NOW, to=BOT),
        Spent(id="b", stars=1, at=NOW, to=None, pending=True),
        Spent(id="c", stars=2, at=NOW, to=None, undone=True),
        Spent(id="d", stars=3, at=NOW, to=BOT, undone=True),
    )
    assert page.next == "more"
    last = await stars.spent("more", 50)
    assert (last.rows, last.next) == ((), "")
    assert (client.asked[0].outbound, client.asked[1].offset) == (True, "more")


def bad(code: str) -> Exception:
    return errors.BadRequestError(None, code, 400)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("failure", "error", "words"),
    [
        (bad("BALANCE_TOO_LOW"), Declined, "BALANCE_TOO_LOW"),
        (errors.RPCError(None, "API_GIFT_RESTRICTED_UPDATE_APP", 406), Declined, "API_GIFT"),
        (errors.PeerIdInvalidError(None), Declined, "PEER_ID_INVALID"),
        (errors.AuthKeyUnregisteredError(None), Declined, "AUTH_KEY_UNREGISTERED"),
        (errors.ServerError(None, "INTERNAL", 500), NoAnswer, "INTERNAL"),
        (errors.TimedOutError(None, "Timeout", -503), NoAnswer, "Timeout"),
        (errors.RPCError(None, "OF_TOMORROW", 303), NoAnswer, "OF_TOMORROW"),
        (ValueError("Request was unsuccessful 1 time(s)"), NoAnswer, "ValueError"),
        (ConnectionError("secret"), NoAnswer, "ConnectionError"),
        (asyncio.CancelledError(), NoAnswer, "the connection went"),
        (errors.InvalidBufferError(b"secret secret"), NoAnswer, "InvalidBufferError"),
    ],
)
async def test_what_a_failure_means(
    client: FakeTelethon, stars: TelethonStars, failure: Any, error: Any, words: str
) -> None:
    """A no is a no; whatever may have been done is in doubt, and is not sent again."""
    client.answers = [failure]
    with pytest.raises(error) as raised:
        await stars.pay(7, "slug")
    assert words in str(raised.value)
    assert "secret" not in f"{raised.value!r} {raised.value}"
    assert len(client.asked) == 1


async def test_a_flood_is_waited_for(client: FakeTelethon, stars: TelethonStars) -> None:
    """For as long as Telegram says."""
    client.answers = [errors.FloodWaitError(None, capture=30)]
    with pytest.raises(TurnedAway) as wait:
        await stars.pay(7, "slug")
    assert wait.value.retry_after_seconds == 30


async def test_what_is_not_answered_is_in_doubt(client: FakeTelethon) -> None:
    """After a while; whoever gives up himself is not held back."""

    async def never() -> None:
        await asyncio.Event().wait()

    client.answers = [never, never]
    with pytest.raises(NoAnswer, match="no answer in"):
        await TelethonStars(Asking(client, 0.01)).pay(7, "slug")
    giving_up = asyncio.ensure_future(TelethonStars(Asking(client)).pay(7, "slug"))
    await asyncio.sleep(0)
    giving_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await giving_up


async def test_it_connects_when_the_connection_is_gone(
    client: FakeTelethon, stars: TelethonStars
) -> None:
    """Where that fails, nothing was sent."""
    client.connected = False
    for client.unreachable in (ConnectionError("nobody there"), asyncio.CancelledError()):
        with pytest.raises(NotExecuted):
            await stars.pay(7, "slug")
    assert client.asked == []
    client.unreachable = None
    client.answers = [types.payments.PaymentResult(types.UpdatesTooLong())]
    await stars.pay(7, "slug")


async def test_the_mini_app_is_opened_by_its_bot(client: FakeTelethon) -> None:
    """Which is known by its id too; whatever goes wrong there is doubt."""
    raw = f"user={quote('{}')}&hash=ff"
    opened = TelethonInitData(Asking(client), "sticker_bot", BOT, "https://stickerdom.store/")
    bot = types.InputPeerUser(BOT, 1)
    client.answers = [bot, types.WebViewResultUrl(f"https://a.b/#tgWebAppData={quote(raw)}")]
    assert await opened() == raw
    _, request = client.asked
    assert (request.url, request.platform, request.from_bot_menu) == (
        "https://stickerdom.store/",
        "android",
        True,
    )
    for answers in (
        [types.InputPeerUser(BOT + 1, 1)],
        [types.InputPeerChannel(BOT, 1)],
        [bad("USERNAME_NOT_OCCUPIED")],
        [ValueError("no user has that name")],
        [bot, bad("BOT_INVALID")],
        [bot, types.WebViewResultUrl("https://a.b/")],
    ):
        client.answers = list(answers)
        with pytest.raises(Unavailable):
            await opened()


def test_codes_of_errors_that_have_a_class() -> None:
    """They do not carry their code, so it is that of the name."""
    assert code_of(errors.FrozenMethodInvalidError(None)) == "FROZEN_METHOD_INVALID"
    assert code_of(bad("SLUG_INVALID")) == "SLUG_INVALID"


@pytest.fixture
def text() -> str:
    """A session as Telethon writes it, of nobody."""
    session = StringSession()
    session.set_dc(2, "127.0.0.1", 443)
    session.auth_key = AuthKey(bytes(range(256)))
    return str(session.save())


@pytest.fixture
def sealed(tmp_path: Path, text: str) -> SealedSession:
    sealed = SealedSession.opened_by(tmp_path / "stars.session", "ab" * 32)
    sealed.write(text)
    return sealed


@pytest.fixture
def made(
    client: FakeTelethon, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """How clients were made; each is the fake."""
    made: list[tuple[Any, dict[str, Any]]] = []

    def make(session: Any, *_: Any, **options: Any) -> FakeTelethon:
        made.append((session, options))
        return client

    monkeypatch.setattr(over_telethon, "TelegramClient", make)
    client.connected = False
    yield made
    assert not client.connected


async def test_a_session_is_opened_by_one(
    client: FakeTelethon,
    sealed: SealedSession,
    made: list[tuple[Any, dict[str, Any]]],
    text: str,
) -> None:
    """It is connected and signed in, nothing is sent twice, and nobody else has it meanwhile."""
    client.answers = [types.updates.State(1, 1, NOW, 1, 0)]
    async with open_telethon(sealed, 1, "hash") as asking:
        assert asking.client is client
        with pytest.raises(SessionTaken):
            async with open_telethon(sealed, 1, "hash"):
                pass
    ((_, options),) = made
    assert (options["request_retries"], options["flood_sleep_threshold"]) == (0, 0)
    assert (options["auto_reconnect"], options["receive_updates"]) == (False, False)
    assert sealed.read() == text


async def test_a_session_that_moved_is_kept(
    client: FakeTelethon, sealed: SealedSession, made: list[tuple[Any, dict[str, Any]]], text: str
) -> None:
    """Whatever happens meanwhile."""
    client.answers = [types.updates.State(1, 1, NOW, 1, 0)]
    with suppress(ZeroDivisionError):
        async with open_telethon(sealed, 1, "hash"):
            made[0][0].set_dc(4, "127.0.0.4", 443)
            raise ZeroDivisionError
    assert sealed.read() not in ("", text)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (
            lambda client, sealed: client.answers.append(errors.AuthKeyUnregisteredError(None)),
            "UNREG",
        ),
        (lambda client, sealed: sealed.write("no session"), "no session"),
        (lambda client, sealed: sealed.path.unlink(), "No such file"),
    ],
)
async def test_what_is_not_signed_in_is_not_used(
    client: FakeTelethon,
    sealed: SealedSession,
    made: list[tuple[Any, dict[str, Any]]],
    prepare: Callable[[FakeTelethon, SealedSession], object],
    words: str,
) -> None:
    """Nobody is asked for a number or a code: that is done by hand, elsewhere."""
    prepare(client, sealed)
    with pytest.raises(SessionUnusable, match=words):
        async with open_telethon(sealed, 1, "hash"):
            pass
    with sealed.held():
        pass


async def test_telegram_cannot_be_reached(
    client: FakeTelethon, sealed: SealedSession, made: list[tuple[Any, dict[str, Any]]]
) -> None:
    """That is no fault of the session."""
    client.unreachable = OSError()
    with pytest.raises(NotExecuted):
        async with open_telethon(sealed, 1, "hash"):
            pass
