"""Have a webhook told again, from the first attempt on: one delivery, or all that was given up.

`altyn up` does it. The id stays the same, so whoever has heard it knows that."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.notifications import DeliveryId, ReplayDelivery, WebhookId, Webhooks
from ...wiring.plain_notifications import PlainDelivery
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of

NAME: Final = "webhooks replay"
HELP: Final = "have a webhook told again"


def arguments(parser: ArgumentParser) -> None:
    """Which, or all that were given up."""
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("id", metavar="DELIVERY", nargs="?", help="the id of the delivery")
    chosen.add_argument("--dead", metavar="WEBHOOK", help="all that was given up of this webhook")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Have it done."""
    async with session(settings_of(arguments)) as house:
        replay = await house.get(ReplayDelivery)
        if arguments.dead is not None:
            id = WebhookId(parse_id(arguments.dead))
            await (await house.get(Webhooks)).get(id)
            many = await replay.dead(id, caller(arguments))
            output.document({"replayed": many})
            output.say(f"{many} are told again")
            return Exit.DONE
        delivery = await replay(DeliveryId(parse_id(arguments.id)), caller(arguments))
    output.document(PlainDelivery.of(delivery))
    output.say(f"delivery {delivery.id} of {delivery.name} is {delivery.state}")
    return Exit.DONE
