"""`altyn init`: from an empty folder to settings that were tried out."""

import asyncio
import os
import pty
import signal
import stat
import subprocess
import sys
from pathlib import Path

from altyn.adapters.system import SystemClock
from altyn.entrypoints.wiring import read_settings
from tests.integration.bot_stand import desk_of
from tests.integration.payment_market import open_street
from tests.integration.test_cli_program import Answer, Program

OTHER_KEY = "another-key-than-the-true-one"
NOTHING_IN_THE_ENVIRONMENT: dict[str, str] = {}


def read(folder: Path, name: str = "altyn.toml") -> str:
    return (folder / name).read_text("utf-8")


def mode(folder: Path, name: str) -> int:
    return stat.S_IMODE((folder / name).stat().st_mode)


def here(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def init(altyn: Program, *words: str, **given: str) -> Answer:
    pairs = [f"{name.replace('__', '.')}={value}" for name, value in given.items()]
    sets = [word for pair in pairs for word in ("--set", pair)]
    return await asyncio.to_thread(altyn, "init", *words, *sets)


async def test_for_scripts(tmp_path: Path) -> None:
    """Keys are tried at the provider's first: with a wrong one nothing is written."""
    async with open_street() as street:
        altyn = Program(tmp_path, {"ALTYN_HELEKET_API": street.settings["ALTYN_HELEKET_API"]})
        merchant, key = street.desk.merchant, street.desk.payment_key
        wrong = await init(
            altyn, "--yes", heleket__merchant=merchant, heleket__payment_key=OTHER_KEY
        )
        assert wrong.code == 1
        assert "WRONG    payments.heleket" in wrong.out
        assert OTHER_KEY not in wrong.out
        assert here(tmp_path) == []
        right = await init(
            altyn, "--yes", heleket__merchant=merchant, heleket__payment_key=key, owners="42"
        )
        assert (right.code, right.err) == (0, "")
        assert "ok       payments.heleket" in right.out
    assert key not in read(tmp_path)
    assert mode(tmp_path, "altyn-secrets/heleket.payment_key") == 0o600
    settings = read_settings(NOTHING_IN_THE_ENVIRONMENT, tmp_path)
    assert settings.heleket.payment_key.reveal() == key
    again = await init(Program(tmp_path), "--yes", "--unchecked", owners="42, 43")
    assert again.code == 0
    assert read_settings(NOTHING_IN_THE_ENVIRONMENT, tmp_path).owners == (42, 43)
    assert read_settings(NOTHING_IN_THE_ENVIRONMENT, tmp_path).heleket == settings.heleket


async def test_mistakes(tmp_path: Path) -> None:
    """One line names what is wrong, and without anybody to ask nothing is asked."""
    altyn = Program(tmp_path)
    for words, said in (
        ((), "there is nobody to ask: give --yes"),
        (("--yes", "--set", "owners"), "expected NAME=VALUE"),
        (("--yes", "--set", "nonsense=1"), "'nonsense' is no setting (see"),
        (("--yes", "--set", "ALTYN_API_PORT=1"), "is no setting; did you mean api.port?"),
        (("--yes", "--set", "api.port=http"), "api.port: a port is a number"),
        (("--yes", "--set", "telegram.token=@absent"), "cannot read the file"),
    ):
        answer = await asyncio.to_thread(altyn, "init", *words)
        assert (answer.code, len(answer.err.splitlines())) == (2, 1)
        assert said in answer.err
    assert here(tmp_path) == []


def talk(folder: Path, environment: dict[str, str], *answers: str) -> tuple[int, str]:
    """Start it at a terminal and answer each question; how it ended, and all that was said."""
    ours, its = pty.openpty()
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("ALTYN_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "altyn.entrypoints.cli", "init", "--language", "ru"],
        cwd=folder, env=inherited | environment, stdin=its, stdout=its, stderr=its,
        start_new_session=True,
    )  # fmt: skip
    os.close(its)
    said, left = "", list(answers)
    try:
        while True:
            try:
                said += os.read(ours, 65536).decode()
            except OSError:  # a terminal of which nobody is left
                break
            if left and said.endswith(("]: ", "] ")):
                os.write(ours, f"{left.pop(0)}\n".encode())
        return process.wait(60), said
    finally:
        os.close(ours)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()


async def test_for_people(tmp_path: Path) -> None:
    """It asks in their language, hides what is secret, and asks again what makes no sense."""
    async with desk_of(SystemClock()) as (desk, address):
        answers = ("", desk.token, "anna", "42", "", "", "", "", "", "д")
        code, said = await asyncio.to_thread(
            talk, tmp_path, {"ALTYN_TELEGRAM_API": address}, *answers
        )
    assert code == 0, said
    assert "Токен вашего бота" in said
    assert "is no user of Telegram" in said
    assert "Записать altyn.toml, telegram.token, owners?" in said
    assert desk.token not in said
    settings = read_settings(NOTHING_IN_THE_ENVIRONMENT, tmp_path)
    assert (settings.telegram.token.reveal(), settings.owners) == (desk.token, (42,))
    code, said = await asyncio.to_thread(talk, tmp_path, {}, *[""] * 8)
    assert code == 0, said
    assert "остаётся как есть" in said
    assert "ничего не изменилось" in said
