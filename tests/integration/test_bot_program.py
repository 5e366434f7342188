"""The bot as people start it: `altyn up`, and `altyn bot` after it."""

import asyncio
import signal
from pathlib import Path
from typing import Any

from altyn.adapters.system import SystemClock
from altyn.entrypoints.sandbox import TelegramDesk
from altyn.entrypoints.sandbox.telegram_chats import User
from tests.integration.bot_stand import desk_of
from tests.integration.test_cli_program import DEADLINE_SECONDS, Program


async def answered(desk: TelegramDesk, user: User, words: str) -> None:
    """Wait until the newest message of the bot says that."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            newest: dict[str, Any] = desk.chats.messages[user.id][-1]
            if newest["from"]["is_bot"] and words in newest["text"]:
                return
            await asyncio.sleep(0.02)


async def test_one_after_the_other(tmp_path: Path) -> None:
    """What was done meanwhile is answered by the next one, and all of it is found as a case."""
    async with desk_of(SystemClock()) as (desk, address):
        settings = {
            "ALTYN_API_PORT": "0",
            "ALTYN_TELEGRAM_TOKEN": desk.token,
            "ALTYN_TELEGRAM_API": address,
        }
        altyn, anna = Program(tmp_path, settings), desk.join("Anna")
        desk.say(anna, "/start")
        with altyn.running("up") as running:
            await answered(desk, anna, "Your balance is empty")
            said = await asyncio.to_thread(running.until, "Stop it with Ctrl-C.\n")
            assert "  Payments   stars is on, updates are fetched" in said
            assert "  Bot        on" in said
            desk.say(anna, "/recharge 50")
            await answered(desk, anna, "Top up 50")
            assert (await asyncio.to_thread(running.stop, signal.SIGTERM)).code == 0
        desk.press(anna, "Telegram Stars")  # nobody hears it now
        with altyn.running("bot") as running:
            await answered(desk, anna, "To pay: 50")
            said = await asyncio.to_thread(running.until, "Stop it with Ctrl-C.\n")
            assert f"Bot {desk.token.partition(':')[0]} fetches updates." in said
            answer = await asyncio.to_thread(running.stop, signal.SIGTERM)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.endswith("stopped\n")
        cases = await asyncio.to_thread(altyn, "cases")
        assert (cases.code, cases.out) == (0, "everything was answered\n")
        case = await asyncio.to_thread(altyn.json, "cases", "1")
        assert case["update"]["message"]["text"] == "/start"
        missing = await asyncio.to_thread(altyn, "cases", "77")
        assert missing.code == 4


def test_there_is_no_bot_without_a_token(tmp_path: Path) -> None:
    """One line names the setting; what is only about the bot is nothing without it."""
    for words in (["bot"], ["cases"]):
        answer = Program(tmp_path)(*words)
        assert answer.code == 2
        assert answer.err.startswith("altyn: ALTYN_TELEGRAM_TOKEN is missing")
