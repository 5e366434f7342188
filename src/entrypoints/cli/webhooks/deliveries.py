"""Show what a webhook is told, the newest first, or the log of one delivery."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.notifications import (
    Attempt,
    Deliveries,
    Delivery,
    DeliveryId,
    DeliveryState,
    WebhookId,
    Webhooks,
)
from ...wiring.plain_notifications import PlainDelivery
from ..exits import Exit
from ..output import Output
from ..purchases.listing import how_many
from ..session import session, settings_of
from ..table import Column

NAME: Final = "webhooks deliveries"
HELP: Final = "show what a webhook is told, or how one delivery went"

COLUMNS: Final = (
    Column("When (UTC)"),
    Column("Event"),
    Column("State"),
    Column("Attempts", right=True),
    Column("Next (UTC)"),
    Column("Told", shrinks=True),
    Column("Delivery"),
)
LOG: Final = (
    Column("Attempt", right=True),
    Column("When (UTC)"),
    Column("Status"),
    Column("ms", right=True),
    Column("Told", shrinks=True),
    Column("Answer", shrinks=True),
)
WHEN: Final = "%Y-%m-%d %H:%M:%S"


def arguments(parser: ArgumentParser) -> None:
    """Of which, and which of them."""
    parser.add_argument("id", metavar="ID", help="the id of the webhook")
    parser.add_argument(
        "--state", choices=[*map(str, DeliveryState)], help="only those in this state"
    )
    parser.add_argument("--log", metavar="DELIVERY", help="how this one went, attempt by attempt")
    how_many(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    id = WebhookId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        await (await house.get(Webhooks)).get(id)
        deliveries = await house.get(Deliveries)
        if arguments.log is not None:
            one = DeliveryId(parse_id(arguments.log))
            delivery, log = await deliveries.get(one), await deliveries.attempts(one)
            output.document(PlainDelivery.of(delivery, log))
            output.say(f"delivery {delivery.id} of {delivery.name} is {delivery.state}")
            output.table(LOG, list(map(line, log)))
            return Exit.DONE
        state = None if arguments.state is None else DeliveryState(arguments.state)
        found = await deliveries.of(id, arguments.limit, state=state)
    output.document({"deliveries": [PlainDelivery.of(each) for each in found]})
    if found:
        output.table(COLUMNS, list(map(row, found)))
    else:
        output.say("it was told nothing of that kind yet" if state else "it was told nothing yet")
    return Exit.DONE


def row(delivery: Delivery) -> tuple[str, ...]:
    """One of them."""
    return (
        f"{delivery.made_at:{WHEN}}",
        delivery.name,
        delivery.state,
        str(delivery.attempts),
        f"{delivery.check_at:{WHEN}}" if delivery.check_at else "",
        delivery.told,
        str(delivery.id),
    )


def line(attempt: Attempt) -> tuple[str, ...]:
    """One attempt."""
    return (
        str(attempt.number),
        f"{attempt.at:{WHEN}}",
        str(attempt.status or "none"),
        str(attempt.milliseconds),
        attempt.told,
        attempt.answer,
    )
