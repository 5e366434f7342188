"""Show who sells to us: what, whether he does at present, since when, and why if he does not.

A supplier who turns us away is closed: prices are not asked of him any more, but for one now and
then that tries whether he sells again. Once you have seen to it, `altyn purchases reopen`."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.purchases import Shutters
from ...wiring.plain_purchases import PlainSupplier
from ...wiring.sellers import sellers
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column

NAME: Final = "purchases suppliers"
HELP: Final = "show who sells to us, and who does not at present"

COLUMNS: Final = (
    Column("Supplier"),
    Column("State"),
    Column("Sells"),
    Column("Since (UTC)"),
    Column("Next try"),
    Column("Why", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """It takes none."""


async def run(arguments: Namespace, output: Output) -> int:
    """Show them; nobody is asked."""
    settings = settings_of(arguments)
    async with session(settings) as house:
        shutters = {each.supplier: each for each in await (await house.get(Shutters)).all()}
    shown = [PlainSupplier.of(each, shutters.get(each.name)) for each in sellers(settings)]
    output.document({"suppliers": shown})
    output.table(COLUMNS, list(map(_row, shown)))
    closed = any(each.state == "closed" for each in shown)
    return Exit.REFUSED if closed else Exit.DONE


def _row(plain: PlainSupplier) -> tuple[str, ...]:
    since, try_at = (_short(each) for each in (plain.since, plain.try_at))
    return plain.name, plain.state, ", ".join(plain.sells), since, try_at, plain.why


def _short(moment: str | None) -> str:
    """To the minute."""
    return moment.replace("T", " ")[:16] if moment else ""
