"""TON as a way of paying: what an operator may write, and how a mistake is named in one line."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from altyn.adapters.http import Caller
from altyn.adapters.memory import ManualClock, MemoryCursors, MemoryReputations, MemoryStore
from altyn.adapters.ton import PooledChain, Tonapi, Toncenter, ToncenterV2, Unhurried
from altyn.core.money import USDT
from altyn.core.signals import Unheard
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.wiring import (
    SettingMissing,
    Settings,
    SettingsError,
    SettingWrong,
    read_settings,
)
from altyn.entrypoints.wiring.methods import methods
from altyn.entrypoints.wiring.ton import Reader, Shop, open_ton
from tests.unit.ton_outside import MASTER, OWNER

SHOP = OWNER.friendly(bounceable=False)
OF_TESTS = OWNER.friendly(bounceable=False, testnet=True)
KEY = "a-key-that-toncenter-gave-us"


def read(folder: Path, **environment: str) -> Settings:
    """With names as they are after ALTYN_TON_."""
    return read_settings({f"ALTYN_TON_{name}": its for name, its in environment.items()}, folder)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Shop]:
    """What wiring makes of it."""
    store = MemoryStore()
    async with open_ton(
        settings, ManualClock(), Unheard(), MemoryCursors(store), MemoryReputations(store)
    ) as shop:
        yield shop


def readers_of(shop: Shop) -> list[Reader]:
    """Who reads the chain, the preferred one first."""
    assert isinstance(shop.feed.chain, PooledChain)
    readers = list(shop.feed.chain.readers.values())
    assert all(isinstance(each, Reader) for each in readers)
    return [each for each in readers if isinstance(each, Reader)]


def test_off_unless_told_otherwise(tmp_path: Path) -> None:
    """An address is enough, and it is told which setting that is."""
    (off,) = (each for each in methods(read(tmp_path)) if each.name == "ton")
    assert (off.enabled, off.enabled_by) == (False, "ALTYN_TON_ADDRESS")
    (on,) = (each for each in methods(read(tmp_path, ADDRESS=SHOP)) if each.name == "ton")
    assert on.enabled


@pytest.mark.parametrize(
    "address", [SHOP, OWNER.raw, OWNER.raw.upper(), OWNER.friendly(bounceable=True)]
)
async def test_an_address_in_any_form(tmp_path: Path, address: str) -> None:
    """It is ours, and jettons of Tether are taken there."""
    async with opened(read(tmp_path, ADDRESS=address)) as shop:
        assert shop.gateway.purses.owner == OWNER
        assert shop.gateway.purses.masters == {MASTER: USDT}
        assert shop.gateway.purses is shop.feed.purses
        assert not shop.gateway.testnet
    assert MASTER.raw.upper() == USDT_MASTER


@pytest.mark.parametrize(
    ("given", "setting", "words"),
    [
        ({"ADDRESS": "shop.ton"}, "ADDRESS", "it has neither the raw nor the friendly form"),
        ({"ADDRESS": f"{SHOP[:-1]}A"}, "ADDRESS", "its checksum is wrong"),
        ({"ADDRESS": f"-1:{'0' * 64}"}, "ADDRESS", "it lies on the masterchain"),
        ({"ADDRESS": OF_TESTS}, "ADDRESS", "it is for the test network"),
        ({"ADDRESS": SHOP, "USDT": "USDT"}, "USDT", "neither the raw nor the friendly form"),
        ({"ADDRESS": SHOP, "USDT": OF_TESTS}, "USDT", "it is for the test network"),
        ({"ADDRESS": SHOP, "TESTNET": "yes"}, "USDT", "no official USDT on the test network"),
    ],
    ids=str,
)
async def test_what_cannot_be(
    tmp_path: Path, given: dict[str, str], setting: str, words: str
) -> None:
    """It is said before anything is opened, with the name of the setting."""
    error = await _refusal(read(tmp_path, **given))
    assert isinstance(error, SettingMissing if "TESTNET" in given else SettingWrong)
    assert error.setting == f"ALTYN_TON_{setting}"
    assert words in str(error)
    assert len(str(error).splitlines()) == 1


async def _refusal(settings: Settings) -> SettingsError:
    with pytest.raises(SettingsError) as refused:
        async with opened(settings):
            raise AssertionError("it was opened")
    return refused.value


@pytest.mark.parametrize(
    ("given", "setting", "words"),
    [
        ({"API": "https://toncenter.com/api/v3"}, "ADDRESS", "nobody can pay on TON without it"),
        ({"API_KEY": KEY}, "ADDRESS", "nobody can pay on TON without it"),
        ({"USDT": MASTER.raw}, "ADDRESS", "nobody can pay on TON without it"),
        ({"TESTNET": "true"}, "ADDRESS", "nobody can pay on TON without it"),
        ({"ADDRESS": "two words"}, "ADDRESS", "printable ASCII without spaces"),
        ({"ADDRESS": SHOP, "API": "toncenter.com"}, "API", "starts with https:// and names a"),
        ({"ADDRESS": SHOP, "API": "http://toncenter.com"}, "API", "http:// is for this machine"),
        ({"ADDRESS": SHOP, "API": "https://a.example, ftp://b"}, "API", "starts with https://"),
        ({"ADDRESS": SHOP, "API": f"https://a.example/?api_key={KEY}"}, "API", "no ? and no #"),
        ({"ADDRESS": SHOP, "API": ","}, "API", "expected one address or several"),
        ({"ADDRESS": SHOP, "API": "tonkeeper:https://a.example"}, "API", "stands one of toncenter"),
        ({"ADDRESS": SHOP, "API": "tonapi:http://a.example"}, "API", "http:// is for this machine"),
        ({"ADDRESS": SHOP, "API": "tonapi:a.example"}, "API", "an address starts with https://"),
        ({"ADDRESS": SHOP, "API": "tonapi:"}, "API", "an address starts with https://"),
        ({"ADDRESS": SHOP, "API_KEY": f"{KEY}, {KEY}"}, "API_KEY", "more keys than readers"),
        ({"ADDRESS": SHOP, "API_KEY": f"{KEY},,{KEY}"}, "API_KEY", "printable ASCII without"),
        ({"ADDRESS": SHOP, "API_KEY": "two words"}, "API_KEY", "without spaces"),
        ({"ADDRESS": SHOP, "TESTNET": "perhaps"}, "TESTNET", "expected true or false"),
    ],
    ids=str,
)
def test_what_is_seen_at_once(
    tmp_path: Path, given: dict[str, str], setting: str, words: str
) -> None:
    """Without opening anything."""
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, **given)
    assert f"ALTYN_TON_{setting}" in str(refused.value)
    assert words in str(refused.value)
    assert KEY not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


async def test_on_the_test_network(tmp_path: Path) -> None:
    """With a master of one's own; addresses of that network are taken, and links are for it."""
    given = {"ADDRESS": OF_TESTS, "USDT": OF_TESTS, "TESTNET": "true"}
    async with opened(read(tmp_path, **given)) as shop:
        assert shop.gateway.purses.owner == OWNER
        assert shop.gateway.purses.masters == {OWNER: USDT}
        assert shop.gateway.testnet
        assert hosts(shop) == ["https://testnet.toncenter.com"]


