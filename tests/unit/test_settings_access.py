"""Keys that sign access tokens: how they are written, and what is made of them."""

from pathlib import Path

import pytest

from altyn.entrypoints.wiring import SettingWrong, read_settings
from altyn.entrypoints.wiring.access import signing_keys
from altyn.entrypoints.wiring.keyring import Keyring

NEW, OLD = "n" * 32, "o" * 32
TOKEN = "42:a-token-of-a-bot"


def test_keys_have_names() -> None:
    """The newest first; none of them is shown."""
    settings = read_settings({"ALTYN_ACCESS_KEYS": f"2026-11:{NEW}, 2026-05:{OLD}"}, Path())
    assert [key.name for key in settings.access.keys] == ["2026-11", "2026-05"]
    assert list(signing_keys(settings)) == ["2026-11", "2026-05"]
    assert NEW not in repr(settings)


@pytest.mark.parametrize(
    "written",
    [NEW, f":{NEW}", f"Name:{NEW}", "new:short", f"new:{NEW}é", f"new:{NEW},new:{OLD}", f"{NEW},"],
)
def test_wrong_keys(written: str) -> None:
    """They are named, not repeated."""
    with pytest.raises(SettingWrong) as wrong:
        read_settings({"ALTYN_ACCESS_KEYS": written}, Path())
    assert wrong.value.setting == "ALTYN_ACCESS_KEYS"
    assert NEW not in str(wrong.value)


def test_without_keys_one_is_made_of_the_token() -> None:
    """The same in every process of that bot, and another for another bot or purpose."""
    public = {"ALTYN_API_PUBLIC": "https://shop.example"}
    one, two, other = [
        signing_keys(read_settings({"ALTYN_TELEGRAM_TOKEN": token, **public}, Path()))
        for token in (TOKEN, TOKEN, f"{TOKEN}x")
    ]
    assert one == two != other
    assert list(one) == ["bot"]
    assert len(one["bot"]) == 32
    assert TOKEN.encode() not in one["bot"]


def test_without_a_bot_nothing_is_signed_that_could_be_known() -> None:
    """Each process has a key of its own."""
    settings = read_settings({}, Path())
    assert settings.access == Keyring()
    assert signing_keys(settings) != signing_keys(settings)


def test_webhooks_of_customers() -> None:
    """So many each, and none where that would lead them into private networks."""
    settings = read_settings({"ALTYN_WEBHOOKS_CUSTOMERS": "5"}, Path())
    assert (settings.webhooks.customers, read_settings({}, Path()).webhooks.customers) == (5, 0)
    for wrong in ("-1", "101", "a few"):
        with pytest.raises(SettingWrong):
            read_settings({"ALTYN_WEBHOOKS_CUSTOMERS": wrong}, Path())
    both = {"ALTYN_WEBHOOKS_CUSTOMERS": "1", "ALTYN_WEBHOOKS_PRIVATE": "yes"}
    with pytest.raises(SettingWrong, match="private networks"):
        read_settings(both, Path())
