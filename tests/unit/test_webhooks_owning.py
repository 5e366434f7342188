"""Customers look after webhooks about themselves, where the shop lets them, and after no others."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve

from altyn.core.identity import Caller, NotAllowed, NotSure, Permission, Profile, Role, UserId
from altyn.core.notifications import (
    OwnWebhooks,
    Shown,
    TellWebhooks,
    TooManyWebhooks,
    WebhookMoved,
    WebhookState,
)
from tests.unit.notifications_house import URL, House
from tests.unit.staff import ANNA

ACCOUNT = "user:42"


@pytest.fixture
def house() -> House:
    return House()


async def somebody(house: House, id: int) -> Caller:
    """Who was seen, and has signed in."""
    profile = Profile(id=UserId(id), name="Ann")
    return Caller.of((await house.users.seen(profile, house.clock.now())).user)


async def own(house: House, by: Caller, account: str = ACCOUNT) -> Shown:
    return await house.add(by, uuid4(), URL, ("*",), account)


async def test_what_is_about_themselves(house: House) -> None:
    """They add it, see it, steer it, and have it told again."""
    ann = await somebody(house, 42)
    shown = await own(house, ann)
    id = shown.webhook.id
    await house.happens(payer=ACCOUNT)
    await house.relay()
    await house.deliver()
    assert await house.see.page(ann, ACCOUNT, 10) == [await house.see.one(ann, id)]
    (told,) = await house.see.told(ann, id, 10)
    assert (await house.see.delivery(ann, told.id))[0] == told
    assert len((await house.see.delivery(ann, told.id))[1]) == 1
    assert (await house.steer.disable(id, ann, "why")).state is WebhookState.DISABLED
    assert (await house.steer.enable(id, ann)).state is WebhookState.ENABLED
    assert (await house.steer.rotate(id, ann, uuid4())).secret != shown.secret
    assert await house.replay.dead(id, ann) == 0
    assert (await house.replay(told.id, ann)).id == told.id
    await house.steer.remove(id, ann)
    assert await house.see.page(ann, ACCOUNT, 10) == []


@pytest.mark.parametrize("most", [2, 0], ids=["of others", "where they may have none"])
async def test_what_is_not_theirs(house: House, most: int) -> None:
    """Of others, and of everybody, they learn nothing and change nothing."""
    house.own = OwnWebhooks(most)
    house.__attrs_post_init__()
    somebody_else = await somebody(house, 43 if most else 42)
    shown = await own(house, ANNA)
    await house.happens(payer=ACCOUNT)
    await house.relay()
    (told,) = await house.told(shown.webhook)
    id = shown.webhook.id
    deeds: list[Callable[[], Awaitable[Any]]] = [
        lambda: own(house, somebody_else),
        lambda: own(house, somebody_else, ""),
        lambda: house.see.page(somebody_else, ACCOUNT, 10),
        lambda: house.see.page(somebody_else, "", 10),
        lambda: house.see.one(somebody_else, id),
        lambda: house.see.told(somebody_else, id, 10),
        lambda: house.see.delivery(somebody_else, told.id),
        lambda: house.steer.disable(id, somebody_else, ""),
        lambda: house.steer.enable(id, somebody_else),
        lambda: house.steer.remove(id, somebody_else),
        lambda: house.steer.rotate(id, somebody_else, uuid4()),
        lambda: house.replay(told.id, somebody_else),
        lambda: house.replay.dead(id, somebody_else),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            await deed()
    assert await house.webhooks.get(id) == shown.webhook


async def test_a_stolen_session_of_an_owner_hears_and_forges_nothing(house: House) -> None:
    """Who is not sure lets no address hear of others, and is shown no secret of its own."""
    id = UserId((await somebody(house, 43)).user or 0)
    boss = Caller.of(await house.users.change(id, role=Role.OWNER))
    shown = await own(house, ANNA, "")
    for account in ("", ACCOUNT):
        with pytest.raises(NotSure):
            await own(house, boss, account)
    with pytest.raises(NotSure):
        await house.steer.rotate(shown.webhook.id, boss, uuid4())
    assert await house.webhooks.all() == [shown.webhook]
    sure = evolve(boss, sure=True)
    assert (await own(house, sure)).webhook.account == ACCOUNT
    assert (await house.steer.rotate(shown.webhook.id, sure, uuid4())).secret != shown.secret


async def test_the_muted_have_none(house: House) -> None:
    """Who may not even see what is theirs is told nothing of it either."""
    user = await house.users.get((await somebody(house, 42)).user or UserId(0))
    mute = Caller.of(await house.users.change(user.id, muted=True))
    with pytest.raises(NotAllowed):
        await own(house, mute)


async def test_so_many_and_no_more(house: House) -> None:
    """Removing one makes room; owners are not counted, and what is asked again is no other one."""
    ann = await somebody(house, 42)
    first, second = await own(house, ann), await own(house, ann)
    with pytest.raises(TooManyWebhooks):
        await own(house, ann)
    with pytest.raises(WebhookMoved):
        await house.add(ann, second.webhook.id, URL, ("*",), ACCOUNT)
    await own(house, ANNA)
    await house.steer.remove(first.webhook.id, ann)
    await house.steer.remove(second.webhook.id, ann)
    await own(house, ann)


async def test_pages(house: House) -> None:
    """The oldest first, each once, of all or of one account."""
    made = []
    for account in ("", ACCOUNT, "", ACCOUNT):
        made.append((await house.add(ANNA, uuid4(), URL, ("*",), account)).webhook)
        house.clock.advance(seconds=1)
    first = await house.see.page(ANNA, "", 3)
    last = first[-1]
    rest = await house.see.page(ANNA, "", 3, (last.created_at, last.id))
    assert [*first, *rest] == made
    assert await house.see.page(ANNA, ACCOUNT, 9) == [made[1], made[3]]


async def test_who_is_erased_is_told_no_more(house: House) -> None:
    """They are shown what they have, and when they go it goes; what is others' stays."""
    ann = await somebody(house, 42)
    shown, other = await own(house, ann), await own(house, ANNA, "user:43")
    await house.happens(payer=ACCOUNT)
    await house.relay()
    keeper = TellWebhooks(house.webhooks, house.deliveries)
    rows = [row async for row in keeper.told(UserId(42))]
    assert [(row["id"], row["url"], row["events"]) for row in rows] == [
        (str(shown.webhook.id), URL, "*")
    ]
    async with house.store():
        await keeper.wipe(UserId(42))
    assert await house.webhooks.all() == [other.webhook]
    assert {each.state for each in await house.told(shown.webhook)} == {"dead"}


async def test_programs_take_their_scope(house: House) -> None:
    """A key that looks after webhooks looks after all of them, without being counted."""
    key = Caller(name="key:a", role=ANNA.role, scopes=frozenset({Permission.MANAGE_KEYS}))
    for _ in range(3):
        await own(house, key)
