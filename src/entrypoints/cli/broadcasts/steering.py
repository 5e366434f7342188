"""What steering a broadcast takes and tells, wherever it is steered to."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable

from ....core.broadcasts import Broadcast, BroadcastId, SteerBroadcast
from ....core.identifiers import parse_id
from ....core.identity import Caller
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import told

Steering = Callable[[SteerBroadcast, BroadcastId, Caller], Awaitable[Broadcast]]


def which(parser: ArgumentParser) -> None:
    """Which broadcast, and who steers it."""
    parser.add_argument("id", metavar="ID", help="the id of the broadcast")
    whoever(parser)


async def steered(arguments: Namespace, output: Output, steering: Steering) -> int:
    """Steer it there, and say how far it has come."""
    id = BroadcastId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        await steering(await house.get(SteerBroadcast), id, caller(arguments))
        await told(house, id, output)
    return Exit.DONE
