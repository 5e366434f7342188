"""Whose sessions a command is about."""

from argparse import ArgumentParser

from ....core.identity import MalformedUser, UserId, user_id


def somebody(parser: ArgumentParser) -> None:
    """A user of Telegram."""
    parser.add_argument("user", metavar="USER", help="as Telegram numbers people, like 42")


def user_of(text: str) -> UserId:
    """
    Whom that names.

    Raises:
        MalformedUser: nobody.
    """
    if not (text.isascii() and text.isdecimal()):
        raise MalformedUser(text[:80])
    return user_id(int(text))
