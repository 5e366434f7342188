"""Asking a person over the bot: a ticket about a payment, and the answer, in both languages."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from uuid import UUID

import pytest

from altyn.core.identity import Caller, UserId
from altyn.core.support import OPEN_MAX, AnswerTicket, OpenTicket, State, TicketId, Tickets
from tests.integration.bot_stand import Stand, open_stand

EN: Mapping[str, str] = {
    "method": "Telegram Stars",
    "about": "67",
    "what": "What is it?",
    "taken": "Ticket 1",
    "answer": "💬 Ticket 1",
    "asked": "1 · answered · Where are my Stars?",
}
RU: Mapping[str, str] = {
    "method": "Звёзды Telegram",
    "about": "67",
    "what": "Что случилось?",
    "taken": "Обращение 1",
    "answer": "💬 Обращение 1",
    "asked": "1 · есть ответ · Where are my Stars?",
}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(tmp_path) as stand:
        yield stand


@pytest.mark.parametrize(("language", "words"), [("en", EN), ("ru", RU)])
async def test_from_the_question_to_the_answer(
    stand: Stand, language: str, words: Mapping[str, str]
) -> None:
    """About the payment that was tapped; the answer is a message of its own."""
    anna = stand.desk.join("Anna", language_code=language)
    await stand.say(anna, "/recharge 100")
    await stand.press(anna, words["method"])
    (payment,) = await stand.asked_to_pay(anna)
    await stand.say(anna, "/paysupport")
    await stand.press(anna, words["about"])
    assert words["what"] in stand.text(anna)
    assert str(payment.id) in stand.text(anna)
    await stand.say(anna, "Where are my Stars?")
    assert words["taken"] in stand.text(anna)
    tickets: Tickets = await stand.get(Tickets)
    (ticket,) = await tickets.page(9)
    assert (ticket.user, ticket.about) == (anna.id, f"payment:{payment.id}")
    answer: AnswerTicket = await stand.get(AnswerTicket)
    await answer(Caller.local(), ticket.number, "They come <tomorrow>")
    await stand.passes(3)
    *_, told = stand.messages(anna)
    assert words["answer"] in told["text"]
    assert "They come <tomorrow>" in told["text"]
    await stand.say(anna, "/support")
    assert words["asked"] in stand.text(anna)


async def test_nobody_asks_without_end(stand: Stand) -> None:
    """Asked about anything; what waits for an answer is enough at some time."""
    anna = stand.desk.join("Anna")
    open_ticket: OpenTicket = await stand.get(OpenTicket)
    for number in range(OPEN_MAX - 1):
        id = TicketId(UUID(int=number))
        await open_ticket(Caller.local(), UserId(anna.id), id, f"Question {number}")
    await stand.say(anna, "/support")
    await stand.press(anna, "Ask here")
    await stand.say(anna, "The last one")
    assert f"Ticket {OPEN_MAX}" in stand.text(anna)
    await stand.say(anna, "/support")
    await stand.press(anna, "Ask here")
    await stand.say(anna, "One more")
    assert "several things that nobody has answered" in stand.text(anna)
    tickets: Tickets = await stand.get(Tickets)
    assert len(await tickets.page(99, 0, State.OPEN)) == OPEN_MAX


async def test_whoever_is_forgotten_has_asked_nothing(stand: Stand) -> None:
    """The words go with everything else of theirs."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/support")
    await stand.press(anna, "Ask here")
    await stand.say(anna, "A secret")
    await stand.say(anna, "/privacy")
    await stand.press(anna, "Forget me")
    await stand.press(anna, "Yes, forget me")
    tickets: Tickets = await stand.get(Tickets)
    assert [each.words for each in await tickets.page(9)] == [""]
