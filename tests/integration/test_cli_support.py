"""What people ask us on the command line, in one file of SQLite."""

from uuid import UUID

from altyn.core.identity import Caller, Role, UserId
from altyn.core.support import OpenTicket, TicketId
from tests.integration.test_cli_users import Altyn, altyn

__all__ = ["altyn"]

ANN = UserId(42)


async def test_tickets_are_seen_answered_and_closed(altyn: Altyn) -> None:
    """By number; what was answered is no more in the list, but with --all."""
    await altyn.come(ANN, "Ann")
    open_ticket: OpenTicket = await altyn.house.get(OpenTicket)
    caller = Caller(name="user:42", role=Role.CUSTOMER, user=ANN)
    assert "nobody waits" in (await altyn("support", "list")).out
    for number in (1, 2):
        await open_ticket(caller, ANN, TicketId(UUID(int=number)), f"Question {number}?")
    page = await altyn.json("support", "list", "--limit", "1")
    assert (page["tickets"][0]["words"], page["after"]) == ("Question 1?", 1)
    assert "Question 2?" in (await altyn("support", "list", "--after", "1")).out
    answered = await altyn.json("support", "answer", "1", "So it is.", "--by", "eve")
    assert (answered["state"], answered["answer"], answered["by"]) == (
        "answered",
        "So it is.",
        "eve",
    )
    assert await altyn.refused("support", "answer", "1", "Again") == (5, "ticket_moved")
    assert (await altyn.json("support", "close", "1"))["state"] == "closed"
    shown = await altyn("support", "show", "1")
    assert "ticket 1, closed" in shown.out
    assert "So it is." in shown.out
    listed = [each["ticket"] for each in (await altyn.json("support", "list"))["tickets"]]
    everything = await altyn.json("support", "list", "--all")
    assert (listed, [each["ticket"] for each in everything["tickets"]]) == ([2], [1, 2])
    assert await altyn.refused("support", "show", "9") == (4, "ticket_missing")
