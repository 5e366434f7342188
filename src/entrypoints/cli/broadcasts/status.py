"""Show how far a broadcast has come, or whose letters are in one state.

Those in the state unknown got it or did not: it is never sent to them again."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.broadcasts import BroadcastId, Letters, LetterState
from ....core.identifiers import parse_id
from ....core.identity import UserId
from ...wiring.plain_broadcasts import PlainLetter
from ..exits import Exit
from ..output import Output
from ..purchases.listing import how_many
from ..session import session, settings_of
from ..table import Column
from .showing import told, watched

NAME: Final = "broadcasts status"
HELP: Final = "show how far a broadcast has come, and whose letters are where"


def arguments(parser: ArgumentParser) -> None:
    """Which, and what of it."""
    parser.add_argument("id", metavar="ID", help="the id of the broadcast")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--watch", action="store_true", help="show every change until its end")
    what.add_argument(
        "--letters",
        metavar="STATE",
        type=LetterState,
        help=f"list those in a state: {', '.join(LetterState)}",
    )
    parser.add_argument("--after", metavar="USER", type=int, help="go on after that recipient")
    how_many(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    id = BroadcastId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        if arguments.letters is None:
            await (watched if arguments.watch else told)(house, id, output)
            return Exit.DONE
        letters: Letters = await house.get(Letters)
        after = None if arguments.after is None else UserId(arguments.after)
        found = await letters.of(id, arguments.letters, arguments.limit, after)
    output.document({"letters": [PlainLetter.of(each) for each in found]})
    if found:
        columns = (Column("Recipient"), Column("Since"), Column("Told", shrinks=True))
        rows = [(f"user:{each.recipient}", str(each.at or ""), each.told) for each in found]
        output.table(columns, rows)
    else:
        output.say(f"no letter is {arguments.letters}")
    return Exit.DONE
