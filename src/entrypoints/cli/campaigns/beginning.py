"""Begin a campaign: what it may spend is allotted, and `altyn up` buys.

The plan is a file in TOML; docs/howto/buy_with_a_campaign.md has one. The same plan begins once.
With --watch every change is shown until the campaign has ended; Ctrl-C stops watching only."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from ....core.purchases import BeginCampaign
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .plan import read_plan
from .showing import told, watched

NAME: Final = "campaign run"
HELP: Final = "begin a campaign"


def arguments(parser: ArgumentParser) -> None:
    """Which plan."""
    parser.add_argument("plan", metavar="FILE", help="the plan, like plan.toml")
    parser.add_argument("--watch", action="store_true", help="show every change until its end")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Begin it."""
    settings = settings_of(arguments)
    plan = read_plan(Path(arguments.plan), settings.assets)
    async with session(settings) as house:
        await (await house.get(BeginCampaign))(plan, caller(arguments))
        await (watched if arguments.watch else told)(house, plan.id, output)
    return Exit.DONE
