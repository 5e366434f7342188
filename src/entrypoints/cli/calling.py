"""Who is asking on the command line: an owner, under the name that they give or have here."""

import getpass
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from ...core.errors import AltynError
from ...core.identity import Caller


def whoever(parser: ArgumentParser) -> None:
    """Who does it, where whoever is logged in will do."""
    parser.add_argument(
        "--by", metavar="NAME", type=name, help="who does it; it is kept (default: who you are)"
    )


def caller(arguments: Namespace) -> Caller:
    """Whoever was named, or is logged in."""
    return Caller.local(arguments.by or logged_in())


def name(text: str) -> str:
    """A name that can be kept."""
    try:
        return Caller.local(text).name
    except (AltynError, ValueError) as wrong:
        raise ArgumentTypeError(str(wrong)) from None


def logged_in() -> str:
    """The name of whoever runs this, as far as the machine knows one."""
    try:
        return Caller.local(getpass.getuser()).name
    except (AltynError, ImportError, KeyError, OSError, ValueError):
        return Caller.local().name
