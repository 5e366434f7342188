"""Conversations in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import evolve, field, frozen

from ...core.chats import Update, UpdateMissing, UpdateMoved, Window, WindowMoved
from .store import MemoryStore

Key = tuple[int, int]


@frozen
class MemoryInbox:
    """Updates by their bot and number, in the order in which they were kept."""

    store: MemoryStore
    _kept: dict[Key, Update] = field(factory=dict, init=False)
    _places: dict[Key, int] = field(factory=dict, init=False)
    _counted: dict[str, int] = field(factory=dict, init=False)

    async def add(self, update: Update) -> bool:
        """As the port says."""
        key = update.bot, update.number
        async with self.store.using():
            if key in self._kept:
                return False
            place = self._counted.get("all", 0) + 1
            self.store.put(self._counted, "all", place)
            self.store.put(self._places, key, place)
            self.store.put(self._kept, key, update)
            return True

    async def get(self, bot: int, number: int) -> Update:
        """As the port says."""
        async with self.store.using():
            return self._get(bot, number)

    async def claim(self, bot: int, at: datetime, until: datetime, limit: int) -> Sequence[Update]:
        """As the port says."""
        async with self.store.using():
            claimed: list[Update] = []
            lanes: set[str] = set()
            for key in sorted(self._kept, key=lambda each: self._places[each]):
                update = self._kept[key]
                if update.bot != bot or update.due_at is None or update.lane in lanes:
                    continue
                lanes.add(update.lane)
                if update.due_at <= at and len(claimed) < limit:
                    taken = evolve(update, due_at=until, tries=update.tries + 1)
                    self.store.put(self._kept, key, taken)
                    claimed.append(taken)
            return claimed

    async def put(self, update: Update) -> None:
        """As the port says."""
        async with self.store.using():
            known = self._get(update.bot, update.number)
            if known.tries != update.tries or known.due_at is None:
                raise UpdateMoved(update.bot, update.number)
            after = evolve(
                known, due_at=update.due_at, outcome=update.outcome, trouble=update.trouble
            )
            self.store.put(self._kept, (update.bot, update.number), after)

    async def hush(self, bot: int, number: int) -> None:
        """As the port says."""
        async with self.store.using():
            self.store.put(self._kept, (bot, number), evolve(self._get(bot, number), raw=b""))

    async def troubled(
        self, bot: int, limit: int, before: tuple[datetime, int] | None = None
    ) -> Sequence[Update]:
        """As the port says."""
        async with self.store.using():
            found = [
                each
                for each in self._kept.values()
                if each.bot == bot
                and each.trouble
                and (before is None or (each.taken_at, each.number) < before)
            ]
        return sorted(found, key=lambda each: (each.taken_at, each.number), reverse=True)[:limit]

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            old = [
                key
                for key, each in self._kept.items()
                if each.due_at is None and each.taken_at < before
            ][:limit]
            for key in old:
                self.store.put(self._kept, key, None)
                self.store.put(self._places, key, None)
            return len(old)

    async def of(
        self, bot: int, lane: str, limit: int, after: int | None = None
    ) -> Sequence[Update]:
        """As the port says."""
        async with self.store.using():
            found = [
                each
                for each in self._kept.values()
                if (each.bot, each.lane) == (bot, lane) and (after is None or each.number > after)
            ]
        return sorted(found, key=lambda each: each.number)[:limit]

    async def wipe(self, bot: int, lane: str) -> int:
        """As the port says."""
        async with self.store.using():
            done = [
                key
                for key, each in self._kept.items()
                if (each.bot, each.lane) == (bot, lane) and each.due_at is None
            ]
            for key in done:
                self.store.put(self._kept, key, None)
                self.store.put(self._places, key, None)
            return len(done)

    def _get(self, bot: int, number: int) -> Update:
        try:
            return self._kept[bot, number]
        except KeyError:
            raise UpdateMissing(bot, number) from None


@frozen
class MemoryWindows:
    """The newest turn of each chat."""

    store: MemoryStore
    _kept: dict[Key, Window] = field(factory=dict, init=False)
    _turned: dict[Key, datetime] = field(factory=dict, init=False)

    async def get(self, bot: int, chat: int) -> Window:
        """As the port says."""
        async with self.store.using():
            return self._get(bot, chat)

    async def put(self, window: Window) -> None:
        """As the port says."""
        async with self.store.using():
            if self._get(window.bot, window.chat).turn != window.turn - 1:
                raise WindowMoved(window.bot, window.chat)
            self.store.put(self._kept, (window.bot, window.chat), window)
            self.store.put(self._turned, (window.bot, window.chat), datetime.now(UTC))

    async def place(self, window: Window) -> None:
        """As the port says."""
        async with self.store.using():
            known = self._get(window.bot, window.chat)
            if known.turn != window.turn or not known.turn:
                raise WindowMoved(window.bot, window.chat)
            placed = evolve(
                known, message=window.message, drawn=window.drawn, look_at=window.look_at
            )
            self.store.put(self._kept, (window.bot, window.chat), placed)

    async def forget(self, bot: int, chat: int) -> None:
        """As the port says."""
        async with self.store.using():
            self.store.put(self._kept, (bot, chat), None)
            self.store.put(self._turned, (bot, chat), None)

    async def forget_old(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            old = [key for key, at in self._turned.items() if at < before][:limit]
            for key in old:
                self.store.put(self._kept, key, None)
                self.store.put(self._turned, key, None)
            return len(old)

    async def claim(self, bot: int, at: datetime, until: datetime, limit: int) -> Sequence[Window]:
        """As the port says."""
        async with self.store.using():
            due = [
                (each.look_at, each.chat, each)
                for each in self._kept.values()
                if each.bot == bot and each.look_at is not None and each.look_at <= at
            ]
            first = sorted(due, key=lambda it: it[:2])[:limit]
            taken = [evolve(each, look_at=until) for _, _, each in first]
            for each in taken:
                self.store.put(self._kept, (each.bot, each.chat), each)
            return taken

    def _get(self, bot: int, chat: int) -> Window:
        return self._kept.get((bot, chat)) or Window(bot=bot, chat=chat)
