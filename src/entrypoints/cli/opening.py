"""Begin to count an asset for an owner, from nothing.

The account keeps itself between its floor (zero, if nothing is said) and its ceiling. An account
that stands for the outside world, such as clearing:heleket, is opened with --unlimited: it may go
below zero without end. Opening it again with the same limits changes nothing."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ...core.amounts import amount_written
from ...core.balances import Account, account_name
from ...core.identity import OpenByHand
from ...core.money import UNITS_MAX, Asset, Money
from ..wiring.plain import Amount
from .calling import caller, whoever
from .exits import Exit
from .output import Output
from .session import session, settings_of

NAME: Final = "open"


def arguments(parser: ArgumentParser) -> None:
    """Whose account, of what, within which limits."""
    parser.add_argument("name", metavar="NAME", help="purpose:owner, like user:42")
    parser.add_argument("asset", metavar="ASSET", help="code of an asset, like RUB")
    floors = parser.add_mutually_exclusive_group()
    floors.add_argument("--floor", metavar="AMOUNT", help="the least it may hold, like -100.00")
    floors.add_argument("--unlimited", action="store_true", help="it may hold less than nothing")
    parser.add_argument("--ceiling", metavar="AMOUNT", help="the most it may hold")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Open it."""
    settings = settings_of(arguments)
    account = _account(arguments, settings.assets.named(arguments.asset))
    async with session(settings) as house:
        await (await house.get(OpenByHand))(caller(arguments), account)
    floor, ceiling = _limit(account, account.floor_units), _limit(account, account.ceiling_units)
    output.document(
        {
            "account": account.name,
            "asset": account.asset.code,
            "floor": Amount.of(floor) if floor else None,
            "ceiling": Amount.of(ceiling) if ceiling else None,
        }
    )
    output.say(
        f"{account.name} is open for {account.asset}: "
        f"{'at least ' + str(floor) if floor else 'no floor'}, "
        f"{'at most ' + str(ceiling) if ceiling else 'no ceiling'}"
    )
    return Exit.DONE


def _account(arguments: Namespace, asset: Asset) -> Account:
    floor = -UNITS_MAX if arguments.unlimited else _units(arguments.floor, 0, asset)
    ceiling = _units(arguments.ceiling, UNITS_MAX, asset)
    return Account(account_name(arguments.name), asset, floor, ceiling)


def _units(text: str | None, default: int, asset: Asset) -> int:
    return default if text is None else amount_written(text, asset).units


def _limit(account: Account, units: int) -> Money | None:
    """The limit as money; what 64 bits end at is no limit."""
    return None if abs(units) == UNITS_MAX else Money(units, account.asset)
