"""How ways of paying stand: on, off, or given half or wrongly, and why; nothing is opened."""

from pathlib import Path

import pytest

from altyn.core.payments import Condition
from altyn.entrypoints.wiring import SettingsError, SettingWrong, find_settings, read_settings
from altyn.entrypoints.wiring.extras import OF_TON, with_ton
from altyn.entrypoints.wiring.survey import Survey, make_sure, survey
from tests.unit.psp_outside import EXAMPLE

KEY = "a-key-for-payments-of-ours"
PUBLIC = {"API_PUBLIC": "https://shop.example"}
HELEKET = {"HELEKET_MERCHANT": "8b03432e", "HELEKET_PAYMENT_KEY": KEY}
BOT = {**PUBLIC, "TELEGRAM_TOKEN": f"1:{KEY}"}
TON = {"TON_ADDRESS": "0:" + "a" * 64}
PSP = {
    "PSP_PROFILE": "example",
    "PSP_ID": "shop-1",
    "PSP_SECRETS": f"key={KEY}, callback_key={KEY}",
    "PSP_SUCCESS": "https://shop.example",
}
FOUR = ("heleket", "stars", "cards", "ton")


def named(given: dict[str, str]) -> dict[str, str]:
    return {f"ALTYN_{name}": value for name, value in given.items()}


def surveyed(folder: Path, **given: str) -> Survey:
    return survey(find_settings(named(given), folder))


def test_off_and_on(tmp_path: Path) -> None:
    """As soon as all that it takes was given, and nothing but that."""
    off = surveyed(tmp_path).methods
    assert {each.name: each.condition for each in off} == dict.fromkeys(FOUR, Condition.DISABLED)
    every = {**HELEKET, **BOT, "TELEGRAM_PROVIDER_TOKEN": KEY, **TON, **PSP}
    on = surveyed(tmp_path, **every)
    assert {each.name: each.condition for each in on.methods} == dict.fromkeys(
        (*FOUR, "example"), Condition.ENABLED
    )
    assert on.settings == read_settings(named(every), tmp_path)
    make_sure(on.settings)


WRONG = [
    ({"HELEKET_MERCHANT": "8b03432e"}, ["heleket"], "ALTYN_HELEKET_PAYMENT_KEY is missing"),
    ({**HELEKET, "HELEKET_API": "ftp://x"}, ["heleket"], "ALTYN_HELEKET_API: an address starts"),
    ({"HELEKET_MERCHANT": " "}, ["heleket"], "ALTYN_HELEKET_MERCHANT: is empty"),
    (
        {"HELEKET_MERCHANT": "8b", "HELEKET_PAYMENT_KEY_FILE": "nowhere"},
        ["heleket"],
        "ALTYN_HELEKET_PAYMENT_KEY_FILE: cannot read",
    ),
    (
        {**HELEKET, "HELEKET_PAYMENT_KEY_FILE": "key"},
        ["heleket"],
        "ALTYN_HELEKET_PAYMENT_KEY_FILE: ALTYN_HELEKET_PAYMENT_KEY is given too",
    ),
    (
        {"TELEGRAM_TOKEN": "1:short", "BOT_ASSET": "RUB"},
        ["stars"],
        "ALTYN_TELEGRAM_TOKEN: a token is",
    ),
    ({**PUBLIC, "TELEGRAM_TOKEN": "1:short"}, ["stars"], "ALTYN_TELEGRAM_TOKEN: a token is"),
    (
        {"TELEGRAM_PROVIDER_TOKEN": KEY},
        ["stars", "cards"],
        "ALTYN_TELEGRAM_TOKEN is missing: there is no bot",
    ),
    ({"TON_TESTNET": "yes"}, ["ton"], "ALTYN_TON_ADDRESS is missing"),
    ({"TON_ADDRESS": "UQwrong"}, ["ton"], "ALTYN_TON_ADDRESS: "),
    ({**TON, "TON_TESTNET": "yes"}, ["ton"], "ALTYN_TON_USDT is missing"),
    ({**TON, "TON_USDT": "wrong"}, ["ton"], "ALTYN_TON_USDT: "),
    ({"PSP_ID": "shop-1"}, ["psp"], "ALTYN_PSP_PROFILE is missing"),
    ({"PSP_PROFILE": "bazu"}, ["bazu"], "ALTYN_PSP_PROFILE: profile bazu lacks"),
    ({"PSP_PROFILE": "nowhere/bank.toml"}, ["bank"], "ALTYN_PSP_PROFILE: there is no profile"),
    ({**PSP, "PSP_SECRETS": f"key={KEY}"}, ["example"], "ALTYN_PSP_SECRETS is missing: profile"),
]


