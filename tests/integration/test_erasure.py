"""Whoever is erased is named nowhere any more, in whichever table of either database one looks."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from dishka import AsyncContainer

from altyn.core.chats import Inbox, Update, Window, Windows
from altyn.core.clock import Clock
from altyn.core.events import Event, EventId, Outbox
from altyn.core.identity import (
    Caller,
    EraseUser,
    ExportUser,
    Language,
    Profile,
    SeeUser,
    Session,
    SessionId,
    Sessions,
    UserId,
)
from altyn.core.notifications import (
    Deliveries,
    Notifications,
    Preference,
    Preferences,
    Recipient,
    State,
    Webhooks,
    deliveries_of,
)
from altyn.core.payments import Notices
from altyn.core.purchases import Purchases
from altyn.core.schema import Schema
from altyn.entrypoints.testkit import notification
from altyn.entrypoints.testkit.notifications.ground import attempt, webhook
from altyn.entrypoints.testkit.payments.ground import notice
from altyn.entrypoints.testkit.purchases.ground import quoted, wish
from altyn.entrypoints.wiring import Settings, read_settings
from altyn.entrypoints.wiring.container import make_container
from tests.integration.everything_kept import everything

ANN: Final = UserId(42)
NAME, USERNAME, DEVICE, WORDS, DECLINED = (
    "Annushka Marked",
    "annushka_marked",
    "annushka's telephone",
    "what annushka wrote",
    "annushka.*",
)
MARK: Final = "annushka"
STAYS: Final = {"purchase", "notice"}
"""History of money, as decision 18 says."""
BOT: Final = 7
TELEGRAM: Final = {"ALTYN_TELEGRAM_TOKEN": f"{BOT}:{'a' * 35}"}


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where it is; a server is started for those who need one."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'altyn.db'}"


@pytest.fixture
async def house(database: str, tmp_path: Path) -> AsyncIterator[AsyncContainer]:
    """All of Altyn over an empty database."""
    settings = read_settings({"ALTYN_DATABASE": database, **TELEGRAM}, tmp_path)
    container = make_container(settings, create=True)
    try:
        await (await container.get(Schema)).migrate()
        yield container
    finally:
        await container.close()


async def lived(house: AsyncContainer) -> None:
    """Ann left her words wherever somebody can."""
    clock = await house.get(Clock)
    now = clock.now()
    profile = Profile(id=ANN, name=NAME, username=USERNAME, language=Language.RU)
    await (await house.get(SeeUser))(profile)
    inbox: Any = await house.get(Inbox)
    update = Update(bot=BOT, number=1, lane=str(ANN), raw=WORDS.encode(), taken_at=now, due_at=now)
    await inbox.add(update)
    (claimed,) = await inbox.claim(BOT, now, now, 1)
    await inbox.put(claimed.done(WORDS))
    windows: Any = await house.get(Windows)
    await windows.put(Window(bot=BOT, chat=ANN).turned("offer", {"recipient": USERNAME}))
    sessions: Any = await house.get(Sessions)
    session = Session.begin(SessionId(uuid4()), ANN, DEVICE, now)
    await sessions.begin(session, bytes(32), bytes(32))
    preferences: Any = await house.get(Preferences)
    await preferences.put(Preference(recipient=Recipient(ANN), declined=frozenset({DECLINED})))
    purchases: Any = await house.get(Purchases)
    await purchases.add(quoted(of=wish(buyer="user:42", recipient=USERNAME)))
    notices: Any = await house.get(Notices)
    await notices.add(notice(raw=NAME.encode()))
    facts = {"buyer": "user:42", "recipient": USERNAME, "told": f"@{USERNAME} cannot be given it"}
    outbox: Any = await house.get(Outbox)
    deliveries: Any = await house.get(Deliveries)
    webhooks: Any = await house.get(Webhooks)
    listening = [await webhooks.add(webhook(events=("*",)))]
    for name in ("purchase.delivered", "purchase.refused", "purchase.waiting"):
        event = Event(id=EventId(uuid4()), name=name, at=now, facts=facts)
        await outbox.put([event])
        (told,) = deliveries_of(event, listening, now, uuid4)
        await deliveries.add([told])
        if name == "purchase.delivered":
            await deliveries.put(told.made(), attempt(told, answer=f"thank you, {USERNAME}"))
            await outbox.delivered([event.id])
        elif name == "purchase.refused":
            await outbox.set_aside(event.id, "why")
    notifications: Any = await house.get(Notifications)
    recipient = Recipient(ANN)
    sent = notification(recipient, facts=facts, state=State.SENT, check_at=None)
    await notifications.add([notification(recipient, facts=facts), sent])


async def test_nothing_names_whoever_was_erased(house: AsyncContainer) -> None:
    """Her words were in all of these tables; they are in none but those of history of money."""
    await lived(house)
    settings: Any = await house.get(Settings)
    before = {name for name, rows in everything(settings.database).items() if MARK in rows.lower()}
    told = "event" if "event" in everything(settings.database) else "outbox"
    assert before == STAYS | {
        *("person", "chat_update", "chat_window", "session", "preference"),
        *(told, "webhook_delivery", "webhook_attempt", "notification"),
    }
    by = Caller.local()
    document = await (await house.get(ExportUser))(by, ANN)
    assert len(document.kept["notifications"]) == 3
    await (await house.get(EraseUser))(by, ANN)
    after = {name for name, rows in everything(settings.database).items() if MARK in rows.lower()}
    assert after == STAYS
    webhooks: Any = await house.get(Webhooks)
    deliveries: Any = await house.get(Deliveries)
    (listening,) = await webhooks.all()
    bodies = [each.body for each in await deliveries.of(listening.id, 9)]
    assert len(bodies) == 3  # systems are told all the same
    assert all('"buyer":"user:42"' in body for body in bodies)
