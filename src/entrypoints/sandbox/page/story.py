"""What scenarios are told with: a person who talks, pays and waits, and what came of it."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Self, TypeVar

from attrs import define, evolve, field, frozen

from ..people import PEOPLE, Person
from ..telegram_chats import Message
from ..world import World
from .insight import Insight, Row, Seen

Found = TypeVar("Found")

PATIENCE_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.1


class NotAsToldError(Exception):
    """It did not go as it has to."""


@frozen
class Step:
    """Something that happened, in words of the page."""

    word: str
    facts: dict[str, object]


@define(eq=False)
class Story:
    """One scenario while it is played, and when it is over."""

    name: str
    who: Person
    world: World
    insight: Insight
    command: Sequence[str]
    """Of Altyn's command line, in front of what it is to do."""
    _said: int = field(default=0, init=False)
    steps: list[Step] = field(factory=list)
    over: bool = field(default=False, init=False)
    wrong: str = field(default="", init=False)
    """What was not as it has to be."""

    def of_another(self) -> Self:
        """The same one, from where somebody else is in it."""
        return evolve(self, who=next(each for each in PEOPLE if each.name != self.who.name))

    def tell(self, word: str, **facts: object) -> None:
        """The next step."""
        self.steps.append(Step(word, {"name": self.who.user.first_name, **facts}))
        self.world.bell.ring()

    def say(self, text: str) -> None:
        """The person writes to the bot."""
        self._said = self.world.desks.telegram.say(self.who.user, text)["message_id"]
        self.world.bell.ring()

    def _answers(self) -> Sequence[Message]:
        """What was written since they last said something."""
        messages = self.world.desks.telegram.chats.messages.get(self.who.user.id, [])
        return [each for each in messages if each["message_id"] > self._said]

    async def answered(self) -> None:
        """The bot has written something since they last did."""
        await self.until(self._answers)

    async def tap(self, ending: str, *, times: int = 1) -> None:
        """They tap the button that does that, once it is there."""
        await self._tap_one(_does(ending), times)

    async def offered(self, ending: str) -> None:
        """Wait until there is a button that does that."""
        await self._key(_does(ending))

    async def _tap_one(self, suits: Callable[[Row], bool], times: int = 1) -> None:
        key, message = await self._key(suits)
        for _ in range(times):
            self.world.desks.telegram.chats.tap(
                self.who.user, key["callback_data"], message["message_id"]
            )
        self.world.bell.ring()

    async def press(self, label: str) -> None:
        """They tap the button that says that, once it is there."""
        await self._tap_one(lambda each: each["text"] == label)

    async def reads(self, words: str) -> None:
        """Wait until the bot says that."""
        await self.until(lambda: any(words in each.get("text", "") for each in self._answers()))

    def can_press(self, label: str) -> bool:
        """Whether there is such a button now."""
        return any(key["text"] == label for key, _ in self._keys())

    async def link(self, begins: str) -> str:
        """The address of the button that leads there, once it is there."""
        key, _ = await self._key(lambda each: each.get("url", "").startswith(begins))
        return str(key["url"])

    async def _key(self, suits: Callable[[Row], bool]) -> tuple[Row, Message]:
        return await self.until(
            lambda: next((found for found in self._keys() if suits(found[0])), None)
        )

    def _keys(self) -> Iterator[tuple[Row, Message]]:
        """Each button with its message, those of the newest first."""
        for message in reversed(self._answers()):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for key in row:
                    yield key, message

    async def until(self, found: Callable[[], Found | None]) -> Found:
        """Wait until there is something, and answer it."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    if what := found():
                        return what
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise NotAsToldError("it took too long") from None

    async def settled(self, invoice: str) -> Row:
        """The payment with that invoice of the provider's, once it is settled."""
        return await self._row(
            lambda seen: [each for each in seen.payments if each["provider_id"] == invoice],
            "settled",
        )

    async def delivered(self) -> Row:
        """Their last purchase, once it is delivered."""
        return await self.purchase("delivered")

    async def purchase(self, *states: str) -> Row:
        """Their last purchase, once it is in one of these states."""
        return await self._row(lambda seen: seen.purchases[:1], *states)

    async def _row(self, find: Callable[[Seen], Sequence[Row]], *states: str) -> Row:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    for row in find(await self.insight.of(self.who)):
                        if row["state"] in states:
                            return row
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise NotAsToldError(f"it was never {' or '.join(states)}") from None

    def must(self, holds: bool, what: str) -> None:
        """
        That it is so.

        Raises:
            NotAsToldError: it is not.
        """
        if not holds:
            raise NotAsToldError(what)

    async def books(self) -> None:
        """Altyn derives every balance again from the history, in a process of its own."""
        process = await asyncio.create_subprocess_exec(
            *self.command, "check", "--json", stdout=asyncio.subprocess.PIPE
        )
        told, _ = await process.communicate()
        examined = json.loads(told)
        self.must(examined.get("well") is True, "the books do not agree")
        self.tell("books", laws=len(examined["laws"]))


def _does(ending: str) -> Callable[[Row], bool]:
    return lambda each: each.get("callback_data", "").endswith(ending)