async def test_toncenter_is_asked_unless_told_otherwise(tmp_path: Path) -> None:
    """Who has no key asks once a second; who has one does not wait."""
    async with opened(read(tmp_path, ADDRESS=SHOP)) as shop:
        (reader,) = readers_of(shop)
        assert isinstance(reader.caller, Unhurried)
        assert reader.caller.rest_seconds == 1.0
        assert (reader.api_key, reader.prefix) == ("", "/api/v3")
        assert hosts(shop) == ["https://toncenter.com"]
    async with opened(read(tmp_path, ADDRESS=SHOP, API_KEY=KEY)) as shop:
        (reader,) = readers_of(shop)
        assert isinstance(reader.caller, Caller)
        assert reader.api_key == KEY
        assert KEY not in repr(shop)


async def test_others_are_asked_in_their_order(tmp_path: Path) -> None:
    """Of one host or many; the key is for the first, and nobody else gets to see it."""
    api = "http://127.0.0.1:8081, https://ton.example/v3/, https://toncenter.com/api/v3"
    async with opened(read(tmp_path, ADDRESS=SHOP, API=api, API_KEY=KEY)) as shop:
        readers = readers_of(shop)
        assert [each.api_key for each in readers] == [KEY, "", ""]
        assert [each.prefix for each in readers] == ["/api/v3", "/v3", "/api/v3"]
        assert [isinstance(each.caller, Unhurried) for each in readers] == [False, False, True]
        assert hosts(shop) == [
            "http://127.0.0.1:8081",
            "https://ton.example",
            "https://toncenter.com",
        ]
        assert len({each.guard.name for each in readers}) == 3


async def test_readers_of_several_kinds(tmp_path: Path) -> None:
    """Each is asked by his own wire, with his own key, and rests as he wants it."""
    api = (
        "toncenter:https://toncenter.com, tonapi:https://tonapi.io, tonapi:https://tonapi.io,"
        "toncenter-v2:https://toncenter.com, toncenter-v2:https://node.example/v2"
    )
    keys = f"-, {KEY}"
    async with opened(read(tmp_path, ADDRESS=SHOP, API=api, API_KEY=keys)) as shop:
        readers = readers_of(shop)
        assert [type(each) for each in readers] == [
            Toncenter,
            Tonapi,
            Tonapi,
            ToncenterV2,
            ToncenterV2,
        ]
        assert [each.api_key for each in readers] == ["", KEY, "", "", ""]
        assert [each.prefix for each in readers] == ["/api/v3", "/v2", "/v2", "/api/v2", "/v2"]
        rests = [
            each.caller.rest_seconds if isinstance(each.caller, Unhurried) else 0
            for each in readers
        ]
        assert rests == [1.0, 0, 4.0, 1.0, 0]
        assert KEY not in repr(shop)


