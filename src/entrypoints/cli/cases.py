"""Show what the bot could not answer: whoever met it was told the number of the case.

Without a number the newest are listed; with one all that is known of it is shown."""

import json
from argparse import ArgumentParser, Namespace
from typing import Final

from ...core.chats import Inbox, Update
from ..wiring import SettingMissing
from .exits import Exit
from .output import Output
from .session import session, settings_of
from .table import Column
from .usage import whole

NAME: Final = "cases"

LIMIT: Final = 20
LIMIT_MAX: Final = 200
NUMBER_MAX: Final = 2**63 - 1

COLUMNS: Final = (
    Column("Case", right=True),
    Column("At (UTC)"),
    Column("Chat", right=True),
    Column("What went wrong", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument(
        "number", metavar="NUMBER", type=whole(0, NUMBER_MAX), nargs="?", help="of one case"
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many, {LIMIT_MAX} at most (default {LIMIT})",
    )


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    settings = settings_of(arguments)
    if not (bot := settings.telegram.bot):
        raise SettingMissing("ALTYN_TELEGRAM_TOKEN", "there is no bot without it")
    async with session(settings) as house:
        inbox = await house.get(Inbox)
        if arguments.number is not None:
            _show(await inbox.get(bot, arguments.number), output)
            return Exit.DONE
        found = await inbox.troubled(bot, arguments.limit)
    output.document({"cases": [_plain(each) for each in found]})
    if found:
        output.table(COLUMNS, list(map(_row, found)))
    else:
        output.say("everything was answered")
    return Exit.DONE


def _show(update: Update, output: Output) -> None:
    told = json.loads(update.raw or b"null")  # a secret is not kept
    output.document({**_plain(update), "update": told})
    output.say(f"case {update.number}, {update.taken_at:%Y-%m-%d %H:%M:%S} UTC, {update.lane}")
    output.say(f"  became   {update.outcome or 'nothing yet'}")
    output.say(f"  tries    {update.tries}")
    output.say(json.dumps(told, ensure_ascii=False, indent=2))


def _plain(update: Update) -> dict[str, object]:
    return {
        "case": update.number,
        "at": update.taken_at.isoformat(),
        "chat": update.lane,
        "tries": update.tries,
        "outcome": update.outcome,
        "trouble": update.trouble,
    }


def _row(update: Update) -> tuple[str, ...]:
    at = f"{update.taken_at:%Y-%m-%d %H:%M:%S}"
    return str(update.number), at, update.lane, update.outcome
