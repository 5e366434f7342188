"""Show the ways of paying: which are enabled, what it takes to enable the others, and what is wrong
about those that were given half or wrongly, with which nothing starts.

With --ask every provider is asked whether he lets us in, which shows a key that is wrong."""

from argparse import ArgumentParser, Namespace
from typing import Final

from attrs import frozen

from ....core.payments import AskMethods, Condition, Reply
from ...wiring.methods import Method
from ...wiring.survey import survey
from ..exits import Exit
from ..output import Output
from ..session import found_for, session
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
    state: Condition
    enabled_by: str
    assets: list[str]
    why: str


def arguments(parser: ArgumentParser) -> None:
    """Whether to ask."""
    parser.add_argument("--ask", action="store_true", help="ask every provider")


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    found = survey(found_for(arguments))
    replies: dict[str, Reply] = {}
    if arguments.ask:
        async with session(found.settings) as house:
            replies = dict(await (await house.get(AskMethods))())
    shown = [_plain(each, replies.get(each.name)) for each in found.methods]
    output.document({"methods": shown})
    rows = [(each.name, each.state, ", ".join(each.assets), each.why) for each in shown]
    output.table(COLUMNS, rows)
    wrong = any(each.state is Condition.MISCONFIGURED for each in shown)
    return Exit.REFUSED if wrong else Exit.DONE


def _plain(method: Method, reply: Reply | None) -> PlainMethod:
    state, why = method.condition, method.wrong
    if state is Condition.DISABLED:
        why = f"{method.enabled_by} enables it"
    if reply is not None:
        state, why = reply.state, reply.why
    return PlainMethod(method.name, state, method.enabled_by, sorted(method.takes), why)
