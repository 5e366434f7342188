"""Mistakes that a test plants into the program, to see that they are found."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from attrs import evolve

from altyn.adapters.postgres import PostgresErrands
from altyn.adapters.ton import TonWallet
from altyn.core.errands import Answer, ErrandId
from altyn.core.payments import Cashbook, Inflow, Payment, TakeNotice, Told
from altyn.core.purchases import AwaitDelivery, Purchase, State
from altyn.core.wallets import Bill, Cheque, Draft, Look
from altyn.entrypoints.api import payments, purchases

IN_NO_HURRY: Final = 0.3
LOOKS_MAX: Final = 60
_running: set[asyncio.Task[Any]] = set()


def acknowledge_before_storing() -> None:
    """Whoever tells us something hears at once that we have it, and a moment later we do."""
    store = TakeNotice.keep

    async def hasty(self: TakeNotice, told: Told, raw: bytes) -> bool:
        async def later() -> None:
            await asyncio.sleep(IN_NO_HURRY)
            await store(self, told, raw)

        _running.add(task := asyncio.create_task(later()))
        task.add_done_callback(_running.discard)
        return True

    TakeNotice.keep = hasty  # type: ignore[method-assign]


def book_without_a_key() -> None:
    """What came is in the books under another key each time that we hear of it."""
    book = Cashbook.book

    async def forgetful(self: Cashbook, payment: Payment, inflows: Iterable[Inflow]) -> Payment:
        anew = [evolve(each, key=uuid4().hex) for each in inflows]
        return await book(self, payment, anew)

    Cashbook.book = forgetful  # type: ignore[method-assign]


def sign_anew() -> None:
    """What was presented is not waited for: it is signed anew as soon as another number is free."""
    draw, present = TonWallet.draw, TonWallet.present
    bills: dict[str, Sequence[Bill]] = {}

    async def remembering(self: TonWallet, drawn: Sequence[Bill], last: int) -> Draft:
        draft = await draw(self, drawn, last)
        bills[draft.message] = drawn
        return draft

    async def anew(self: TonWallet, cheque: Cheque) -> Look:
        seen, drawn = await present(self, cheque), bills.pop(cheque.draft.message, None)
        for _ in range(LOOKS_MAX if drawn else 0):
            fresh = await draw(self, drawn or (), -1)
            if fresh.sequence > cheque.draft.sequence:
                return await present(self, evolve(cheque, draft=fresh))
            await asyncio.sleep(IN_NO_HURRY)
        return seen

    TonWallet.draw = remembering  # type: ignore[method-assign, assignment]
    TonWallet.present = anew  # type: ignore[method-assign]


def give_back_in_doubt() -> None:
    """What was paid for and is not there at once is given up, and the customer has their money."""

    def hasty(self: AwaitDelivery, purchase: Purchase, said: object) -> Purchase:
        return purchase.moved(State.RELEASED, self.clock.now(), told="it is not there")

    AwaitDelivery._waiting = hasty  # type: ignore[method-assign]


def keep_no_answers() -> None:
    """What was answered under a key is not kept: who asks again has it done again."""

    async def forgetful(self: PostgresErrands, id: ErrandId, answer: Answer) -> Answer:
        return answer

    PostgresErrands.answer = forgetful  # type: ignore[method-assign]


def name_everything_anew() -> None:
    """Ids do not follow from who asks for what under which key."""
    for routes in (payments, purchases):
        routes.errand_of = lambda _: ErrandId(uuid4())  # type: ignore[attr-defined]


MISTAKES: Final[Mapping[str, Callable[[], None]]] = {
    each.__name__: each
    for each in (
        acknowledge_before_storing,
        book_without_a_key,
        give_back_in_doubt,
        keep_no_answers,
        name_everything_anew,
        sign_anew,
    )
}


def make(name: str) -> None:
    """From now on this process makes that mistake."""
    MISTAKES[name]()
