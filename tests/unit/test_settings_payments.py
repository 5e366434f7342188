"""Ways of paying as settings: what an operator may write, and how a mistake is named."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from altyn.core.money import WELL_KNOWN
from altyn.core.payments import Goods, MethodForbidden, Place, Routes, Sale
from altyn.entrypoints.wiring import (
    Heleket,
    SettingMissing,
    Settings,
    SettingsError,
    SettingWrong,
    read_settings,
)
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.methods import BOUNDS, Method, methods

KEY = "a-key-for-payments-of-ours"
MERCHANT = {"ALTYN_HELEKET_MERCHANT": "8b03432e", "ALTYN_HELEKET_PAYMENT_KEY": KEY}


def read(folder: Path, **environment: str) -> Settings:
    return read_settings(environment, folder)


def refusal(folder: Path, **environment: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read(folder, **environment)
    assert len(str(caught.value).splitlines()) == 1
    assert KEY not in str(caught.value)
    return caught.value


def heleket(settings: Settings) -> Method:
    return next(each for each in methods(settings) if each.name == "heleket")


class TestHeleket:
    def test_off_unless_told_otherwise(self, tmp_path: Path) -> None:
        """Without a merchant nobody can pay, and it is told which setting changes that."""
        settings = read(tmp_path, ALTYN_API_PUBLIC="https://shop.example")
        assert settings.heleket == Heleket()
        method = heleket(settings)
        assert (method.name, method.enabled, method.notices) == ("heleket", False, "")
        assert method.enabled_by == "ALTYN_HELEKET_MERCHANT"

    def test_on(self, tmp_path: Path) -> None:
        """A merchant and his key are enough; payments are found by asking then."""
        settings = read(tmp_path, **MERCHANT)
        assert settings.heleket.merchant == "8b03432e"
        assert settings.heleket.payment_key.reveal() == KEY
        assert settings.heleket.api == "https://api.heleket.com"
        assert heleket(settings).enabled
        assert heleket(settings).notices == ""
        assert KEY not in repr(settings)

    def test_everything(self, tmp_path: Path) -> None:
        """In the file, with the key in a file of its own."""
        (tmp_path / "key").write_text(KEY + "\n")
        (tmp_path / "altyn.toml").write_text(
            '[api]\npublic = "https://shop.example/pay/"\n'
            '[heleket]\nmerchant = "8b03432e"\napi = "http://127.0.0.1:8080/"\n'
            'addresses = ["192.0.2.1", "2001:db8::/32"]\n'
        )
        settings = read(tmp_path, ALTYN_HELEKET_PAYMENT_KEY_FILE="key")
        assert settings.heleket.payment_key.reveal() == KEY
        assert settings.heleket.api == "http://127.0.0.1:8080"
        method = heleket(settings)
        assert method.notices == "https://shop.example/pay/webhooks/heleket"
        assert method.addresses == (ip_network("192.0.2.1"), ip_network("2001:db8::/32"))

    @pytest.mark.parametrize(
        ("given", "missing"),
        [
            ({"MERCHANT": "8b03432e"}, "PAYMENT_KEY"),
            ({"PAYMENT_KEY": KEY}, "MERCHANT"),
            ({"API": "https://heleket.example"}, "MERCHANT"),
            ({"ADDRESSES": "192.0.2.1"}, "MERCHANT"),
            ({"MERCHANT": "8b03432e", "ADDRESSES": "192.0.2.1"}, "PAYMENT_KEY"),
        ],
        ids=str,
    )
    def test_half_given(self, tmp_path: Path, given: dict[str, str], missing: str) -> None:
        """What is only of use together is missed by name."""
        error = refusal(tmp_path, **{f"ALTYN_HELEKET_{name}": its for name, its in given.items()})
        assert isinstance(error, SettingMissing)
        assert error.setting == f"ALTYN_HELEKET_{missing}"

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("HELEKET_MERCHANT", "two words", "an id is printable ASCII without spaces"),
            ("HELEKET_MERCHANT", "один", "an id is printable ASCII without spaces"),
            ("HELEKET_PAYMENT_KEY", "fifteen-letters", "a key has at least 16 characters"),
            ("HELEKET_PAYMENT_KEY", "sixteen letters!", "a key is printable ASCII without"),
            ("HELEKET_API", "api.heleket.com", "starts with https:// and names a server"),
            ("HELEKET_API", "ftp://api.heleket.com", "starts with https:// and names a server"),
            ("HELEKET_API", "https://", "starts with https:// and names a server"),
            ("HELEKET_API", "https:///v1", "starts with https:// and names a server"),
            ("HELEKET_API", "https://host:port", "names no server that can be asked"),
            ("HELEKET_API", "https://[::1", "names no server that can be asked"),
            ("HELEKET_API", "http://api.heleket.com", "http:// is for this machine"),
            ("HELEKET_API", "http://127.0.0.1.example", "http:// is for this machine"),
            ("HELEKET_API", "https://me:secret@api.heleket.com", "no user, no ? and no #"),
            ("HELEKET_API", "https://api.heleket.com/?v=1", "no user, no ? and no #"),
            ("HELEKET_API", "https://api.heleket.com/#v1", "no user, no ? and no #"),
            ("API_PUBLIC", "http://shop.example", "http:// is for this machine"),
            ("API_PUBLIC", "shop.example", "starts with https:// and names a server"),
            ("HELEKET_ADDRESSES", ",", "expected one address or several"),
            ("HELEKET_ADDRESSES", "192.0.2.1 localhost", "'localhost' is no address"),
            ("HELEKET_ADDRESSES", "any, 192.0.2.1", "'any' is no address and no network"),
            ("API_PROXIES", "any", "'any' is no address and no network"),
            ("API_PROXIES", "127.0.0.1, 0.0.0.0/0", "0.0.0.0/0 is everybody"),
            ("API_PROXIES", "::/0", "::/0 is everybody"),
            ("HELEKET_ADDRESSES", "192.0.2.1/24", "'192.0.2.1/24' is no address and no network"),
        ],
    )
    def test_wrong_value(self, tmp_path: Path, name: str, value: str, words: str) -> None:
        """A value that cannot be stops the start with a line that names the setting."""
        error = refusal(tmp_path, **MERCHANT | {f"ALTYN_{name}": value})
        assert isinstance(error, SettingWrong)
        assert error.setting == f"ALTYN_{name}"
        assert words in str(error)
        assert "secret" not in str(error)

    @pytest.mark.parametrize("written", ["5", "[5]", "[]", "true"])
    def test_wrong_kinds_of_addresses(self, tmp_path: Path, written: str) -> None:
        """A number in the file is no address."""
        (tmp_path / "altyn.toml").write_text(f"[heleket]\naddresses = {written}\n")
        assert "address" in str(refusal(tmp_path, **MERCHANT))

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
    def test_http_is_for_this_machine(self, tmp_path: Path, host: str) -> None:
        """Under every name that it has for itself."""
        settings = read(tmp_path, **MERCHANT, ALTYN_HELEKET_API=f"http://{host}:8080")
        assert settings.heleket.api == f"http://{host}:8080"


@pytest.mark.parametrize(
    ("host", "admitted"),
    [
        ("192.0.2.1", True),
        ("::ffff:192.0.2.1", True),
        ("192.0.2.2", False),
        ("198.51.100.77", True),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("", False),
        ("testclient", False),
    ],
)
def test_addresses_of_notices(tmp_path: Path, host: str, admitted: bool) -> None:
    """Where addresses are named, others may not tell us anything; else everybody may."""
    named = "192.0.2.1, 198.51.100.0/24, 2001:db8::/32"
    locked = heleket(read(tmp_path, **MERCHANT, ALTYN_HELEKET_ADDRESSES=named))
    assert locked.admits(host) is admitted
    assert heleket(read(tmp_path, **MERCHANT)).admits(host)


def test_bounds(tmp_path: Path) -> None:
    """Every method says what it takes, in known assets."""
    assert {method.name for method in methods(read(tmp_path))} == set(BOUNDS)
    told = {
        (method, code): (str(least), str(most))
        for method, bounds in BOUNDS.items()
        for code, (least, most) in bounds.items()
        if least.asset == most.asset == WELL_KNOWN.named(code)
    }
    assert told == {
        ("heleket", "USDT"): ("1.000000 USDT", "10000.000000 USDT"),
        ("heleket", "TON"): ("1.000000000 TON", "5000.000000000 TON"),
        ("stars", "XTR"): ("1 XTR", "10000 XTR"),
        ("cards", "RUB"): ("100.00 RUB", "100000.00 RUB"),
        ("cards", "USD"): ("1.00 USD", "1000.00 USD"),
        ("ton", "USDT"): ("0.500000 USDT", "10000.000000 USDT"),
        ("ton", "TON"): ("0.100000000 TON", "5000.000000000 TON"),
    }


class TestRoutes:
    @pytest.mark.parametrize("method", ["cards", "example"])
    async def test_no_digital_goods_inside_telegram_by_card(
        self, tmp_path: Path, method: str
    ) -> None:
        """Whoever charges the card, Telegram or a provider of our own."""
        container = make_container(read(tmp_path, ALTYN_PSP_PROFILE="example"))
        routes = await container.get(Routes)
        with pytest.raises(MethodForbidden):
            routes.admit(method, Sale())
        routes.admit(method, Sale(goods=Goods.PHYSICAL))
        routes.admit(method, Sale(place=Place.ELSEWHERE))
        for other in ("stars", "ton", "heleket"):
            routes.admit(other, Sale())
        await container.close()


class TestBot:
    """What the bot counts in, and what it says of the shop."""

    def test_as_it_is_shipped(self, tmp_path: Path) -> None:
        """Stars, and nobody to ask."""
        bot = read(tmp_path).bot
        assert (bot.asset, bot.support, bot.terms) == ("XTR", "", "")
        assert read(tmp_path).telegram.bot == 0

    def test_as_it_is_written(self, tmp_path: Path) -> None:
        """Its number is the beginning of the token."""
        settings = read(
            tmp_path,
            ALTYN_TELEGRAM_TOKEN=f"42:{KEY}",
            ALTYN_BOT_ASSET="RUB",
            ALTYN_BOT_SUPPORT=" @help ",
            ALTYN_BOT_TERMS="Be kind.",
        )
        bot = settings.bot
        assert (bot.asset, bot.support, bot.terms) == ("RUB", "@help", "Be kind.")
        assert settings.telegram.bot == 42

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"BOT_ASSET": "RUB"}, "ALTYN_TELEGRAM_TOKEN is missing: there is no bot without it"),
            ({"BOT_ASSET": "GOLD", "TELEGRAM_TOKEN": "x"}, "ALTYN_BOT_ASSET: there is no such"),
            ({"BOT_TERMS": "x" * 3001, "TELEGRAM_TOKEN": "x"}, "ALTYN_BOT_TERMS: 3000 characters"),
        ],
    )
    def test_wrongly(self, tmp_path: Path, given: dict[str, str], words: str) -> None:
        """One line names what is wrong."""
        if "TELEGRAM_TOKEN" in given:
            given = {**given, "TELEGRAM_TOKEN": f"42:{KEY}"}
        with pytest.raises(SettingsError, match=words):
            read(tmp_path, **{f"ALTYN_{name}": value for name, value in given.items()})
