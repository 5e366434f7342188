"""Seal the whole trail again, and say whether anything of it was changed, removed or put in.

Note the number and digest it ends with somewhere else: with --noted they show later whether the
end was cut off, or all of it written anew. Ends with 1 when something is wrong."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import Final

from ....core.identity import VerifyTrail
from ...wiring.plain_identity import end_of, noted
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of

NAME: Final = "audit verify"
HELP: Final = "prove that the trail is as it was written"


def arguments(parser: ArgumentParser) -> None:
    """What was noted before."""
    parser.add_argument(
        "--noted", metavar="N:DIGEST", type=_noted, help="an end that was shown before"
    )
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Verify it."""
    async with session(settings_of(arguments)) as house, output.progress("verifying"):
        verified = await (await house.get(VerifyTrail))(caller(arguments), arguments.noted)
    head, finding = verified.head, verified.finding
    output.document(
        {
            "well": finding is None,
            "entries": verified.links,
            "noted": None if head is None else noted(head),
            "finding": finding,
        }
    )
    if finding is not None:
        output.say(f"BROKEN  {finding}")
        return Exit.REFUSED
    output.say(f"all {verified.links} entries are as they were written")
    if head is not None:
        output.say(f"to note elsewhere: {noted(head)}")
    return Exit.DONE


def _noted(text: str) -> tuple[int, bytes]:
    if (end := end_of(text)) is None:
        raise ArgumentTypeError("expected a number, a colon and 64 hexadecimal digits")
    return end
