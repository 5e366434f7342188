"""Conversations in SQLite."""

import json
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final

from attrs import evolve, frozen

from ...core.chats import Update, UpdateMissing, UpdateMoved, Window, WindowMoved
from .rows import Row, bounded, marks, moment_of, ticks_of
from .store import SqliteStore

ADD: Final = """
INSERT INTO chat_update (bot, number, lane, raw, taken_at, due_at, tries, outcome, trouble)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (bot, number) DO NOTHING
"""

UPDATES: Final = """
SELECT bot, number, lane, raw, taken_at, due_at, tries, outcome, trouble
  FROM chat_update AS one"""

ONE: Final = f"""{UPDATES}
 WHERE bot = ? AND number = ?
"""

FIRST_OF_LANES: Final = f"""{UPDATES}
 WHERE bot = ? AND due_at <= ?
   AND NOT EXISTS (
       SELECT 1
         FROM chat_update AS earlier
        WHERE earlier.bot = one.bot AND earlier.lane = one.lane
          AND earlier.due_at IS NOT NULL AND earlier.sequence < one.sequence)
 ORDER BY sequence
 LIMIT ?
"""

CLAIM: Final = """
UPDATE chat_update
   SET due_at = ?, tries = tries + 1
 WHERE bot = ? AND number = ?
"""

PUT: Final = """
UPDATE chat_update
   SET due_at = ?, outcome = ?, trouble = ?
 WHERE bot = ? AND number = ? AND tries = ? AND due_at IS NOT NULL
"""

HUSH: Final = """
UPDATE chat_update
   SET raw = x''
 WHERE bot = ? AND number = ?
"""

TROUBLED: Final = f"""{UPDATES}
 WHERE bot = ? AND trouble <> 0 AND (taken_at, number) < (?, ?)
 ORDER BY taken_at DESC, number DESC
 LIMIT ?
"""

AFTER_ALL: Final = (2**63 - 1, 2**63 - 1)

FORGET: Final = """
DELETE FROM chat_update
 WHERE sequence IN (
       SELECT sequence
         FROM chat_update
        WHERE due_at IS NULL AND taken_at < ?
        LIMIT ?)
"""

OF_LANE: Final = f"""{UPDATES}
 WHERE bot = ? AND lane = ? AND number > ?
 ORDER BY number
 LIMIT ?
"""

WIPE: Final = """
DELETE FROM chat_update
 WHERE bot = ? AND lane = ? AND due_at IS NULL
"""

WINDOWS: Final = """
SELECT bot, chat, turn, scene, facts, message, drawn, look_at
  FROM chat_window"""

WINDOW: Final = f"""{WINDOWS}
 WHERE bot = ? AND chat = ?
"""

NOW: Final = "CAST(strftime('%s', 'now') AS INTEGER) * 1000000"

FIRST_TURN: Final = f"""
INSERT INTO chat_window (bot, chat, turn, scene, facts, message, drawn, look_at, turned_at)
VALUES ({marks(8)}, {NOW})
    ON CONFLICT (bot, chat) DO NOTHING
"""

NEXT_TURN: Final = f"""
UPDATE chat_window
   SET turn = ?, scene = ?, facts = ?, message = ?, drawn = ?, look_at = ?, turned_at = {NOW}
 WHERE bot = ? AND chat = ? AND turn = ?
"""

PLACE: Final = """
UPDATE chat_window
   SET message = ?, drawn = ?, look_at = ?
 WHERE bot = ? AND chat = ? AND turn = ?
"""

FORGET_WINDOW: Final = """
DELETE FROM chat_window
 WHERE bot = ? AND chat = ?
"""

FORGET_OLD: Final = """
DELETE FROM chat_window
 WHERE (bot, chat) IN (
       SELECT bot, chat
         FROM chat_window
        WHERE turned_at < ?
        ORDER BY turned_at
        LIMIT ?)
"""

DUE: Final = f"""{WINDOWS}
 WHERE bot = ? AND look_at <= ?
 ORDER BY look_at, chat
 LIMIT ?
"""
CLAIM_WINDOW: Final = """
UPDATE chat_window
   SET look_at = ?
 WHERE bot = ? AND chat = ?
"""


