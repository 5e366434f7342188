"""The bot as people run it: the program between real desks, fetching updates or being told them."""

import asyncio
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest

from altyn.entrypoints.sandbox.telegram_chats import User
from tests.integration.kills.chatting import PUBLIC, Parlour, Way, living, open_parlour
from tests.integration.kills.guests import EN, RU, Guest, text
from tests.integration.kills.processes import KILLED

FETCHED: Final = Way(brought=False)
BROUGHT: Final = Way(brought=True, processes=2)
SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"
OVER: Final = "UPDATE altyn.lease SET until = clock_timestamp() WHERE name LIKE 'telegram:%'"


@pytest.mark.parametrize(
    ("way", "methods"),
    [(FETCHED, ("stars", "heleket")), (BROUGHT, ("heleket", "stars"))],
    ids=["fetched", "brought"],
)
async def test_from_the_first_start_to_delivered_stars(
    way: Way, methods: tuple[str, str], postgres_url: str, tmp_path: Path
) -> None:
    """Too little money, a top-up by each way, the purchase goes on, and there is a receipt."""
    async with open_parlour(tmp_path, postgres_url, way) as parlour:
        guests = [
            Guest(parlour, name, words, method)
            for name, words, method in zip(("anna", "olga"), (EN, RU), methods, strict=True)
        ]
        async with living(parlour):
            await asyncio.gather(*(guest() for guest in guests))
        for guest in guests:
            result = await guest.result()
            assert (result.charged, result.delivered) == (1, 1)
            assert (result.left, result.held) == (result.paid - result.price, 0)
            assert (result.receipts, result.delivered_told, len(guest.messages)) == (1, 1, 2)
        assert await parlour.found() == []


def shown(parlour: Parlour, user: User, words: str) -> Callable[[], bool]:
    """Whether the newest message that somebody was sent says that."""

    def so() -> bool:
        messages = parlour.desks.telegram.chats.messages.get(user.id, [])
        return bool(messages) and messages[-1]["from"]["is_bot"] and words in text(messages[-1])

    return so


async def test_two_that_are_told_by_turns(postgres_url: str, tmp_path: Path) -> None:
    """What somebody writes is answered in order and once, whoever is told of it and how often."""
    async with open_parlour(tmp_path, postgres_url, BROUGHT) as parlour:
        telegram = parlour.desks.telegram
        people = [telegram.join(name, username=name) for name in ("anna", "boris")]
        await parlour.start()
        await parlour.until(lambda: telegram.updates.webhook is not None)
        first, second = parlour.addresses
        for amount in range(1, 8):
            for each in people:
                telegram.say(each, f"/recharge {amount}")
        for number, told in enumerate(telegram.deliveries):
            path, headers = told.url.removeprefix(PUBLIC), dict(told.headers)
            wrong = {**headers, SECRET: headers[SECRET][::-1]}
            forged = await parlour.client.post(first + path, content=told.body, headers=wrong)
            assert forged.status_code == httpx.codes.UNAUTHORIZED
            # By turns one is told first; the other one is told the same at the same moment.
            both = (first, second) if number % 2 else (second, first)
            await asyncio.gather(
                *(
                    parlour.client.post(each + path, content=told.body, headers=headers)
                    for each in both
                )
            )
        for each in people:
            await parlour.until(shown(parlour, each, "Top up 7.00"))
        await parlour.stop()
        for each in people:
            sent = [
                asked
                for path, asked in parlour.traps.heard
                if path.endswith("/sendMessage") and f"chat_id={each.id}" in asked
            ]
            amounts = re.findall(r"Top up (\d)\.00", "".join(sent))
            assert amounts == list("1234567")


async def test_one_of_two_fetches(postgres_url: str, tmp_path: Path) -> None:
    """It holds a lease; when it is killed and that is over, the other one goes on."""
    async with open_parlour(tmp_path, postgres_url, FETCHED) as parlour:
        telegram = parlour.desks.telegram
        anna = telegram.join("Anna")
        parlour.alive = [await parlour.nursery.start("bot") for _ in range(2)]
        telegram.say(anna, "/start")
        await parlour.until(shown(parlour, anna, "Your balance is empty"))
        async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as asked:
            rows = await asked.execute("SELECT name, holder FROM altyn.lease")
            holders: dict[str, str] = dict(await rows.fetchall())
            number = holders[f"telegram:{telegram.token.partition(':')[0]}"].partition("-")[0]
            holder = next(each for each in parlour.alive if each.pid == int(number))
            parlour.alive.remove(holder)
            holder.signal(signal.SIGKILL)
            assert await holder.end() == KILLED
            telegram.say(anna, "/recharge 50")
            await asked.execute(OVER)  # nobody waits here for as long as it lasts
        await parlour.until(shown(parlour, anna, "Top up 50"))
        await parlour.stop()
