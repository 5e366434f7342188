"""Sign somebody out, everywhere or of one session: five seconds later nothing they have opens
anything. They may sign in again; to keep somebody out is another thing."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.identity import EndSessions, SessionId, SessionMissing
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .whose import somebody, user_of

NAME: Final = "sessions end"
HELP: Final = "sign somebody out"


def arguments(parser: ArgumentParser) -> None:
    """Whom, and of what."""
    somebody(parser)
    parser.add_argument("--session", metavar="ID", help="of this one alone; else of all")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Sign them out."""
    user = user_of(arguments.user)
    only = SessionId(parse_id(arguments.session)) if arguments.session else None
    async with session(settings_of(arguments)) as house:
        ended = await (await house.get(EndSessions))(caller(arguments), user, only=only)
    if only is not None and not ended:
        raise SessionMissing(only)
    output.document({"ended": [str(each) for each in ended]})
    output.say(f"{len(ended)} sessions of user {user} have ended")
    return Exit.DONE
