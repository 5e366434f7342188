"""What must not be written down is not, however it is written."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.redaction import HIDDEN, Redaction, secrets_in

PHRASE = "abandon ability able about above absent absorb abstract absurd abuse access accident"
DIGITS = "0123456789abcdef" * 4

MARKED = {
    "ALTYN_DATABASE": "postgresql://altyn:Marked-db%2Fpass@db/altyn",
    "ALTYN_REDIS": "redis://:Marked-redis@cache:6379/0",
    "ALTYN_API_KEYS": "Marked-caller-key-one, Marked-caller-key-two",
    "ALTYN_HELEKET_MERCHANT": "merchant",
    "ALTYN_HELEKET_PAYMENT_KEY": "Marked-heleket-payment",
    "ALTYN_HELEKET_PAYOUT_KEY": "Marked-heleket-payout",
    "ALTYN_TELEGRAM_TOKEN": "7000000001:Marked-telegram-token",
    "ALTYN_TELEGRAM_PROVIDER_TOKEN": "Marked-provider:TEST:1",
    "ALTYN_TON_ADDRESS": "UQAddress",
    "ALTYN_TON_API_KEY": "Marked-toncenter",
    "ALTYN_TON_WALLET": "UQWallet",
    "ALTYN_TON_MNEMONIC": f"{PHRASE} {PHRASE}",
    "ALTYN_FRAGMENT_COOKIES": "stel_ssid=Marked-ssid; stel_token=Marked-stel",
    "ALTYN_STARS_API_ID": "1",
    "ALTYN_STARS_API_HASH": "a1" * 16,
    "ALTYN_STARS_KEY": DIGITS,
    "ALTYN_PSP_PROFILE": "robokassa",
    "ALTYN_PSP_ID": "shop",
    "ALTYN_PSP_SECRETS": "password_1=Marked-psp-one, password_2=Marked-psp-two",
    "ALTYN_ACCESS_KEYS": "2026-11:Marked-access-key-of-at-least-32-letters",
    "ALTYN_SEALING_KEYS": DIGITS[::-1],
}
VALUES = [
    "Marked-db/pass", "Marked-db%2Fpass", "Marked-redis", "Marked-caller-key-one",
    "Marked-caller-key-two", "Marked-heleket-payment", "Marked-heleket-payout",
    "7000000001:Marked-telegram-token", "Marked-telegram-token", "Marked-provider:TEST:1",
    "Marked-toncenter", f"{PHRASE} {PHRASE}", "able about above", "Marked-ssid", "Marked-stel",
    "a1" * 16, DIGITS, DIGITS[::-1], "Marked-psp-one", "Marked-psp-two",
    "Marked-access-key-of-at-least-32-letters",
]  # fmt: skip


@pytest.fixture
def redaction(tmp_path: Path) -> Redaction:
    """One that knows the secrets of every setting that has one."""
    redaction = Redaction()
    redaction.learn(read_settings(MARKED, tmp_path))
    return redaction


@pytest.mark.parametrize("value", VALUES)
def test_known_values(redaction: Redaction, value: str) -> None:
    """A secret of the settings is hidden in words, addresses, JSON and nested values."""
    for told in (
        f"oh: {value}!",
        f"GET https://provider/{quote(value, safe='')}/x failed",
        json.dumps({"told": [value]}),
        repr(value.encode()),
    ):
        assert HIDDEN in redaction.text(told)
        assert value not in redaction.text(told)
    assert value not in str(redaction.value({"a": [{"b": (value,)}], "c": ValueError(value)}))


def test_secrets_in_finds_all(tmp_path: Path) -> None:
    """Every setting that is kept as a secret is found, so that a new one is hidden by itself."""
    shown = " ".join(secrets_in(read_settings(MARKED, tmp_path)))
    assert [value for value in VALUES if value != "Marked-db/pass" and value not in shown] == []


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Authorization: Bearer abcdef.ghijkl", f"Authorization: {HIDDEN}"),
        ("sent Bearer abcdefghijkl to", f"sent Bearer {HIDDEN} to"),
        ("[(b'Cookie', b'a=b; c=d'), (b'Host', b'x')]", f"(b'Cookie', b'{HIDDEN}'), (b'Host',"),
        ("POST https://api.telegram.org/bot123456:AbC-d_e/getMe 401", f"org/bot{HIDDEN}/getMe 401"),
        ("token 1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", f"token {HIDDEN}"),
        ("got query_id=AA&user=%7B%7D&auth_date=1&hash=ab here", f"got {HIDDEN} here"),
        ("got user%3D%257B%26auth_date%3D1 here", f"got {HIDDEN} here"),
        ('{"init_data": "abc"}', f'{{"init_data": "{HIDDEN}"}}'),
        ("/v1?access_token=abc&a=b", f"/v1?access_token={HIDDEN}&a=b"),
        ("eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl", HIDDEN),
        (f"ak_{'a' * 16}_{'b' * 52}", f"ak_{'a' * 16}_{HIDDEN}"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", f"whsec_{HIDDEN}"),
        ("postgresql://me:pa:ss@host/db", f"postgresql://me:{HIDDEN}@host/db"),
        ('{"code": "123456"}', f'{{"code": "{HIDDEN}"}}'),
        ("totp=123456", f"totp={HIDDEN}"),
    ],
)
def test_forms(told: str, shown: str) -> None:
    """What looks like a secret is hidden, whoever's it is, and the words around it are not."""
    assert shown in Redaction().text(told)


@pytest.mark.parametrize(
    "told",
    [
        "payment 0193-ab is asked about in 12.5 s",
        "Bot 7000000001 fetches updates.",
        "GET /v1/accounts/user:42/balances?limit=20",
        "ALTYN_TELEGRAM_TOKEN: a token is the number of the bot, a colon and its secret",
        "the code insufficient_funds, key:0a1b asked, 3 tokens of abandon ability",
        "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N",
    ],
)
def test_what_is_no_secret(redaction: Redaction, told: str) -> None:
    """Ordinary words stay as they are, two words of a phrase among them."""
    assert redaction.text(told) == told


def test_by_name() -> None:
    """Under the name of a secret nothing is shown, whatever it is."""
    told = {
        "token": "a", "payment_key": 5, "password_1": "kept", "initData": ["x"], "Cookie": b"x",
        "code": "123456", "nested": {"secret": {"deep": "x"}}, "mnemonic": ["abandon"],
        "limit": 20, "ok": True, "nothing": None, "key": "of an arrival", "words": 3,
    }  # fmt: skip
    assert Redaction().value(told) == {
        "token": HIDDEN, "payment_key": HIDDEN, "password_1": "kept", "initData": HIDDEN,
        "Cookie": HIDDEN, "code": HIDDEN, "nested": {"secret": {"deep": "x"}}, "mnemonic": HIDDEN,
        "limit": 20, "ok": True, "nothing": None, "key": "of an arrival", "words": 3,
    }  # fmt: skip
    assert Redaction().value({"code": "insufficient_funds"}) == {"code": "insufficient_funds"}


def test_short_values_are_words_of_their_own() -> None:
    """A short secret is hidden where it stands alone, and does not eat into other words."""
    redaction = Redaction()
    redaction.learn(read_settings({"ALTYN_DATABASE": "postgresql://a:shop@db/x"}, Path()))
    assert redaction.text("shop of workshops") == f"{HIDDEN} of workshops"
