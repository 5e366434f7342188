"""What somebody might try on the tables of broadcasts, and the laws that stop it."""

from typing import Final

from attrs import evolve

from altyn.core.broadcasts import (
    BROADCAST_MOVES,
    LETTER_MOVES,
    Broadcasts,
    BroadcastState,
    Letters,
    LetterState,
)
from altyn.core.identity import UserId
from altyn.entrypoints.testkit.broadcasts.ground import THERE, in_state, kept
from tests.integration.payment_laws import Crime

PEOPLE: Final = {state: UserId(number) for number, state in enumerate(LetterState, 1)}
BEGUN: Final = "begun_at = created_at"
WITH: Final = {
    BroadcastState.DRAFT: "begun_at = NULL, ended_at = NULL",
    BroadcastState.SENDING: f"{BEGUN}, ended_at = NULL",
    BroadcastState.PAUSED: f"{BEGUN}, ended_at = NULL",
    BroadcastState.DONE: f"{BEGUN}, ended_at = created_at, gathered = {{yes}}",
    BroadcastState.CANCELLED: "ended_at = NULL",
}
"""What a broadcast has to have in each state."""


def of_broadcast(state: str, change: str) -> str:
    """One in that state is changed."""
    where = f"author = 'is.{state}'"
    return f"UPDATE {{s}}broadcast SET version = version + 1, {change} WHERE {where}"


def of_letter(state: LetterState, change: str) -> str:
    """One in that state is changed."""
    return f"UPDATE {{s}}letter SET {change} WHERE recipient = {PEOPLE[state]}"


def new_letter(state: str = "'waiting'", at: str = "NULL") -> str:
    """Somebody else gets one."""
    return (
        "INSERT INTO {s}letter (broadcast, recipient, state, told, at) "
        f"SELECT id, 99, {state}, '', {at} FROM {{s}}broadcast WHERE author = 'is.sending'"
    )


CRIMES: Final = (
    Crime(
        "an id again",
        "broadcast_is_single",
        "INSERT INTO {s}broadcast (id, author, texts, created_at, state, gathered, version) "
        "SELECT id, author, texts, created_at, state, gathered, version FROM {s}broadcast "
        "WHERE state = 'draft'",
    ),
    Crime("words that are none", "broadcast_texts_are_json",
          of_broadcast("draft", "texts = {no_texts}")),
    Crime("a button that leads nowhere", "broadcast_button_is_whole",
          of_broadcast("draft", "label = 'tap'")),
    Crime("no state", "broadcast_state_is_known", of_broadcast("draft", "state = 'odd'"),
          ("broadcast.broadcast_moves",)),
    Crime("sent and never begun", "broadcast_is_begun", of_broadcast("draft", "state = 'sending'")),
    Crime("begun as a draft", "broadcast_is_begun", of_broadcast("draft", BEGUN)),
    Crime("silence", "broadcast_says_something",
          of_broadcast("draft", f"state = 'sending', {BEGUN}, texts = '{{{{}}}}'")),
    Crime("over while it is sent", "broadcast_ends",
          of_broadcast("sending", "ended_at = created_at")),
    Crime("done and never over", "broadcast_ends",
          of_broadcast("paused", "state = 'done', gathered = {yes}"),
          ("broadcast.broadcast_moves",)),
    Crime("done with some to come", "broadcast_is_done_with_all",
          of_broadcast("sending", "state = 'done', ended_at = created_at, gathered = {yes}")),
    Crime("fewer than none", "broadcast_is_counted", of_broadcast("sending", "sent = -1")),
    Crime("somebody else's", "broadcast_is_fixed", of_broadcast("draft", "author = 'user:7'")),
    Crime("earlier", "broadcast_is_fixed", of_broadcast("draft", "created_at = {earlier}")),
    *(
        Crime(f"another {column}", "broadcast_says_the_same",
              of_broadcast("sending", f"{column} = {value}"))
        for column, value in {
            "texts": "'{{\"en\": \"other\"}}'",
            "label": "'tap', url = 'https://other.example'",
            "language": "'ru'",
            "role": "'owner'",
            "bought_since": "created_at",
            "not_bought_since": "created_at",
            "seen_since": "created_at",
            "begun_at": "{earlier}",
        }.items()
    ),
    *(
        Crime(f"from {one} to {two}", "broadcast_moves",
              of_broadcast(one, f"state = '{two}', {WITH[two]}"),
              ("broadcast.broadcast_says_the_same",))
        for one in BroadcastState
        for two in BroadcastState
        if two is not one and two not in BROADCAST_MOVES[one]
    ),
    Crime("a version left out", "broadcast_counts_on",
          "UPDATE {s}broadcast SET version = version + 2"),
    Crime("of no broadcast", "letter_broadcast_is_known",
          "INSERT INTO {s}letter (broadcast, recipient, state, told) "
          "VALUES ({uuid}, 1, 'waiting', '')"),
    Crime("two for one", "letter_is_single",
          "INSERT INTO {s}letter (broadcast, recipient, state, told) "
          "SELECT broadcast, recipient, 'waiting', '' FROM {s}letter"),
    Crime("a letter in no state", "letter_state_is_known",
          of_letter(LetterState.WAITING, "state = 'odd', at = {earlier}"),
          ("letter.letter_moves",)),
    Crime("sent and nobody knows when", "letter_is_dated",
          of_letter(LetterState.SENDING, "state = 'sent', at = NULL")),
    Crime("given to another", "letter_is_fixed", of_letter(LetterState.WAITING, "recipient = 99")),
    Crime("sent from the beginning", "letter_waits_first", new_letter("'sent'", "created_at")),
    Crime("torn up", "letter_is_kept", "DELETE FROM {s}letter"),
    *(
        Crime(f"a letter from {one} to {two}", "letter_moves",
              of_letter(one, f"state = '{two}', at = {{earlier}}"))
        for one in LetterState
        for two in LetterState
        if two is not one and two not in LETTER_MOVES[one]
    ),
)  # fmt: skip
HONEST: Final = (
    of_broadcast("draft", "texts = '{{\"ru\": \"другое\"}}', language = 'ru'"),
    of_broadcast("draft", f"state = 'sending', {BEGUN}"),
    of_broadcast("sending", "state = 'paused'"),
    of_broadcast("cancelled", "ended_at = created_at"),
    of_letter(LetterState.WAITING, "state = 'sending', at = {earlier}"),
    of_letter(LetterState.SENDING, "state = 'waiting'"),
    of_letter(LetterState.UNKNOWN, "state = 'sent'"),
    new_letter(),
)


async def lived(broadcasts: Broadcasts, letters: Letters) -> None:
    """One in every state, and one being sent that has a letter in every state."""
    for state in BroadcastState:
        broadcast = await kept(broadcasts, *THERE[state], author=f"is.{state}")
        if state is BroadcastState.SENDING:
            sent = broadcast
    for each, to in PEOPLE.items():
        await in_state(letters, sent.id, to, each)
    assert (await broadcasts.get(sent.id)).counts == evolve(
        sent.counts, **dict.fromkeys(LetterState, 1)
    )
