"""Talk with people over the bot, beside other processes that work on the same database.

`altyn up` does this as well when a token is given. Without ALTYN_API_PUBLIC one of the bots
fetches the updates; with it they are brought to whoever serves the API. Any number of bots may
answer them. Stop it with Ctrl-C, or with SIGTERM."""

import asyncio
from argparse import ArgumentParser, Namespace
from typing import Any, Final

from ..wiring import SettingMissing
from ..wiring.logs import write_log
from ..wiring.reports import report_mistakes
from ..wiring.traces import telling_traces
from .exits import Exit
from .output import Output
from .session import Session, debugging, make_sure, settings_of, unchecked
from .stopping import stopped_by_signals

NAME: Final = "bot"


def arguments(parser: ArgumentParser) -> None:
    """It takes none: what it does is in the settings."""


async def run(arguments: Namespace, output: Output) -> int:
    """Talk until somebody says stop."""
    settings = settings_of(arguments)
    if not settings.telegram.token.reveal():
        raise SettingMissing("ALTYN_TELEGRAM_TOKEN", "there is no bot without it")
    write_log(settings.log, NAME, debug=debugging(arguments))
    report_mistakes(settings.sentry, NAME)
    # Imported late: aiogram takes seconds.
    from ..bot.providing import Talking
    from ..worker import Chore, Worker

    stopping = asyncio.Event()
    with telling_traces(settings.traces, NAME), stopped_by_signals(stopping):
        async with unchecked(settings, Talking()) as house:
            await make_sure(house)
            talk = await talk_of(house)
            worker = Worker([Chore(*each) for each in talk.chores])
            async with worker.until(stopping), talk.until(stopping):
                output.document({"bot": talk.bot.id, "fetches": talk.fetching is not None})
                how = "fetches updates" if talk.fetching else "answers what the API is told"
                output.say(f"Bot {talk.bot.id} {how}.")
                output.say("Stop it with Ctrl-C.")
    output.say("stopped")
    return Exit.DONE


async def talk_of(house: Session) -> Any:
    """The bot over the house, which fetches updates where Telegram does not bring them."""
    from ..bot.running import talk_of
    from ..wiring.chatting import Stream

    return await talk_of(house.container, (await house.get(Stream)).fetching)
