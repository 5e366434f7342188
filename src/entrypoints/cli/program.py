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
from ..wiring.logs import Redacted
from ..wiring.redaction import hidden
from .commands import COMMANDS
from .exits import EXPLAINED, Exit, exit_of
from .output import Output
from .usage import Parser

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
    log = logging.StreamHandler()
    log.setFormatter(Redacted(LOG_FORMAT))
    logging.basicConfig(handlers=[log], level=logging.DEBUG if debug else logging.ERROR)
    try:
        parser = parser_for(words)
        arguments = parser.parse_args(words)
        if not hasattr(arguments, "run"):
            parser.print_help()
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


def parser_for(said: Sequence[str]) -> Parser:
    """For all commands, but of their own words it knows only those of commands that were said."""
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
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    told: dict[str, Any] = {"epilog": EXPLAINED, "parents": [common]}
    for word, command in COMMANDS.items():
        if word not in said:
            commands.add_parser(word, help=command.words)
            continue
        *group, first = command.stories
        if word == first.NAME:
            _tell(first, commands.add_parser(word, help=command.words, **told))
            continue
        subject = commands.add_parser(
            word, help=command.words, description=command.words, parents=[common]
        )
        seconds = subject.add_subparsers(title="commands", metavar="COMMAND", required=True)
        for story in (*group, first):
            second = story.NAME.removeprefix(f"{word} ")
            _tell(story, seconds.add_parser(second, help=story.HELP, **told))
    return parser


def _tell(story: Any, parser: Parser) -> None:
    """Let its parser know what the story takes, and what to do."""
    parser.description = (story.__doc__ or "").strip()
    story.arguments(parser)
    parser.set_defaults(run=story.run)


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

    print(hidden.text(traceback.format_exc()), end="", file=sys.stderr)
