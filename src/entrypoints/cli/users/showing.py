"""Show somebody: who they are, what they may do, and what they hold."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.balances import Ledger
from ....core.identity import User
from ...wiring.plain import PlainBalance
from ...wiring.plain_identity import PlainUser
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .listing import marks
from .whom import found, somebody

NAME: Final = "users show"
HELP: Final = "show somebody"


def arguments(parser: ArgumentParser) -> None:
    """Whom."""
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        user = await found(arguments, house)
        balances = await (await house.get(Ledger)).balances(user.account)
    output.document(
        {"user": PlainUser.of(user), "balances": [PlainBalance.of(each) for each in balances]}
    )
    told(user, output)
    for each in balances:
        held = f", {each.held} of it held" if each.held.units else ""
        output.say(f"  holds {each.posted}{held}")
    return Exit.DONE


def told(user: User, output: Output) -> None:
    """Say who they are."""
    called = f" (@{user.username})" if user.username else ""
    output.say(f"{user.account} is {user.name or 'nobody'}{called}, {user.role}")
    output.say(f"  since {user.since:%Y-%m-%d %H:%M}, seen last {user.seen_at:%Y-%m-%d %H:%M} UTC")
    if words := marks(user):
        output.say(f"  {words}")