async def test_readers_in_the_file(tmp_path: Path) -> None:
    """As lists."""
    (tmp_path / "altyn.toml").write_text(
        f"""[ton]
address = "{SHOP}"
api = ["tonapi:https://tonapi.io", "https://toncenter.com/api/v3"]
api_key = ["{KEY}", "-"]
"""
    )
    async with opened(read_settings({}, tmp_path)) as shop:
        assert [(type(each), each.api_key) for each in readers_of(shop)] == [
            (Tonapi, KEY),
            (Toncenter, ""),
        ]


def hosts(shop: Shop) -> list[str]:
    """Who is called."""
    callers = [each.caller for each in readers_of(shop)]
    bare = [each.calls if isinstance(each, Unhurried) else each for each in callers]
    assert all(isinstance(each, Caller) for each in bare)
    return [str(each._client.base_url).rstrip("/") for each in bare if isinstance(each, Caller)]


@pytest.mark.parametrize("module", ["pytoniq_core", "segno"])
def test_more_is_needed_than_is_installed(tmp_path: Path, module: str) -> None:
    """Who enables TON without its extra is told what to install; nobody else needs it."""
    program = f"""
import asyncio, sys
from pathlib import Path


class NotInstalled:
    def find_spec(self, name, *_):
        if name == "{module}":
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, NotInstalled())

from altyn.entrypoints.wiring import SettingsError, read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.tills import Tills


async def gateways(**environment):
    container = make_container(read_settings(environment, Path.cwd()), create=True)
    try:
        return (await container.get(Tills)).gateways
    finally:
        await container.close()

print(asyncio.run(gateways()))
try:
    asyncio.run(gateways(ALTYN_TON_ADDRESS="{SHOP}"))
except SettingsError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=tmp_path, text=True
    )
    assert done.stdout.splitlines() == [
        "()",
        "ALTYN_TON_ADDRESS: TON needs more than is installed: pip install 'altyn[ton]'",
    ]


@pytest.mark.parametrize("module", ["pytoniq_core", "segno"])
@pytest.mark.parametrize("words", ["--qr", "--qr-file link.png", "--qr --qr-file link.png"])
def test_a_picture_needs_more_than_is_installed(tmp_path: Path, module: str, words: str) -> None:
    """Who wants one is told what to install before anything happens."""
    program = f"""
import sys


class NotInstalled:
    def find_spec(self, name, *_):
        if name == "{module}":
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, NotInstalled())

from altyn.entrypoints.cli.program import run

for command in (
    "payments open user:42 10 USDT",
    "payments show 0191f8bf-5a1e-7839-a1b1-6cc304f7275b",
):
    print(run([*command.split(), *"{words}".split()]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=tmp_path, text=True
    )
    option = words.split()[0]
    assert done.stdout.splitlines() == ["2", "2"]
    assert (
        done.stderr.splitlines()
        == [f"altyn: {option}: QR codes need more than is installed: pip install 'altyn[ton]'"] * 2
    )


WORDS = " ".join(["abandon"] * 24)
CODE = "1f" * 32
HERE = "http://127.0.0.1:8081, tonapi:http://localhost:8082"


def test_codes_of_wallets_on_this_machine(tmp_path: Path) -> None:
    """They are taken with a chain that nobody else reads."""
    given = {"WALLET": SHOP, "MNEMONIC": WORDS, "API": HERE, "WALLET_CODES": f"{CODE}=v5r1"}
    assert read(tmp_path, **given).ton.wallet_codes == {CODE: "v5r1"}
    assert read(tmp_path, WALLET=SHOP, MNEMONIC=WORDS).ton.wallet_codes == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "codes of one's own are for a chain on this machine"),
        ({"API": f"{HERE}, https://toncenter.com"}, "codes of one's own are for a chain on this"),
        ({"API": HERE, "WALLET_CODES": f"{CODE}=v6"}, "a wallet is one of v4r2, v5r1"),
        ({"API": HERE, "WALLET_CODES": CODE}, "a wallet is one of v4r2, v5r1"),
        ({"API": HERE, "WALLET_CODES": f"{CODE[1:]}=v5r1"}, "with 64 hexadecimal digits"),
        ({"API": HERE, "WALLET_CODES": f"{CODE.upper()}=v5r1"}, "with 64 hexadecimal digits"),
        ({"API": HERE, "WALLET_CODES": ","}, "expected kinds of wallets"),
    ],
    ids=str,
)
def test_codes_that_are_not_taken(tmp_path: Path, given: dict[str, str], words: str) -> None:
    """Where coins are worth something a wallet of an unknown kind stays refused."""
    always = {"WALLET": SHOP, "MNEMONIC": WORDS, "WALLET_CODES": f"{CODE}=v5r1"}
    with pytest.raises(SettingWrong) as refused:
        read(tmp_path, **{**always, **given})
    assert refused.value.setting == "ALTYN_TON_WALLET_CODES"
    assert words in str(refused.value)


def test_codes_of_no_wallet(tmp_path: Path) -> None:
    """Without a wallet there is nothing whose code it could be."""
    with pytest.raises(SettingMissing) as missing:
        read(tmp_path, ADDRESS=SHOP, API=HERE, WALLET_CODES=f"{CODE}=v5r1")
    assert missing.value.setting == "ALTYN_TON_WALLET"
