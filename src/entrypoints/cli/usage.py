"""Reading the command line; what cannot be read is told in one line."""

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from attrs import define

from ...core.errors import Refused

SHOWN_MAX = 300


@define
class WrongUsage(Refused):
    """The words on the command line make no command."""

    command: str
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} (see `{self.command} --help`)"


class Parser(argparse.ArgumentParser):
    """argparse that raises what is wrong instead of printing pages and leaving."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """What argparse calls when it cannot go on."""
        if len(message) > SHOWN_MAX:  # as with all commands there are; --help lists them
            message = message.rpartition(" (choose from ")[0] or message
        raise WrongUsage(self.prog, message.replace("\n", " ")[:SHOWN_MAX])


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers within bounds, for `type=`."""

    def read(text: str) -> int:
        # 19 digits hold everything within 64 bits; int() would also take _ and spaces.
        if not (text.isascii() and text.isdigit() and len(text) <= 19):
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number")
        number = int(text)
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{number} is not between {least} and {most}")
        return number

    return read
