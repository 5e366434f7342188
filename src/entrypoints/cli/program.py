"""The program: finds the story, runs it, and turns whatever happens into words and an exit code."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from typing import Any, Final

from ...core.errors import AltynError
from . import (
    api,
    audit,
    balance,
    bot,
    campaigns,
    cases,
    check,
    events,
    keys,
    migrate,
    opening,
    payments,
    purchases,
    reconcile,
    sandbox,
    sessions,
    stars,
    statement,
    tasks,
    transfer,
    up,
    users,
    webhooks,
    worker,
)
from .exits import EXPLAINED, Exit, exit_of
from .output import Output
from .usage import Parser

STORIES: Final = (
    up,
    bot,
    cases,
    api,
    worker,
    sandbox,
    migrate,
    check,
    opening,
    balance,
    statement,
    transfer,
    reconcile,
    *payments.STORIES,
    *purchases.STORIES,
    *campaigns.STORIES,
    *users.STORIES,
    *audit.STORIES,
    *tasks.STORIES,
    *keys.STORIES,
    *sessions.STORIES,
    *webhooks.STORIES,
    *events.STORIES,
    *stars.STORIES,
)
GROUPS: Final = {
    "payments": "ask for money, decide about what came, give it back",
    "purchases": "buy goods for somebody, decide what is in doubt",
    "users": "see who people are, give roles, hand out and wipe what is known of them",
    "audit": "see what was done by hand, prove that nobody has changed it",
    "webhooks": "tell the systems of others what happens",
    "events": "see what could not be passed on",
    "campaign": "buy much of one thing, side by side, out of one budget",
    "tasks": "see what has to be done, and what was given up",
    "keys": "let programs in at the API, each with a key of its own",
    "sessions": "see where people are signed in, and sign them out",
    "stars": "the account of Telegram that pays in Stars",
}
"""Stories of one subject have a name of two words; what the first of them is about."""

ABOUT: Final = (
    "Altyn takes money and delivers goods inside Telegram; neither is ever lost or doubled."
)

LOG_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"

SETTINGS: Final = """\
settings (environment over altyn.toml of the current folder over defaults):
  ALTYN_DATABASE  sqlite:///folder/file.db (default sqlite:///altyn-data/altyn.db)
                  or postgresql://user:password@host/name
  ALTYN_REDIS     redis://…, optional
  ALTYN_API_HOST, ALTYN_API_PORT  where `up` listens (default 127.0.0.1 and 8420)
  ALTYN_API_KEYS  keys of API callers; needed to listen on any other address
  ALTYN_API_PUBLIC  where the outside reaches the API, like https://shop.example
  ALTYN_HELEKET_MERCHANT, ALTYN_HELEKET_PAYMENT_KEY  let people pay by Heleket;
                  ALTYN_HELEKET_PAYOUT_KEY lets you give it back
  ALTYN_TELEGRAM_TOKEN  lets people talk with your bot and pay in Stars, and with
                  ALTYN_TELEGRAM_PROVIDER_TOKEN by card
  ALTYN_BOT_ASSET  what the bot counts in (default XTR)
  ALTYN_TON_ADDRESS  lets people pay in TON and USDT on TON
  ALTYN_FRAGMENT_COOKIES, ALTYN_TON_WALLET, ALTYN_TON_MNEMONIC  let Stars and
                  Premium be bought at Fragment, paid by a wallet of yours
  ALTYN_OWNERS    who owns the shop, as Telegram numbers people, like 42
  ALTYN_STICKERDOM_PAID_IN, ALTYN_STARS_API_ID, ALTYN_STARS_API_HASH,
                  ALTYN_STARS_KEY  let sticker packs be bought at Stickerdom
  ALTYN_ASSETS    more assets with their scales, like SKU:mug=0
  Each may be given as a file instead: ALTYN_API_KEYS_FILE=/run/secrets/keys

"""


def main() -> None:
    """The command `altyn`."""
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Do what the words say; answers the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a poor locale costs a sign, not the answer
    # Told from the words themselves, for when they make no command.
    output = Output(json="--json" in words)
    debug = "--debug" in words
    # What libraries warn of on their way to an error is told by the error itself.
    logging.basicConfig(format=LOG_FORMAT, level=logging.DEBUG if debug else logging.ERROR)
    try:
        arguments = _parser().parse_args(words)
        if not hasattr(arguments, "run"):
            _parser().print_help()
            return Exit.WRONG
        code: int = asyncio.run(arguments.run(arguments, output))
        return code
    except AltynError as error:
        if debug:
            _print_traceback()
        output.failed(error)
        return exit_of(error)
    except KeyboardInterrupt:
        output.note("interrupted")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has seen enough; Python would complain once more while leaving.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as bug:  # the last line of defence: people get a line, not a page
        if debug:
            _print_traceback()
        message = f"a mistake inside Altyn: {type(bug).__name__}: {bug}"
        hint = "please report it, with what the same command says under --debug"
        output.trouble("internal_error", message, {}, [*getattr(bug, "__notes__", []), hint])
        return Exit.BUG


def _parser() -> Parser:
    common = Parser(add_help=False)
    options = common.add_argument_group("everywhere")
    # Suppressed defaults let the options stand before the command as well as after it.
    absent: dict[str, Any] = {"default": argparse.SUPPRESS}
    options.add_argument(
        "--json", action="store_true", help="answer with one JSON document", **absent
    )
    options.add_argument(
        "--config", metavar="FILE", help="read this file, not altyn.toml", **absent
    )
    options.add_argument(
        "--debug", action="store_true", help="show where errors come from", **absent
    )
    parser = Parser(prog="altyn", description=ABOUT, epilog=SETTINGS + EXPLAINED, parents=[common])
    parser.add_argument("--version", action=Version, nargs=0, help="say which version this is")
    commands = {"": parser.add_subparsers(title="commands", metavar="COMMAND")}
    for story in STORIES:
        summary = (story.__doc__ or "").strip()
        group, _, name = story.NAME.rpartition(" ")
        if group not in commands:
            words = GROUPS[group]
            subject = commands[""].add_parser(
                group, help=words, description=words, parents=[common]
            )
            commands[group] = subject.add_subparsers(
                title="commands", metavar="COMMAND", required=True
            )
        command = commands[group].add_parser(
            name, help=story.HELP, description=summary, epilog=EXPLAINED, parents=[common]
        )
        story.arguments(command)
        command.set_defaults(run=story.run)
    return parser


class Version(argparse.Action):
    """Looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print and leave."""
        print(f"altyn {version()}")
        parser.exit()


def version() -> str:
    """The version that is installed."""
    try:
        from ... import __version__

        return __version__
    except PackageNotFoundError:
        return "(not installed)"


def _print_traceback() -> None:
    import traceback

    traceback.print_exc()
