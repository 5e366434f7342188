"""Whom a command is about."""

from argparse import ArgumentParser, Namespace

from ....core.identity import FindUser, User
from ..calling import caller, whoever
from ..session import Session


def somebody(parser: ArgumentParser) -> None:
    """Who, and who does it."""
    parser.add_argument("user", metavar="USER", help="a number like 42, or a name like @ann")
    whoever(parser)


async def found(arguments: Namespace, house: Session) -> User:
    """Whoever is meant."""
    return await (await house.get(FindUser))(caller(arguments), arguments.user)