@frozen
class SqliteInbox:
    """A row for each update."""

    store: SqliteStore

    async def add(self, update: Update) -> bool:
        """As the port says."""
        told = update.bot, update.number, update.lane, update.raw, ticks_of(update.taken_at)
        row = *told, _ticks(update.due_at), update.tries, update.outcome, int(update.trouble)
        return bool(await self.store.write(_changed, ADD, row))

    async def get(self, bot: int, number: int) -> Update:
        """As the port says."""
        found = await self.store.read(_updates, ONE, (bot, number))
        if not found:
            raise UpdateMissing(bot, number)
        return found[0]

    async def claim(self, bot: int, at: datetime, until: datetime, limit: int) -> Sequence[Update]:
        """As the port says. Nobody who writes is kept waiting while there is nothing to take."""
        asked = bot, ticks_of(at), bounded(limit)
        if not await self.store.read(_updates, FIRST_OF_LANES, asked):
            return []
        return await self.store.write(_claim, asked, until)

    async def put(self, update: Update) -> None:
        """As the port says."""
        key = update.bot, update.number
        became = _ticks(update.due_at), update.outcome, int(update.trouble)
        if not await self.store.write(_changed, PUT, (*became, *key, update.tries)):
            await self.get(*key)
            raise UpdateMoved(*key)

    async def hush(self, bot: int, number: int) -> None:
        """As the port says."""
        if not await self.store.write(_changed, HUSH, (bot, number)):
            raise UpdateMissing(bot, number)

    async def troubled(
        self, bot: int, limit: int, before: tuple[datetime, int] | None = None
    ) -> Sequence[Update]:
        """As the port says."""
        place = AFTER_ALL if before is None else (ticks_of(before[0]), before[1])
        return await self.store.read(_updates, TROUBLED, (bot, *place, bounded(limit)))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self.store.write(_changed, FORGET, (ticks_of(before), bounded(limit)))

    async def of(
        self, bot: int, lane: str, limit: int, after: int | None = None
    ) -> Sequence[Update]:
        """As the port says."""
        asked = bot, lane, -1 if after is None else after, bounded(limit)
        return await self.store.read(_updates, OF_LANE, asked)

    async def wipe(self, bot: int, lane: str) -> int:
        """As the port says."""
        return await self.store.write(_changed, WIPE, (bot, lane))


@frozen
class SqliteWindows:
    """A row for each chat."""

    store: SqliteStore

    async def get(self, bot: int, chat: int) -> Window:
        """As the port says."""
        found = await self.store.read(_windows, WINDOW, (bot, chat))
        return found[0] if found else Window(bot=bot, chat=chat)

    async def put(self, window: Window) -> None:
        """As the port says."""
        shown = window.turn, window.scene, _facts(window), *_where(window)
        key = window.bot, window.chat
        if window.turn == 1:
            kept = await self.store.write(_changed, FIRST_TURN, (*key, *shown))
        else:
            kept = await self.store.write(_changed, NEXT_TURN, (*shown, *key, window.turn - 1))
        if not kept:
            raise WindowMoved(*key)

    async def place(self, window: Window) -> None:
        """As the port says."""
        key = window.bot, window.chat
        if not await self.store.write(_changed, PLACE, (*_where(window), *key, window.turn)):
            raise WindowMoved(*key)

    async def forget(self, bot: int, chat: int) -> None:
        """As the port says."""
        await self.store.write(_changed, FORGET_WINDOW, (bot, chat))

    async def forget_old(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self.store.write(_changed, FORGET_OLD, (ticks_of(before), bounded(limit)))

    async def claim(self, bot: int, at: datetime, until: datetime, limit: int) -> Sequence[Window]:
        """As the port says. Nobody who writes is kept waiting while there is nothing to take."""
        asked = bot, ticks_of(at), bounded(limit)
        if not await self.store.read(_windows, DUE, asked):
            return []
        return await self.store.write(_claim_windows, asked, until)


def _changed(connection: Connection, statement: str, values: Row) -> int:
    """How many rows it changed."""
    return connection.execute(statement, values).rowcount


def _updates(connection: Connection, statement: str, values: Row) -> list[Update]:
    return [_update(row) for row in connection.execute(statement, values)]


def _claim(connection: Connection, asked: Row, until: datetime) -> list[Update]:
    found = _updates(connection, FIRST_OF_LANES, asked)
    rows = [(ticks_of(until), each.bot, each.number) for each in found]
    connection.executemany(CLAIM, rows)
    return [evolve(each, due_at=until, tries=each.tries + 1) for each in found]


def _windows(connection: Connection, statement: str, values: Row) -> list[Window]:
    return [_window(row) for row in connection.execute(statement, values)]


def _claim_windows(connection: Connection, asked: Row, until: datetime) -> list[Window]:
    found = _windows(connection, DUE, asked)
    rows = [(ticks_of(until), each.bot, each.chat) for each in found]
    connection.executemany(CLAIM_WINDOW, rows)
    return [evolve(each, look_at=until) for each in found]


def _ticks(moment: datetime | None) -> int | None:
    return None if moment is None else ticks_of(moment)


def _moment(ticks: int | None) -> datetime | None:
    return None if ticks is None else moment_of(ticks)


def _facts(window: Window) -> str:
    return json.dumps(dict(window.facts), separators=(",", ":"), ensure_ascii=False)


def _where(window: Window) -> Row:
    return window.message, window.drawn, _ticks(window.look_at)


def _update(row: Row) -> Update:
    bot, number, lane, raw, taken_at, due_at, tries, outcome, trouble = row
    return Update(
        bot=bot,
        number=number,
        lane=lane,
        raw=raw,
        taken_at=moment_of(taken_at),
        due_at=_moment(due_at),
        tries=tries,
        outcome=outcome,
        trouble=bool(trouble),
    )


def _window(row: Row) -> Window:
    bot, chat, turn, scene, facts, message, drawn, look_at = row
    return Window(
        bot=bot,
        chat=chat,
        turn=turn,
        scene=scene,
        facts=json.loads(facts),
        message=message,
        drawn=drawn,
        look_at=_moment(look_at),
    )
