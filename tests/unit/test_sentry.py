"""What a server of Sentry is told, and what it is not."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from altyn.adapters.sentry import Reporting
from altyn.core.correlation import concerning
from altyn.core.errors import Unavailable
from altyn.core.mishaps import mishap
from altyn.entrypoints.wiring import SettingWrong, read_settings
from altyn.entrypoints.wiring.redaction import Redaction, secrets_in
from altyn.entrypoints.wiring.reports import report_mistakes

KEY = "0123456789abcdef0123456789abcdef"
DSN = f"https://{KEY}@sentry.example/1"
TOKEN = "7000000001:a-token-of-some-length-nobody-may-see"
PERSON = "@somebody_by_name"

sent: list[Envelope] = []


class Kept(Transport):
    """Where envelopes go instead of a server."""

    def capture_envelope(self, envelope: Envelope) -> None:
        sent.append(envelope)


@pytest.fixture
def reporting(tmp_path: Path) -> Iterator[Reporting]:
    """What the root logger has while a test runs."""
    redaction = Redaction()
    environment = {"ALTYN_SENTRY": DSN, "ALTYN_TELEGRAM_TOKEN": TOKEN}
    redaction.learn(read_settings(environment, tmp_path))
    handler = Reporting(DSN, "worker", "altyn@1", redaction.value, Kept)
    logging.getLogger().addHandler(handler)
    sent.clear()
    yield handler
    logging.getLogger().removeHandler(handler)
    handler.close()


def told() -> list[Any]:
    """The events that were sent."""
    return [item.payload.json for envelope in sent for item in envelope.items]


def fail(secret: str) -> None:
    """A mistake that has everything around it that must not be seen."""
    local = secret + PERSON
    try:
        raise KeyError(f"{local} of https://api.telegram.org/bot{TOKEN}/getMe")
    except KeyError as bug:
        raise ValueError(local) from bug


def test_a_mistake(reporting: Reporting) -> None:
    """Its kind, the way to it, its cause, the role, and the ids of what was worked on."""
    try:
        with concerning(payment="0193", update=7):
            try:
                fail(TOKEN)
            except ValueError as bug:
                mishap("asking about", "payment 0193", bug)
                raise
    except ValueError:
        pass
    (event,) = told()
    assert event["tags"] == {"role": "worker", "payment": "0193", "update": "7"}
    assert (event["level"], event["logger"]) == ("error", "altyn.core")
    assert event["logentry"] == {"message": "%s %s: %s"}
    assert (event["release"], event["server_name"]) == ("altyn@1", "worker")
    cause, error = event["exception"]["values"]
    assert (cause["type"], error["type"]) == ("KeyError", "ValueError")
    assert error["stacktrace"]["frames"][-1]["function"] == "fail"
    assert not {"user", "request", "breadcrumbs", "modules", "extra"} & event.keys()


def test_nothing_secret_and_nobody(reporting: Reporting) -> None:
    """Neither what exceptions say nor variables nor source nor what was filled in is told."""
    with concerning(request=TOKEN):
        for logger in ("altyn.api", "somebody.else"):
            try:
                fail(TOKEN)
            except ValueError as bug:
                words = "while answering %s" if logger == "altyn.api" else f"{PERSON} %s"
                logging.getLogger(logger).error(words, PERSON, exc_info=bug, extra={"who": PERSON})
    assert len(sent) == 2
    written = b"".join(each.serialize() for each in sent).decode()
    for marked in (TOKEN, TOKEN.partition(":")[2], PERSON, KEY, "local = secret", "vars"):
        assert marked not in written
    assert [each["tags"]["request"] for each in told()] == ["***", "***"]


def test_what_is_no_mistake(reporting: Reporting) -> None:
    """Words without an exception, warnings, and trouble in telling Sentry are not told."""
    bug = ValueError("x")
    logging.getLogger("altyn.worker").error("it failed: %s", Unavailable())
    logging.getLogger("altyn.core").warning("oh", exc_info=bug)
    logging.getLogger("urllib3.connectionpool").error("oh", exc_info=bug)
    assert sent == []


def test_settings(tmp_path: Path) -> None:
    """Its address is secret, and so is the key in it alone; without one nothing is told."""
    settings = read_settings({"ALTYN_SENTRY": DSN}, tmp_path)
    assert KEY not in repr(settings)
    assert KEY in set(secrets_in(settings))
    before = logging.getLogger().handlers[:]
    report_mistakes(None, "up")
    assert logging.getLogger().handlers == before
    report_mistakes(settings.sentry, "up")
    (handler,) = [each for each in logging.getLogger().handlers if each not in before]
    logging.getLogger().removeHandler(handler)
    handler.close()


@pytest.mark.parametrize(
    "written",
    [
        "https://sentry.example/1",
        f"https://{KEY}@sentry.example/",
        f"http://{KEY}@sentry.example/1",
    ],
)
def test_wrong_settings(tmp_path: Path, written: str) -> None:
    """An address without key or project, or one where others read along, stops the start."""
    with pytest.raises(SettingWrong, match="ALTYN_SENTRY: ") as wrong:
        read_settings({"ALTYN_SENTRY": written}, tmp_path)
    assert KEY not in str(wrong.value)


def test_not_installed() -> None:
    """Whoever does not want it need not have it; whoever does is told what to install."""
    program = f"""
import json, sys
sys.modules["sentry_sdk"] = None
from pathlib import Path
from altyn.entrypoints.cli import bot, up
from altyn.entrypoints.wiring import SettingWrong, read_settings
from altyn.entrypoints.wiring.reports import report_mistakes
report_mistakes(None, "up")
try:
    report_mistakes(read_settings({{"ALTYN_SENTRY": {DSN!r}}}, Path()).sentry, "up")
except SettingWrong as wrong:
    print(json.dumps(str(wrong)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert "pip install 'altyn[sentry]'" in json.loads(done.stdout)
