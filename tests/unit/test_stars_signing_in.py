"""Signing in to the account: what is typed goes to Telegram alone, and what comes is sealed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import define, field
from telethon import errors  # type: ignore[import-untyped]
from telethon.crypto import AuthKey  # type: ignore[import-untyped]

from altyn.adapters.stars import SealedSession, SessionTaken, SessionUnusable, sign_in, signing_in
from altyn.core.resilience import NotExecuted
from altyn.entrypoints.cli import program
from altyn.entrypoints.cli.stars import login as command


@define
class FakeTelethon:
    """An account with a code and perhaps a password."""

    kept: Any = None
    code: str = "12345"
    password: str = ""
    username: str | None = "altyn_shop"
    unreachable: bool = False
    connected: bool = False
    sent: list[str] = field(factory=list)

    def is_connected(self) -> bool:
        return self.connected

    async def connect(self) -> None:
        if self.unreachable:
            raise ConnectionError
        self.connected = True

    async def disconnect(self) -> None:
        self.connected = False

    async def send_code_request(self, phone: str) -> None:
        if phone != "+7999":
            raise errors.PhoneNumberInvalidError(None)
        self.sent.append(phone)

    async def sign_in(self, phone: str = "", code: str = "", *, password: str = "") -> Any:
        if password:
            if password != self.password:
                raise errors.PasswordHashInvalidError(None)
        elif code != self.code:
            raise errors.PhoneCodeInvalidError(None)
        elif self.password:
            raise errors.SessionPasswordNeededError(None)
        self.kept.set_dc(2, "127.0.0.1", 443)
        self.kept.auth_key = AuthKey(bytes(range(256)))
        return SimpleNamespace(id=42, username=self.username)


@define
class Person:
    """Types what a test says."""

    codes: list[str] = field(factory=lambda: ["12345"])
    passwords: list[str] = field(factory=list)
    number: str = "+7999"

    def phone(self) -> str:
        return self.number

    def code(self) -> str:
        return self.codes.pop(0)

    def password(self) -> str:
        return self.passwords.pop(0)


@pytest.fixture
def telethon(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTelethon]:
    fake = FakeTelethon()

    def make(session: Any, *_: Any, **options: Any) -> FakeTelethon:
        fake.kept = session
        return fake

    monkeypatch.setattr(signing_in, "TelegramClient", make)
    yield fake
    assert not fake.connected


@pytest.fixture
def sealed(tmp_path: Path) -> SealedSession:
    return SealedSession.opened_by(tmp_path / "stars.session", "ab" * 32)


async def test_what_comes_of_it_is_sealed(telethon: FakeTelethon, sealed: SealedSession) -> None:
    """And it is said whose account it is."""
    assert await sign_in(sealed, 1, "hash", Person()) == "@altyn_shop"
    assert sealed.read() == telethon.kept.save()
    assert telethon.kept.save().encode() not in sealed.path.read_bytes()
    telethon.username = None
    assert await sign_in(sealed, 1, "hash", Person()) == "account 42"


async def test_what_was_mistyped_is_typed_again(
    telethon: FakeTelethon, sealed: SealedSession
) -> None:
    """A code and a password, a few times each."""
    telethon.password = "secret"
    person = Person(codes=["1", "2", "12345"], passwords=["a", "b", "secret"])
    assert await sign_in(sealed, 1, "hash", person) == "@altyn_shop"
    assert telethon.sent == ["+7999"]


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (Person(number="+1"), "PHONE_NUMBER_INVALID"),
        (Person(codes=["1", "2", "3"]), "PHONE_CODE_INVALID"),
        (Person(passwords=["a", "b", "c"]), "PASSWORD_HASH_INVALID"),
    ],
)
async def test_nothing_comes_of_it(
    telethon: FakeTelethon, sealed: SealedSession, person: Person, words: str
) -> None:
    """The session that was there is as it was."""
    sealed.write("as it was")
    telethon.password = "secret"
    with pytest.raises(SessionUnusable, match=words):
        await sign_in(sealed, 1, "hash", person)
    assert sealed.read() == "as it was"


async def test_whoever_uses_it_is_not_disturbed(
    telethon: FakeTelethon, sealed: SealedSession
) -> None:
    """Nor is anything asked while Telegram cannot be reached."""
    with sealed.held(), pytest.raises(SessionTaken):
        await sign_in(sealed, 1, "hash", Person())
    telethon.unreachable = True
    with pytest.raises(NotExecuted):
        await sign_in(sealed, 1, "hash", Person(number="nobody asks"))


KEYS = {
    "ALTYN_STARS_API_ID": "1",
    "ALTYN_STARS_API_HASH": "cd" * 16,
    "ALTYN_STARS_KEY": "ab" * 32,
}


@define
class Terminal:
    """Somebody sits there: what they type is shown, or it is not."""

    lines: list[str]
    hidden: list[str] = field(factory=list)
    is_one: bool = True

    def isatty(self) -> bool:
        return self.is_one

    def readline(self) -> str:
        return self.lines.pop(0) if self.lines else ""

    def getpass(self, question: str, stream: Any) -> str:
        return self.hidden.pop(0)


Login = Callable[[Terminal], int]


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Login:
    """`altyn stars login`, with somebody at the terminal."""
    monkeypatch.chdir(tmp_path)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)

    def run(terminal: Terminal) -> int:
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr(command, "getpass", terminal.getpass)
        return program.run(["stars", "login"])

    return run


def test_somebody_signs_in_at_the_terminal(
    telethon: FakeTelethon, login: Login, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No secret is shown; a session that is there is replaced only by whoever says so."""
    telethon.password = "a secret"
    assert login(Terminal(["\n", "+7999\n"], ["", "12345", "a secret"])) == 0
    path = tmp_path / "altyn-data" / "stars.session"
    first = path.read_bytes()
    assert login(Terminal(["n\n"])) == 2
    assert path.read_bytes() == first
    assert login(Terminal(["yes\n", "+7999\n"], ["12345", "a secret"])) == 0
    assert path.read_bytes() != first
    said = "".join(capsys.readouterr())
    assert "signed in as @altyn_shop" in said
    assert [each for each in ("12345", "a secret", "ab" * 32, "cd" * 16) if each in said] == []


@pytest.mark.usefixtures("telethon")
def test_nobody_sits_there(login: Login, capsys: pytest.CaptureFixture[str]) -> None:
    """What runs unattended is never asked."""
    assert login(Terminal([], is_one=False)) == 2
    assert "needs a terminal" in capsys.readouterr().err
    assert login(Terminal([])) == 2
    assert "nobody answers" in capsys.readouterr().err


def test_an_account_is_wanted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever has none is told which setting makes one."""
    monkeypatch.chdir(tmp_path)
    for name in ("login", "status"):
        assert program.run(["stars", name]) == 2
        assert "ALTYN_STARS_API_ID is missing" in capsys.readouterr().err


def test_a_session_is_wanted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its state is asked of nobody before there is one."""
    monkeypatch.chdir(tmp_path)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    assert program.run(["stars", "status"]) == 2
    assert "altyn stars login makes one" in capsys.readouterr().err
