"""Which ticket, and what of it is told."""

from argparse import ArgumentParser
from typing import Final

from ....core.support import Ticket
from ...wiring.plain import iso
from ..calling import whoever
from ..output import Output
from ..usage import whole

NUMBER_MAX: Final = 2**63 - 1


def which(parser: ArgumentParser) -> None:
    """Which, and who asks."""
    parser.add_argument("number", metavar="NUMBER", type=whole(1, NUMBER_MAX), help="of the ticket")
    whoever(parser)


def plain(ticket: Ticket) -> dict[str, object]:
    """It, in a document."""
    return {
        "ticket": ticket.number,
        "user": ticket.user,
        "about": ticket.about,
        "words": ticket.words,
        "state": ticket.state.value,
        "opened_at": iso(ticket.opened_at),
        "answer": ticket.answer,
        "by": ticket.by,
        "since": iso(ticket.since),
    }


def tell(ticket: Ticket, output: Output) -> None:
    """All of it."""
    output.document(plain(ticket))
    output.say(f"ticket {ticket.number}, {ticket.state}")
    output.say(f"  asked    {ticket.opened_at:%Y-%m-%d %H:%M:%S} UTC by user {ticket.user}")
    output.say(f"  about    {ticket.about or 'neither a payment nor a purchase'}")
    output.say(f"  words    {ticket.words}")
    if ticket.by:
        output.say(f"  answer   {ticket.answer or 'none'}")
        output.say(f"  by       {ticket.by}, {ticket.since:%Y-%m-%d %H:%M:%S} UTC")
