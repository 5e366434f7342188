"""Launches of the Mini App: what Telegram signed with our token is believed, and nothing else."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, urlencode

import pytest

from altyn.adapters.telegram import TelegramLaunches
from altyn.adapters.telegram.launches import INIT_DATA_MAX
from altyn.core.identity import Language, NotKnown, Profile, UserId

TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
ANN = {"id": 42, "first_name": "Ann", "last_name": "Lee", "username": "ann", "language_code": "ru"}


def signed(fields: Mapping[str, str], token: str = TOKEN) -> str:
    """As Telegram signs, by the recipe of its documentation."""
    lines = "\n".join(sorted(f"{name}={value}" for name, value in fields.items()))
    key = hmac.new(b"WebAppData", token.encode(), sha256).digest()
    return urlencode({**fields, "hash": hmac.new(key, lines.encode(), sha256).hexdigest()})


def fields(user: object = ANN, **other: str) -> dict[str, str]:
    return {"auth_date": "1767268800", "query_id": "AA", "user": json.dumps(user), **other}


@pytest.fixture
def launches() -> TelegramLaunches:
    return TelegramLaunches(TOKEN)


def test_who_opened_the_app(launches: TelegramLaunches) -> None:
    """And when, by Telegram's clock; two launches differ."""
    launch = launches.read(signed(fields()))
    profile = Profile(id=UserId(42), name="Ann Lee", username="ann", language=Language.RU)
    assert launch.profile == profile
    assert launch.at == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert len(launch.digest) == 32
    assert launches.read(signed(fields(query_id="AB"))).digest != launch.digest


def test_a_real_one() -> None:
    """As Telegram gave it in 2024, published with the token of its bot as an example."""
    raw = (
        "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22"
        "%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22"
        "%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22"
        "%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F"
        "4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D"
        "&chat_instance=8134722200314281151&chat_type=private&auth_date=1733509682"
        "&signature=TYJxVcisqbWjtodPepiJ6ghziUL94-KNpG8Pau-X7oNNLNBM72APCpi_RKiUlBvcqo5L-LAxIc3dnT"
        "zcZX_PDg&hash=a433d8f9847bd6addcc563bff7cc82c89e97ea0d90c11fe5729cae6796a36d73"
    )
    token = "7342037359:AAHI25ES9xCOMPokpYoz-p8XVrZUdygo2J4"
    launch = TelegramLaunches(token).read(raw)
    assert launch.profile.id == 279058397
    assert launch.profile.name == "Vladislav + - ? / Kibenko"
    assert launch.at == datetime.fromtimestamp(1733509682, UTC)


def test_every_field_takes_part(launches: TelegramLaunches) -> None:
    """Those that nobody knows yet, `signature`, and empty ones."""
    more = {"signature": "abc", "new_field": "", "start_param": "a+b c&d=e%20"}
    assert launches.read(signed(fields(**more))).profile.id == 42
    for name in more:
        with pytest.raises(NotKnown):
            launches.read(signed(fields(**more)).replace(f"{name}=", f"{name}=x"))


def test_little_is_enough(launches: TelegramLaunches) -> None:
    """Most of what Telegram tells of people it need not tell."""
    profile = launches.read(signed(fields({"id": 1, "first_name": "A"}))).profile
    assert profile == Profile(id=UserId(1), name="A", language=Language.EN)


GOOD = signed(fields())
HASH = GOOD.rpartition("hash=")[2]


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "hash=",
        "nonsense",
        GOOD.replace("Ann", "Bob"),
        GOOD.replace("hash=", "hash=0"),
        GOOD.replace(HASH, HASH.upper()),
        GOOD.replace(HASH, "é" * 64),
        GOOD.replace(f"&hash={HASH}", ""),
        GOOD + "&more=1",
        GOOD + f"&hash={HASH}",
        GOOD + "&user=%7B%7D",
        GOOD.replace("auth_date=1767268800&", ""),
        GOOD.replace("auth_date=1767268800", "auth_date=1767268801"),
        signed(fields(), "5768337691:another-token-of-the-same-bot"),
        signed(fields(), "42:a-token-of-another-bot"),
        signed(fields(), ""),
        signed(fields(other="x" * INIT_DATA_MAX)),
        signed(fields() | {str(number): "" for number in range(80)}),
        "%ff%fe=" + quote("\udcff", errors="surrogatepass"),
    ],
)
def test_what_telegram_did_not_sign_for_us(launches: TelegramLaunches, raw: str) -> None:
    """Changed, added to, left out, doubled, or signed for another bot."""
    with pytest.raises(NotKnown) as unknown:
        launches.read(raw)
    assert unknown.value.like(NotKnown("launch"))


@pytest.mark.parametrize(
    "told",
    [
        fields({"id": 0, "first_name": "A"}),
        fields({"first_name": "A"}),
        fields({"id": "42", "first_name": "A"}),
        fields({"id": 42, "first_name": "A", "is_bot": True}),
        fields([]),
        fields(user="x"),
        fields() | {"user": "{"},
        fields(auth_date="soon"),
        fields(auth_date="9" * 40),
        {"auth_date": "1767268800"},
        {"user": json.dumps(ANN)},
    ],
)
def test_what_says_nothing_of_anybody(launches: TelegramLaunches, told: dict[str, str]) -> None:
    """Signed, but not as somebody's opening of the app."""
    with pytest.raises(NotKnown):
        launches.read(signed(told))


def test_without_a_token_nobody_comes_in() -> None:
    """Otherwise everybody could sign."""
    with pytest.raises(NotKnown):
        TelegramLaunches("").read(signed(fields(), ""))


def test_other_signatures_are_none(launches: TelegramLaunches) -> None:
    """That of the login widget of web sites has another key."""
    told = {"id": "42", "first_name": "Ann", "auth_date": "1767268800"}
    lines = "\n".join(sorted(f"{name}={value}" for name, value in told.items()))
    key = sha256(TOKEN.encode()).digest()
    raw = urlencode({**told, "hash": hmac.new(key, lines.encode(), sha256).hexdigest()})
    with pytest.raises(NotKnown):
        launches.read(raw)


def test_secrets_are_not_shown(launches: TelegramLaunches) -> None:
    """Not the token, not what tells a launch."""
    assert TOKEN.partition(":")[2] not in repr(launches)
    assert "digest" not in repr(launches.read(GOOD))
