"""What an account holds now, or held at a past moment.

Posted is all that came less all that left; held is the part of it that is set aside; available
is the rest."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ...core.balances import Balance, Ledger, account_name
from ...core.clock import parse_instant
from ..wiring.plain import PlainBalances
from .exits import Exit
from .output import Output
from .session import session, settings_of
from .table import Column
from .usage import WrongUsage

NAME: Final = "balance"

COLUMNS: Final = (
    Column("Asset"),
    Column("Available", right=True),
    Column("Held", right=True),
    Column("Posted", right=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Whose, of what, when."""
    parser.add_argument("name", metavar="NAME", help="the account, like user:42")
    parser.add_argument("asset", metavar="ASSET", nargs="?", help="one asset; without it, all")
    parser.add_argument("--at", metavar="INSTANT", help="a past moment, like 2026-11-20T12:00:00Z")


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    settings = settings_of(arguments)
    name = account_name(arguments.name)
    asset = settings.assets.named(arguments.asset) if arguments.asset else None
    at = parse_instant(arguments.at) if arguments.at else None
    if at and not asset:
        raise WrongUsage(f"altyn {NAME}", "--at needs an ASSET")
    async with session(settings) as house:
        ledger = await house.get(Ledger)
        if asset:
            balances = [await ledger.balance(name, asset, at)]
        else:
            balances = list(await ledger.balances(name))
    shape = PlainBalances.of(name, balances)
    output.document(shape.balances[0] if asset else shape)
    output.say(f"{name}{' at ' + arguments.at if at else ''}")
    output.table(COLUMNS, list(map(_row, balances)))
    return Exit.DONE


def _row(balance: Balance) -> tuple[str, ...]:
    figures = (balance.available, balance.held, balance.posted)
    return balance.posted.asset.code, *(money.decimal for money in figures)
