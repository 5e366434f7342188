"""Let money go out again, after the books were restored and compared with the outside.

Until then bills, refunds and purchases wait: what was paid after the backup is not in the books,
and would be paid twice. Compare first: `altyn reconcile` with each provider's list, and `altyn
purchases list`, which are under way, and `altyn purchases cheques` with what your suppliers and
wallets show."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ...core.identity import ResumePaying
from .calling import caller, whoever
from .exits import Exit
from .output import Output
from .session import session, settings_of

NAME: Final = "resume"


def arguments(parser: ArgumentParser) -> None:
    """Who says so."""
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Let it."""
    async with session(settings_of(arguments)) as house:
        since = await (await house.get(ResumePaying))(caller(arguments))
    output.document({"stood_still_since": None if since is None else since.isoformat()})
    if since is None:
        output.say("money goes out already: nothing stood still")
    else:
        output.say(f"money goes out again; it stood still since {since:%Y-%m-%d %H:%M} UTC")
    return Exit.DONE
