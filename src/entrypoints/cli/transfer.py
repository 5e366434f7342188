"""Move money from one account to another.

The id makes it happen once: repeating the command with the same --id and the same contents
changes nothing and answers the same. Without --id a fresh one is made and printed first."""

import asyncio
import shlex
from argparse import ArgumentParser, Namespace
from typing import Final

from ...core.amounts import amount_written
from ...core.balances import (
    ADJUSTMENT,
    CORRECTION,
    Posted,
    Transfer,
    TransferId,
    account_name,
)
from ...core.errors import AltynError, Unavailable
from ...core.identifiers import Identifiers, parse_id
from ...core.identity import MoveByHand
from ...core.money import Assets
from ..wiring.plain import PlainTransfer, iso
from .calling import caller, whoever
from .exits import Exit
from .output import Output
from .session import Session, make_sure, settings_of, unchecked
from .table import Column

NAME: Final = "transfer"


def arguments(parser: ArgumentParser) -> None:
    """From where to where, how much, and why."""
    parser.add_argument("source", metavar="SOURCE", help="the account that gives")
    parser.add_argument("target", metavar="TARGET", help="the account that gets")
    parser.add_argument("amount", metavar="AMOUNT", help="like 12.50; never rounded")
    parser.add_argument("asset", metavar="ASSET", help="code of an asset, like RUB")
    parser.add_argument("--id", metavar="UUID", help="the id under which it happens once")
    parser.add_argument(
        "--kind", help=f"a word (default {ADJUSTMENT}; {CORRECTION} for --corrects)"
    )
    parser.add_argument("--reference", metavar="TEXT", default="", help="what it belongs to")
    parser.add_argument("--memo", metavar="TEXT", default="", help="words for people")
    parser.add_argument("--corrects", metavar="UUID", help="the mistaken transfer it takes back")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Move it."""
    settings = settings_of(arguments)
    async with unchecked(settings) as house:
        id = await _id(arguments, house)
        transfer = _transfer(arguments, settings.assets, id)
        # Whatever is wrong in itself has been refused by now; the database comes next.
        await make_sure(house)
        if not arguments.id:
            output.note(f"this transfer has the id {id}")
        move = await house.get(MoveByHand)
        try:
            posted = await move(caller(arguments), transfer)
        except asyncio.CancelledError:
            output.note(_doubt(arguments, id))
            raise
        except Exception as error:
            if not isinstance(error, AltynError) or isinstance(error, Unavailable):
                error.add_note(_doubt(arguments, id))
            raise
    output.document(PlainTransfer.of(posted))
    _tell(posted, output)
    return Exit.DONE


async def _id(arguments: Namespace, house: Session) -> TransferId:
    if arguments.id is not None:
        return TransferId(parse_id(arguments.id))
    identifiers = await house.get(Identifiers)
    return TransferId(identifiers())


def _transfer(arguments: Namespace, assets: Assets, id: TransferId) -> Transfer:
    corrects = None if arguments.corrects is None else TransferId(parse_id(arguments.corrects))
    return Transfer(
        id=id,
        source=account_name(arguments.source),
        target=account_name(arguments.target),
        amount=amount_written(arguments.amount, assets.named(arguments.asset)),
        kind=arguments.kind or (CORRECTION if corrects else ADJUSTMENT),
        reference=arguments.reference,
        memo=arguments.memo,
        corrects=corrects,
    )


def _doubt(arguments: Namespace, id: TransferId) -> str:
    """How to learn what became of it: the command that asks for the same once more."""
    words = ["altyn", NAME, arguments.source, arguments.target, arguments.amount, arguments.asset]
    words += ["--id", str(id)]
    for option in ("kind", "reference", "memo", "corrects", "by"):
        if value := getattr(arguments, option):
            words += [f"--{option}", value]
    return f"not known whether it moved; to make sure: {shlex.join(words)}"


def _tell(posted: Posted, output: Output) -> None:
    transfer = posted.transfer
    output.say(f"moved {transfer.amount} from {transfer.source} to {transfer.target}")
    output.table(
        (Column("Account"), Column("Now holds", right=True)),
        (
            (transfer.source, str(posted.source_after)),
            (transfer.target, str(posted.target_after)),
        ),
    )
    output.say(f"id {transfer.id}, {transfer.kind}, {iso(posted.at)}")
