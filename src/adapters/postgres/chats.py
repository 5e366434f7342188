"""Conversations on PostgreSQL."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.chats import Update, UpdateMissing, UpdateMoved, Window, WindowMoved
from ...core.money import UNITS_MAX
from .store import Connection, PostgresStore

ADD: Final = """
INSERT INTO altyn.chat_update (bot, number, lane, raw, taken_at, due_at, tries, outcome, trouble)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (bot, number) DO NOTHING
"""
UPDATES: Final = """
SELECT bot, number, lane, raw, taken_at, due_at, tries, outcome, trouble
  FROM altyn.chat_update"""
ONE: Final = f"""{UPDATES}
 WHERE bot = %s AND number = %s
"""
ANY_DUE: Final = """
SELECT EXISTS (SELECT 1 FROM altyn.chat_update WHERE bot = %s AND due_at <= %s)
"""
# What another process is taking is not waited for. Whoever looks before it has taken it sees its
# lane as busy all the same: it is not done with.
CLAIM: Final = """
  WITH first AS (
       SELECT position
         FROM altyn.chat_update AS one
        WHERE bot = %(bot)s AND due_at <= %(at)s
          AND NOT EXISTS (
              SELECT 1
                FROM altyn.chat_update AS earlier
               WHERE earlier.bot = one.bot AND earlier.lane = one.lane
                 AND earlier.due_at IS NOT NULL AND earlier.position < one.position)
        ORDER BY position
        LIMIT %(limit)s
          FOR UPDATE SKIP LOCKED),
       taken AS (
       UPDATE altyn.chat_update AS it
          SET due_at = %(until)s, tries = tries + 1
         FROM first
        WHERE it.position = first.position
       RETURNING it.*)
SELECT bot, number, lane, raw, taken_at, due_at, tries, outcome, trouble
  FROM taken
 ORDER BY position
"""
PUT: Final = """
UPDATE altyn.chat_update
   SET due_at = %s, outcome = %s, trouble = %s
 WHERE bot = %s AND number = %s AND tries = %s AND due_at IS NOT NULL
"""
HUSH: Final = """
UPDATE altyn.chat_update
   SET raw = ''
 WHERE bot = %s AND number = %s
"""
TROUBLED: Final = f"""{UPDATES}
 WHERE bot = %(bot)s AND trouble
   AND (%(at)s::timestamptz IS NULL OR (taken_at, number) < (%(at)s, %(number)s))
 ORDER BY taken_at DESC, number DESC
 LIMIT %(limit)s
"""
FORGET: Final = """
DELETE FROM altyn.chat_update
 WHERE position IN (
       SELECT position
         FROM altyn.chat_update
        WHERE due_at IS NULL AND taken_at < %s
        LIMIT %s
          FOR UPDATE SKIP LOCKED)
"""
OF_LANE: Final = f"""{UPDATES}
 WHERE bot = %s AND lane = %s AND number > %s
 ORDER BY number
 LIMIT %s
"""
WIPE: Final = """
DELETE FROM altyn.chat_update
 WHERE bot = %s AND lane = %s AND due_at IS NULL
"""
WINDOWS: Final = """
SELECT bot, chat, turn, scene, facts, message, drawn, look_at
  FROM altyn.chat_window"""
WINDOW: Final = f"""{WINDOWS}
 WHERE bot = %s AND chat = %s