@pytest.mark.parametrize(("given", "names", "why"), WRONG, ids=str)
def test_half_or_wrongly(tmp_path: Path, given: dict[str, str], names: list[str], why: str) -> None:
    """Each says why by itself and takes nothing from the others; nothing starts with any."""
    others = {} if given.keys() & HELEKET.keys() or "heleket" in names else HELEKET
    found = surveyed(tmp_path, **others, **given)
    wrong = [each for each in found.methods if each.condition is Condition.MISCONFIGURED]
    assert [each.name for each in wrong] == names
    for each in wrong:
        assert each.wrong.startswith(why)
        assert len(each.wrong.splitlines()) == 1
        assert KEY not in each.wrong
    on = [each.name for each in found.methods if each.condition is Condition.ENABLED]
    assert on == (["heleket"] if others else [])
    make_sure(found.settings)  # which are without them
    with pytest.raises(SettingsError) as stopped:
        make_sure(read_settings(named(others | given), tmp_path))
    assert str(stopped.value) == wrong[0].wrong


def test_several_at_once(tmp_path: Path) -> None:
    """All of them are told, where a start would end with the first."""
    given = {
        "HELEKET_MERCHANT": "8b03432e",
        "TON_ADDRESS": "wrong",
        "PSP_PROFILE": "bazu",
        "TELEGRAM_TOKEN": "1:short",
        "PAYMENTS_RULES": 'bazu = { late = "hold" }',
    }
    found = surveyed(tmp_path, **given)
    assert {each.name: each.condition for each in found.methods} == {
        "heleket": Condition.MISCONFIGURED,
        "stars": Condition.MISCONFIGURED,
        "cards": Condition.DISABLED,
        "ton": Condition.MISCONFIGURED,
        "bazu": Condition.MISCONFIGURED,
    }


def test_what_is_about_no_way_of_paying_stops_this_too(tmp_path: Path) -> None:
    """There is nothing to show when it is not known what was meant."""
    for given in ({"API_PORT": "x"}, {"HELEKET_MERCHNAT": "8b"}, {"METRICS_HOST": "0.0.0.0"}):
        with pytest.raises(SettingsError):
            surveyed(tmp_path, **given)


def test_the_name_of_another_way(tmp_path: Path) -> None:
    """A card provider who calls himself like another is not let in its place."""
    (tmp_path / "bank.toml").write_text(EXAMPLE.replace('name = "example"', 'name = "stars"'))
    found = surveyed(tmp_path, **PSP | {"PSP_PROFILE": str(tmp_path / "bank.toml")})
    assert found.methods[-1].name == "bank"
    assert "stars is another way of paying" in found.methods[-1].wrong


@pytest.mark.parametrize("absent", sorted(OF_TON))
def test_what_is_not_installed(absent: str) -> None:
    """It is said what to install; whatever else cannot be imported is a mistake of ours."""
    with (
        pytest.raises(SettingWrong, match="pip install"),
        with_ton("ALTYN_TON_ADDRESS", "TON needs"),
    ):
        raise ModuleNotFoundError(name=absent)
    with pytest.raises(ModuleNotFoundError), with_ton("ALTYN_TON_ADDRESS", "TON needs"):
        raise ModuleNotFoundError(name="another")
