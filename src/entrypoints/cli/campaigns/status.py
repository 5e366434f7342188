"""Show a campaign, or the newest ones."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import CampaignBook, CampaignId, Tally
from ...wiring.plain_purchases import PlainCampaign
from ..exits import Exit
from ..output import Output
from ..purchases.listing import how_many
from ..session import session, settings_of
from ..table import Column
from .showing import COLUMNS, row, told, watched

NAME: Final = "campaign status"
HELP: Final = "show a campaign, or the newest ones"


def arguments(parser: ArgumentParser) -> None:
    """Which, or how many."""
    parser.add_argument("id", metavar="ID", nargs="?", help="the id of the campaign")
    parser.add_argument("--watch", action="store_true", help="show every change until its end")
    how_many(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    async with session(settings_of(arguments)) as house:
        if arguments.id is not None:
            show = watched if arguments.watch else told
            await show(house, CampaignId(parse_id(arguments.id)), output)
            return Exit.DONE
        book = await house.get(CampaignBook)
        found = await book.campaigns.newest(arguments.limit)
        both = [(each, Tally.of(await book.bought(each))) for each in found]
    output.document({"campaigns": [PlainCampaign.of(*each) for each in both]})
    if both:
        columns = (*COLUMNS, Column("Campaign"))
        output.table(columns, [(*row(*each), str(each[0].id)) for each in both])
    else:
        output.say("there is no campaign")
    return Exit.DONE
