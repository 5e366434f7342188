"""Our account of Telegram and the store of packs: what may be written, and how it is refused."""

from pathlib import Path

import pytest

from altyn.adapters.memory import ManualTicks
from altyn.adapters.stars import AccountClosed, SealedSession
from altyn.core.purchases import SupplierClosed, Suppliers
from altyn.core.wallets import DrawCheque, Wallets
from altyn.entrypoints.sandbox.desks import PHRASE
from altyn.entrypoints.wiring import SettingsError, SettingWrong, read_settings
from altyn.entrypoints.wiring.account import Opened
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.extras import OF_STARS, with_stars
from altyn.entrypoints.wiring.redaction import secrets_in
from altyn.entrypoints.wiring.sellers import sellers
from altyn.entrypoints.wiring.settings import Settings
from altyn.entrypoints.wiring.stickerdom import Apart

ACCOUNT = {"STARS_API_ID": "17", "STARS_API_HASH": "cd" * 16, "STARS_KEY": "ab" * 32}
STORE = {"STICKERDOM_PAID_IN": "XTR", **ACCOUNT}
WALLET = {"TON_WALLET": "0:" + "a" * 64, "TON_MNEMONIC": PHRASE}
HERE, THERE, KEY = "http://127.0.0.1:9/opener", "https://opener.example/altyn", "opener-key-of-ours"
THROUGH = {"STICKERDOM_PAID_IN": "TON", "STICKERDOM_OPENER": HERE, **WALLET}


def read(folder: Path, **given: str) -> Settings:
    """With names as they are after ALTYN_."""
    return read_settings({f"ALTYN_{name}": value for name, value in given.items()}, folder)


def test_nothing_is_bought_unless_told_otherwise(tmp_path: Path) -> None:
    """It is told which settings change that."""
    assert [(each.name, each.enabled, each.enabled_by) for each in sellers(read(tmp_path))] == [
        ("fragment", False, "ALTYN_FRAGMENT_COOKIES"),
        ("stickerdom", False, "ALTYN_STICKERDOM_PAID_IN"),
        ("stickerdom_stars", False, "ALTYN_STICKERDOM_PAID_IN"),
    ]
    on = [each.name for each in sellers(read(tmp_path, **STORE)) if each.enabled]
    assert on == ["stickerdom_stars"]


def test_fragment_under_several_addresses(tmp_path: Path) -> None:
    """The preferred one first; an address that is there twice is a mistake."""
    wallet = {"TON_WALLET": "0:" + "a" * 64, "TON_MNEMONIC": "alpha " * 23 + "acid"}
    given = {"FRAGMENT_COOKIES": "a=b", **wallet}
    two = "https://fragment.com, https://relay.example"
    assert read(tmp_path, **given).fragment.api == ("https://fragment.com",)
    assert read(tmp_path, **given, FRAGMENT_API=two).fragment.api == tuple(two.split(", "))
    for wrong in ("https://a.example,https://a.example/", "http://a.example", ","):
        with pytest.raises(SettingWrong, match="ALTYN_FRAGMENT_API"):
            read(tmp_path, **given, FRAGMENT_API=wrong)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    """As all settings may."""
    (tmp_path / "key").write_text("ab" * 32 + "\n")
    (tmp_path / "hash").write_text("cd" * 16 + "\n")
    found = read(tmp_path, STARS_API_ID="17", STARS_API_HASH_FILE="hash", STARS_KEY_FILE="key")
    assert found.stars == read(tmp_path, **ACCOUNT).stars
    assert "ab" * 32 not in repr(found)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"STARS_API_ID": "17"}, "ALTYN_STARS_API_HASH is missing"),
        ({"STARS_API_HASH": "cd" * 16}, "ALTYN_STARS_API_ID is missing"),
        ({"STARS_SESSION": "here"}, "ALTYN_STARS_API_ID is missing"),
        ({**ACCOUNT, "STARS_KEY": "abc"}, "ALTYN_STARS_KEY: expected 64 hex"),
        ({**ACCOUNT, "STARS_API_HASH": "AB" * 16}, "ALTYN_STARS_API_HASH: expected 32 hex"),
        ({**ACCOUNT, "STARS_API_ID": "-1"}, "ALTYN_STARS_API_ID: expected the number"),
        ({**ACCOUNT, "STARS_SESSION": "folder/"}, "ALTYN_STARS_SESSION: the path names no file"),
        ({"STARS_API_ID": "17", "STARS_API_HASH": "cd" * 16}, "ALTYN_STARS_KEY is missing"),
        ({"STICKERDOM_PAID_IN": "XTR"}, "ALTYN_STARS_API_ID is missing"),
        ({**STORE, "STICKERDOM_PAID_IN": "TON"}, "ALTYN_TON_WALLET is missing"),
        ({**STORE, "STICKERDOM_PAID_IN": "RUB"}, "ALTYN_STICKERDOM_PAID_IN: expected one of"),
        ({**STORE, "STICKERDOM_PAID_IN": "XTR, XTR"}, "ALTYN_STICKERDOM_PAID_IN: expected one"),
        ({"STICKERDOM_API": "https://a.example"}, "ALTYN_STICKERDOM_PAID_IN is missing"),
        ({**STORE, "STICKERDOM_BOT": "sticker_bot"}, "ALTYN_STICKERDOM_BOT: expected a username"),
        ({**STORE, "STICKERDOM_BOT": "a b:1"}, "ALTYN_STICKERDOM_BOT: expected a username"),
        ({"STICKERDOM_OPENER": HERE}, "ALTYN_STICKERDOM_PAID_IN is missing"),
        ({"STICKERDOM_OPENER_KEY": KEY}, "ALTYN_STICKERDOM_OPENER is missing"),
        ({"STICKERDOM_PAID_IN": "TON", "STICKERDOM_OPENER": HERE}, "ALTYN_TON_WALLET is missing"),
        ({**THROUGH, "STICKERDOM_OPENER": THERE}, "ALTYN_STICKERDOM_OPENER_KEY is missing"),
        (
            {**THROUGH, "STICKERDOM_OPENER": "http://a.example"},
            "ALTYN_STICKERDOM_OPENER: http",
        ),
        ({**THROUGH, "STICKERDOM_OPENER": "ftp://a.example"}, "ALTYN_STICKERDOM_OPENER: an addr"),
        ({**THROUGH, "STICKERDOM_OPENER_KEY": "short"}, "ALTYN_STICKERDOM_OPENER_KEY: a key has"),
        ({**THROUGH, "STICKERDOM_PAID_IN": "TON, XTR"}, "ALTYN_STICKERDOM_OPENER: who pays in"),
        ({**THROUGH, **STORE}, "ALTYN_STICKERDOM_OPENER: who pays in Stars"),
    ],
)
def test_what_is_half_given_or_wrong(tmp_path: Path, given: dict[str, str], words: str) -> None:
    """One line that names the setting."""
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, **given)
    assert str(refused.value).startswith(words)


