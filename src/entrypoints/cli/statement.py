"""The history of an account, newest first.

Entries are numbered from one without gaps; a page ends with the number to go on before."""

from argparse import ArgumentParser, Namespace
from typing import Final

from attrs import define

from ...core.balances import AccountName, Entry, Ledger, Statement, account_name
from ...core.money import UNITS_MAX, Asset
from ..wiring.plain import PlainEntry
from .exits import Exit
from .output import Output, as_json
from .session import session, settings_of
from .table import Column
from .usage import whole

NAME: Final = "statement"

LIMIT: Final = 20
LIMIT_MAX: Final = 200

COLUMNS: Final = (
    Column("No", right=True),
    Column("When (UTC)"),
    Column("Kind"),
    Column("Change", right=True),
    Column("After", right=True),
    Column("Counterpart", shrinks=True),
    Column("Reference", shrinks=True),
    Column("Memo", shrinks=True),
    Column("Transfer"),
)


def arguments(parser: ArgumentParser) -> None:
    """Whose, of what, and how much of it."""
    parser.add_argument("name", metavar="NAME", help="the account, like user:42")
    parser.add_argument("asset", metavar="ASSET", help="code of an asset, like RUB")
    parser.add_argument(
        "--before", metavar="N", type=whole(1, UNITS_MAX), help="only entries numbered below N"
    )
    lengths = parser.add_mutually_exclusive_group()
    lengths.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many entries, {LIMIT_MAX} at most (default {LIMIT})",
    )
    lengths.add_argument("--all", action="store_true", help="the whole history, back to the first")


async def run(arguments: Namespace, output: Output) -> int:
    """Show a page of it, or page after page, keeping none."""
    settings = settings_of(arguments)
    name, asset = account_name(arguments.name), settings.assets.named(arguments.asset)
    limit = LIMIT_MAX if arguments.all else arguments.limit
    async with session(settings) as house:
        ledger = await house.get(Ledger)
        page = await ledger.statement(name, asset, before=arguments.before, limit=limit)
        paper = Paper(name, asset, output)
        paper.begin(page)
        while arguments.all and page.next is not None:
            page = await ledger.statement(name, asset, before=page.next, limit=limit)
            paper.go_on(page)
        paper.end(page)
    return Exit.DONE


@define
class Paper:
    """Where pages are written one after the other: one table, or one document."""

    name: AccountName
    asset: Asset
    output: Output

    def begin(self, page: Statement) -> None:
        """The head, and the first page."""
        head = as_json({"account": self.name, "asset": self.asset.code})
        self.output.part(head.removesuffix("}") + ', "entries": [')
        self.output.part(self._entries(page))
        if page.entries:
            self.output.say(f"{self.name}, {self.asset}, newest first")
            self.output.table(COLUMNS, list(map(_row, page.entries)))
        else:
            self.output.say(f"{self.name} has no {self.asset} history here")

    def go_on(self, page: Statement) -> None:
        """A further page."""
        self.output.part(", " + self._entries(page))
        self.output.table(COLUMNS, list(map(_row, page.entries)), titled=False)

    def end(self, page: Statement) -> None:
        """Where to go on from here."""
        self.output.part(f'], "next": {as_json(page.next)}}}\n')
        if page.next is not None:
            self.output.say(f"older ones: --before {page.next}, or --all")

    def _entries(self, page: Statement) -> str:
        return ", ".join(as_json(PlainEntry.of(entry)) for entry in page.entries)


def _row(entry: Entry) -> tuple[str, ...]:
    transfer = entry.posted.transfer
    return (
        str(entry.number),
        f"{entry.posted.at:%Y-%m-%d %H:%M:%S}",
        transfer.kind,
        f"{'+' if entry.change.units > 0 else ''}{entry.change.decimal}",
        entry.after.decimal,
        entry.counterpart,
        transfer.reference,
        transfer.memo,
        str(transfer.id),
    )
