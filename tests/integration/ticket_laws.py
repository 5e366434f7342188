"""What somebody might try on the table of tickets, and the laws that stop it."""

from datetime import timedelta
from typing import Final

from altyn.core.support import State, Tickets
from altyn.entrypoints.testkit.tickets import NOON, ticket
from tests.integration.payment_laws import Crime

SET: Final = "UPDATE {s}ticket SET version = version + 1, "
OPEN: Final = " WHERE state = 'open'"
ANSWERED: Final = " WHERE state = 'answered'"
CLOSED: Final = " WHERE state = 'closed'"
COLUMNS: Final = "person, about, words, state, version, opened_at, answer, decided_by, since"

CRIMES: Final = (
    Crime(
        "an id again",
        "ticket_is_single",
        f"INSERT INTO {{s}}ticket (id, {COLUMNS}) SELECT id, {COLUMNS} FROM {{s}}ticket{OPEN}",
    ),
    Crime("of nobody", "ticket_is_of_somebody", f"{SET}person = 0{OPEN}",
          ("ticket.ticket_is_fixed",)),
    Crime("of somebody else", "ticket_is_fixed", f"{SET}person = 7{OPEN}"),
    Crime("about something else", "ticket_is_fixed", f"{SET}about = 'payment:7'{OPEN}"),
    Crime("other words", "ticket_is_fixed", f"{SET}words = 'else'{OPEN}"),
    Crime("another number", "ticket_is_fixed", f"{SET}opened_at = since{CLOSED}"),
    Crime("a state that is none", "ticket_state_is_known", f"{SET}state = 'lost'{OPEN}",
          ("ticket.ticket_moves",)),
    Crime("an answer to what is open", "ticket_open_is_nobodys", f"{SET}decided_by = 'eve'{OPEN}"),
    Crime("opened again", "ticket_moves", f"{SET}state = 'open', answer = ''{ANSWERED}"),
    Crime("answered when closed", "ticket_moves", f"{SET}state = 'answered'{CLOSED}"),
    Crime("another answer", "ticket_answer_stands", f"{SET}answer = 'else'{ANSWERED}"),
    Crime("the same version", "ticket_version_grows_by_one",
          f"UPDATE {{s}}ticket SET words = ''{OPEN}"),
    Crime("no trace", "ticket_is_never_deleted", f"DELETE FROM {{s}}ticket{CLOSED}"),
)  # fmt: skip
HONEST: Final = (
    f"{SET}state = 'answered', answer = 'so', decided_by = 'eve'{OPEN}",
    f"{SET}state = 'closed', decided_by = 'eve'{OPEN}",
    f"{SET}state = 'closed'{ANSWERED}",
    f"{SET}words = '', answer = ''{ANSWERED}",
)


async def lived(tickets: Tickets) -> None:
    """One that is open, one that was answered, and one that was closed."""
    later = NOON + timedelta(hours=1)
    for state in State:
        kept = await tickets.add(ticket())
        if state is not State.OPEN:
            answer = "so" if state is State.ANSWERED else ""
            await tickets.put(kept.moved(state, later, "eve", answer=answer))
