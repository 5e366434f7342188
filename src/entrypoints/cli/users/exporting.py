"""Hand out all that is known of somebody, as one JSON document, with --json or without."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import ExportUser
from ..calling import caller
from ..exits import Exit
from ..output import Output, as_json
from ..session import session, settings_of
from .whom import found, somebody

NAME: Final = "users export"
HELP: Final = "hand out all that is known of somebody"


def arguments(parser: ArgumentParser) -> None:
    """Whose."""
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Hand it out."""
    async with session(settings_of(arguments)) as house:
        user = await found(arguments, house)
        document = await (await house.get(ExportUser))(caller(arguments), user.id)
    output.document(document)
    output.say(as_json(document))
    return Exit.DONE