async def test_what_is_enabled(tmp_path: Path) -> None:
    """The store is one supplier for each way of paying, and our Stars pay its bot alone."""
    SealedSession.opened_by(tmp_path / "sealed", "ab" * 32).write("a session")
    settings = read(
        tmp_path,
        **{**STORE, "STICKERDOM_BOT": "@a_bot:7"},
        STARS_SESSION=str(tmp_path / "sealed"),
        DATABASE=f"sqlite:///{tmp_path}/a.db",
    )
    container = make_container(settings, create=True)
    suppliers = await container.get(Suppliers)
    assert [each.name for each in suppliers.all] == ["stickerdom_stars"]
    assert suppliers.wallets == {("stickerdom_stars", "XTR"): "stars"}
    assert (await container.get(Wallets)).names == ("stars",)
    assert (await container.get(DrawCheque)).caps["stars"].payees == frozenset({"7"})
    await container.close()


@pytest.mark.parametrize(("key", "words"), [("ab", "No such file"), ("cd", "another key")])
async def test_a_session_that_cannot_be_opened(tmp_path: Path, key: str, words: str) -> None:
    """It stops the start, and it is said how one is made."""
    if key == "cd":
        SealedSession.opened_by(tmp_path / "sealed", "cd" * 32).write("a session")
    settings = read(tmp_path, **ACCOUNT, STARS_SESSION=str(tmp_path / "sealed"))
    with pytest.raises(SettingWrong, match=f"{words}.*altyn stars login makes one"):
        await make_container(settings, create=True).get(Wallets)


@pytest.mark.parametrize("absent", sorted(OF_STARS))
def test_what_is_not_installed(absent: str) -> None:
    """It is said what to install; whatever else cannot be imported is a mistake of ours."""
    with (
        pytest.raises(SettingWrong, match=r"pip install 'altyn\[stars\]'"),
        with_stars("ALTYN_STARS_API_ID", "an account needs"),
    ):
        raise ModuleNotFoundError(name=f"{absent}.inner")
    with pytest.raises(ModuleNotFoundError), with_stars("ALTYN_STARS_API_ID", "an account needs"):
        raise ModuleNotFoundError(name="another")


async def test_a_store_is_not_entered_by_whoever_is_not_signed_in() -> None:
    """Somebody has to see to that before it sells to us."""

    async def closed() -> str:
        raise AccountClosed("Telegram does not let it in")

    async def opened() -> str:
        return "user=1"

    assert await Opened(opened)() == "user=1"
    with pytest.raises(SupplierClosed, match="altyn stars login"):
        await Opened(closed)()


async def test_packs_are_bought_without_an_account_of_ours(tmp_path: Path) -> None:
    """Somebody else has it and opens the store; coins pay, and nothing is paid in Stars."""
    given = {**THROUGH, "STICKERDOM_OPENER": THERE, "STICKERDOM_OPENER_KEY": KEY}
    settings = read(tmp_path, **given, DATABASE=f"sqlite:///{tmp_path}/a.db")
    assert KEY in set(secrets_in(settings))
    assert KEY not in repr(settings)
    container = make_container(settings, create=True)
    suppliers = await container.get(Suppliers)
    assert [each.name for each in suppliers.all] == ["stickerdom"]
    assert suppliers.wallets == {("stickerdom", "TON"): "ton"}
    assert KEY not in repr(suppliers)
    assert (await container.get(Wallets)).names == ("ton",)
    await container.close()


async def test_calls_begin_apart_from_each_other() -> None:
    """Whoever comes too soon is told how long to wait."""
    ticks = ManualTicks()
    admit = Apart(0.5, ticks)
    assert [await admit(), await admit()] == [0.0, 0.5]
    ticks.advance(seconds=0.5)
    assert await admit() == 0.0
