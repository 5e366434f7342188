"""A worker that tells people nothing says so when it starts."""

import logging

import pytest

from altyn.entrypoints.cli.up import Role, warn_of_silence
from altyn.entrypoints.wiring import Settings
from altyn.entrypoints.wiring.merchants import Telegram
from altyn.entrypoints.wiring.secret import Secret


@pytest.mark.parametrize(
    ("role", "token", "warns"),
    [
        (Role.WORKER, "", True),
        (Role.WORKER, "7:token", False),
        (Role.UP, "", False),
    ],
)
def test_a_worker_without_the_bot_warns(
    role: Role, token: str, warns: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """It leaves what people are told to others, and one of them has to have the token."""
    with caplog.at_level(logging.WARNING):
        warn_of_silence(Settings(telegram=Telegram(token=Secret(token))), role)
    assert ("ALTYN_TELEGRAM_TOKEN" in caplog.text) is warns