"""
FIRST_TURN: Final = """
INSERT INTO altyn.chat_window (bot, chat, turn, scene, facts, message, drawn, look_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (bot, chat) DO NOTHING
"""
NEXT_TURN: Final = """
UPDATE altyn.chat_window
   SET turn = %s, scene = %s, facts = %s, message = %s, drawn = %s, look_at = %s,
       turned_at = now()
 WHERE bot = %s AND chat = %s AND turn = %s
"""
PLACE: Final = """
UPDATE altyn.chat_window
   SET message = %s, drawn = %s, look_at = %s
 WHERE bot = %s AND chat = %s AND turn = %s
"""
FORGET_WINDOW: Final = """
DELETE FROM altyn.chat_window
 WHERE bot = %s AND chat = %s
"""
FORGET_OLD: Final = """
DELETE FROM altyn.chat_window
 WHERE (bot, chat) IN (
       SELECT bot, chat
         FROM altyn.chat_window
        WHERE turned_at < %s
        ORDER BY turned_at
        LIMIT %s
          FOR UPDATE SKIP LOCKED)
"""
# What another process is taking, or its reader is turning, is not waited for.
CLAIM_WINDOWS: Final = """
  WITH due AS (
       SELECT bot, chat, look_at
         FROM altyn.chat_window
        WHERE bot = %(bot)s AND look_at <= %(at)s
        ORDER BY look_at, chat
        LIMIT %(limit)s
          FOR UPDATE SKIP LOCKED),
       taken AS (
       UPDATE altyn.chat_window AS it
          SET look_at = %(until)s
         FROM due
        WHERE it.bot = due.bot AND it.chat = due.chat
       RETURNING it.*, due.look_at AS was)
SELECT bot, chat, turn, scene, facts, message, drawn, look_at
  FROM taken
 ORDER BY was, chat
"""


@frozen
class PostgresInbox:
    """A row for each update."""

    store: PostgresStore

    async def add(self, update: Update) -> bool:
        """As the port says."""
        told = update.bot, update.number, update.lane, update.raw, update.taken_at
        became = update.due_at, update.tries, update.outcome, update.trouble
        return await _changed(self.store, ADD, (*told, *became)) == 1

    async def get(self, bot: int, number: int) -> Update:
        """As the port says."""
        rows = await _rows(self.store, ONE, (bot, number))
        if not rows:
            raise UpdateMissing(bot, number)
        return _update(rows[0])

    async def claim(self, bot: int, at: datetime, until: datetime, limit: int) -> Sequence[Update]:
        """As the port says."""
        ((any_due,),) = await _rows(self.store, ANY_DUE, (bot, at))
        if not any_due:
            return []
        asked = {"bot": bot, "at": at, "until": until, "limit": min(limit, UNITS_MAX)}
        return [_update(row) for row in await _rows(self.store, CLAIM, asked)]

    async def put(self, update: Update) -> None:
        """As the port says."""
        key = update.bot, update.number
        became = update.due_at, update.outcome, update.trouble
        if not await _changed(self.store, PUT, (*became, *key, update.tries)):
            await self.get(*key)
            raise UpdateMoved(*key)

    async def hush(self, bot: int, number: int) -> None:
        """As the port says."""
        if not await _changed(self.store, HUSH, (bot, number)):
            raise UpdateMissing(bot, number)

    async def troubled(
        self, bot: int, limit: int, before: tuple[datetime, int] | None = None
    ) -> Sequence[Update]:
        """As the port says."""
        at, number = before or (None, None)
        asked = {"bot": bot, "at": at, "number": number, "limit": min(limit, UNITS_MAX)}
        return [_update(row) for row in await _rows(self.store, TROUBLED, asked)]

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await _changed(self.store, FORGET, (before, min(limit, UNITS_MAX)))

    async def of(
        self, bot: int, lane: str, limit: int, after: int | None = None
    ) -> Sequence[Update]:
        """As the port says."""
        asked = bot, lane, -1 if after is None else after, min(limit, UNITS_MAX)
        return [_update(row) for row in await _rows(self.store, OF_LANE, asked)]

    async def wipe(self, bot: int, lane: str) -> int:
        """As the port says."""
        return await _changed(self.store, WIPE, (bot, lane))


@frozen
class PostgresWindows:
    """A row for each chat."""

    store: PostgresStore

    async def get(self, bot: int, chat: int) -> Window:
        """As the port says."""
        rows = await _rows(self.store, WINDOW, (bot, chat))
        return _window(rows[0]) if rows else Window(bot=bot, chat=chat)

    async def put(self, window: Window) -> None:
        """As the port says."""
        facts = json.dumps(dict(window.facts), separators=(",", ":"), ensure_ascii=False)
        shown = window.turn, window.scene, facts, *_where(window)
        key = window.bot, window.chat
        if window.turn == 1:
            kept = await _changed(self.store, FIRST_TURN, (*key, *shown))
        else:
            kept = await _changed(self.store, NEXT_TURN, (*shown, *key, window.turn - 1))
        if not kept:
            raise WindowMoved(*key)

    async def place(self, window: Window) -> None:
        """As the port says."""
        key = window.bot, window.chat
        if not await _changed(self.store, PLACE, (*_where(window), *key, window.turn)):
            raise WindowMoved(*key)

    async def forget(self, bot: int, chat: int) -> None:
        """As the port says."""
        await _changed(self.store, FORGET_WINDOW, (bot, chat))

    async def forget_old(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await _changed(self.store, FORGET_OLD, (before, min(limit, UNITS_MAX)))

    async def claim(self, bot: int, at: datetime, until: datetime, limit: int) -> Sequence[Window]:
        """As the port says."""
        asked = {"bot": bot, "at": at, "until": until, "limit": min(limit, UNITS_MAX)}
        return [_window(row) for row in await _rows(self.store, CLAIM_WINDOWS, asked)]


async def _rows(store: PostgresStore, statement: str, values: Any) -> list[tuple[Any, ...]]:
    async def ask(connection: Connection) -> list[tuple[Any, ...]]:
        return await (await connection.execute(statement, values)).fetchall()

    return await store.ask(ask)


async def _changed(store: PostgresStore, statement: str, values: Any) -> int:
    """How many rows it changed."""

    async def ask(connection: Connection) -> int:
        return (await connection.execute(statement, values)).rowcount

    return await store.ask(ask)


def _where(window: Window) -> tuple[Any, ...]:
    return window.message, window.drawn, window.look_at


def _update(row: tuple[Any, ...]) -> Update:
    bot, number, lane, raw, taken_at, due_at, tries, outcome, trouble = row
    return Update(
        bot=bot,
        number=number,
        lane=lane,
        raw=raw,
        taken_at=taken_at,
        due_at=due_at,
        tries=tries,
        outcome=outcome,
        trouble=trouble,
    )


def _window(row: tuple[Any, ...]) -> Window:
    bot, chat, turn, scene, facts, message, drawn, look_at = row
    return Window(
        bot=bot,
        chat=chat,
        turn=turn,
        scene=scene,
        facts=facts,
        message=message,
        drawn=drawn,
        look_at=look_at,
    )
