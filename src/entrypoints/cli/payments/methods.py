"""Show the ways of paying: which are enabled, and what it takes to enable the others.

With --ask every provider is asked whether he lets us in, which shows a key that is wrong."""

from argparse import ArgumentParser, Namespace
from typing import Final

from attrs import frozen

from ....core.payments import AskMethods, Reply
from ...wiring.methods import Method, methods
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column

NAME: Final = "payments methods"
HELP: Final = "show the ways of paying"

COLUMNS: Final = (
    Column("Method"),
    Column("State"),
    Column("Takes"),
    Column("Why", shrinks=True),
)


@frozen
class PlainMethod:
    """A way of paying, as it goes over a wire."""

    name: str
    state: str
    enabled_by: str
    assets: list[str]
    why: str


def arguments(parser: ArgumentParser) -> None:
    """Whether to ask."""
    parser.add_argument("--ask", action="store_true", help="ask every provider")


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    settings = settings_of(arguments)
    replies: dict[str, Reply] = {}
    if arguments.ask:
        async with session(settings) as house:
            replies = dict(await (await house.get(AskMethods))())
    shown = [_plain(each, replies.get(each.name)) for each in methods(settings)]
    output.document({"methods": shown})
    rows = [(each.name, each.state, ", ".join(each.assets), each.why) for each in shown]
    output.table(COLUMNS, rows)
    wrong = any(each.state == "misconfigured" for each in shown)
    return Exit.REFUSED if wrong else Exit.DONE


def _plain(method: Method, reply: Reply | None) -> PlainMethod:
    state = "enabled" if method.enabled else "disabled"
    why = "" if method.enabled else f"{method.enabled_by} enables it"
    if reply is not None:
        state, why = reply.state, reply.why
    return PlainMethod(method.name, state, method.enabled_by, sorted(method.takes), why)
