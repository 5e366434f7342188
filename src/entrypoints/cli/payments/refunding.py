"""Give money back the way it came: it is set aside now, and the provider is asked by `altyn up`.

The key names what came, as `altyn payments show` does. What waits in the drawer goes back from
there, and what was credited is taken from whoever has it. The id makes it happen once. A large
amount waits until somebody else agrees: `altyn payments approve`."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.amounts import amount_written
from ....core.identifiers import Identifiers, parse_id
from ....core.payments import Arrivals, Refund, RefundId, RefundState, RequestRefund, Wish
from ...wiring.plain_payments import PlainRefund
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .deciding import somebody, what_came

NAME: Final = "payments refund"
HELP: Final = "give money back the way it came"


def arguments(parser: ArgumentParser) -> None:
    """What of it, why, and who decides."""
    what_came(parser)
    parser.add_argument(
        "--amount", metavar="AMOUNT", help="a part, like 12.50 (default: all that can go back)"
    )
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why; it is kept")
    parser.add_argument(
        "--to", metavar="ADDRESS", default="", help="where it goes, where the method needs that"
    )
    parser.add_argument("--id", metavar="UUID", help="the id under which it happens once")
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Set it aside."""
    method, key = arguments.method, arguments.key
    async with session(settings_of(arguments)) as house:
        id = (await house.get(Identifiers))() if arguments.id is None else parse_id(arguments.id)
        asset = (await (await house.get(Arrivals)).get(method, key)).inflow.amount.asset
        # Empty, like a variable of a script that was not set, is a mistake and not all of it.
        amount = None if arguments.amount is None else amount_written(arguments.amount, asset)
        if not arguments.id:
            output.note(f"this refund has the id {id}")
        wish = Wish(
            id=RefundId(id),
            method=method,
            key=key,
            amount=amount,
            to=arguments.to,
            reason=arguments.reason,
            by=caller(arguments),
        )
        refund = await (await house.get(RequestRefund))(wish)
    told(refund, output)
    return Exit.DONE


def told(refund: Refund, output: Output) -> None:
    """Say how far it is."""
    output.document(PlainRefund.of(refund))
    output.say(f"refund {refund.id} of {refund.amount} is {refund.state}")
    if refund.told:
        output.say(f"  {refund.told}")
    if refund.state is RefundState.WAITING:
        output.say(f"  somebody else has to agree: altyn payments approve {refund.id} --by NAME")
