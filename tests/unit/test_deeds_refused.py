"""What operators do is refused to whoever may not, before anything else is looked at."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from altyn.adapters.memory import MemoryTasks
from altyn.core.balances import Transfer, TransferId, account_name
from altyn.core.errors import AltynError
from altyn.core.events import EventId
from altyn.core.identity import (
    Audit,
    Caller,
    MoveByHand,
    NotAllowed,
    NotSure,
    Permission,
    RetryByHand,
    Role,
    UserId,
)
from altyn.core.money import XTR, Money
from altyn.core.notifications import DeliveryId, WebhookId
from altyn.core.payments import Difference, Kind, RefundId, TieOut
from altyn.core.purchases import CampaignId, PurchaseId
from altyn.core.tasks import TaskId
from altyn.core.wallets import ChequeId
from tests.unit import notifications_house, payments_house, purchases_house
from tests.unit.test_campaigns_stories import plan, strategy

ID = UUID(int=1)
REFUND, PURCHASE, CHEQUE, CAMPAIGN = RefundId(ID), PurchaseId(ID), ChequeId(ID), CampaignId(ID)
BOB = account_name("user:43")
NOBODYS = strategy(supplier="nobody")
A_TRANSFER = Transfer(
    id=TransferId(ID), source=BOB, target=account_name("user:44"), amount=Money(1, XTR)
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNNAMEABLE = Difference(
    kind=Kind.MISSING_HERE, key="?" * 999, ours=None, theirs=Money(1, XTR), at=EPOCH
)
FOUND = TieOut(method="fake", since=EPOCH, until=EPOCH, compared=1, differences=[UNNAMEABLE])
"""Of which nothing can be booked."""

Deed = Callable[[Any, Caller], Awaitable[object]]


def retry(house: notifications_house.House) -> RetryByHand:
    """Over the same store."""
    tasks = MemoryTasks(house.store, house.clock)
    return RetryByHand(house.outbox, tasks, Audit(house.trail, house.clock), house.store)


def by_hand(house: payments_house.House) -> MoveByHand:
    """Over the same store."""
    return MoveByHand(house.ledger, Audit(house.trail, house.clock), house.store)


OF_PAYMENTS: Mapping[str, tuple[Permission, Deed]] = {
    "ask for a refund": (
        Permission.REFUND,
        lambda house, by: house.ask_back(evolve(payments_house.wish(), by=by)),
    ),
    "approve a refund": (Permission.REFUND, lambda house, by: house.decide.approve(REFUND, by)),
    "decline a refund": (
        Permission.REFUND,
        lambda house, by: house.decide.decline(REFUND, by, "no"),
    ),
    "resolve a refund": (
        Permission.DECIDE,
        lambda house, by: house.decide.resolve(REFUND, by, paid=True),
    ),
    "credit what is held": (Permission.DECIDE, lambda house, by: house.credit("fake", "1", by)),
    "give what is held": (Permission.DECIDE, lambda house, by: house.give("fake", "1", BOB, by)),
    "book what is missing": (Permission.DECIDE, lambda house, by: house.fill(FOUND, by)),
    "read a notice again": (
        Permission.DECIDE,
        lambda house, by: house.decide_notice.again("fake", "1", by),
    ),
    "set a notice aside": (
        Permission.DECIDE,
        lambda house, by: house.decide_notice.set_aside("fake", "1", by),
    ),
    "move money": (Permission.ADJUST, lambda house, by: by_hand(house)(by, A_TRANSFER)),
}

OF_PURCHASES: Mapping[str, tuple[Permission, Deed]] = {
    "decide a purchase": (
        Permission.DECIDE,
        lambda house, by: house.decide(PURCHASE, by, delivered=True, because="seen"),
    ),
    "decide a cheque": (
        Permission.DECIDE,
        lambda house, by: house.decide_cheque(CHEQUE, by, [True], "seen"),
    ),
    "buy for the house": (
        Permission.ADJUST,
        lambda house, by: house.buy_for_house(PURCHASE, by, "a prize"),
    ),
    "price for the house": (
        Permission.ADJUST,
        lambda house, by: house.buy_for_house.price(
            PURCHASE, by, purchases_house.stars(), "bob", XTR, "nobody"
        ),
    ),
    "begin a campaign": (
        Permission.CAMPAIGN,
        lambda house, by: house.begin(plan(house, NOBODYS), by),
    ),
    "pause a campaign": (Permission.CAMPAIGN, lambda house, by: house.steer.pause(CAMPAIGN, by)),
    "resume a campaign": (Permission.CAMPAIGN, lambda house, by: house.steer.resume(CAMPAIGN, by)),
    "cancel a campaign": (Permission.CAMPAIGN, lambda house, by: house.steer.cancel(CAMPAIGN, by)),
}

WEBHOOK, DELIVERY = WebhookId(ID), DeliveryId(ID)
OF_WEBHOOKS: Mapping[str, tuple[Permission, Deed]] = {
    "add a webhook": (
        Permission.MANAGE_KEYS,
        lambda house, by: house.add(by, ID, "https://localhost/", ("*",)),
    ),
    "rotate its secret": (
        Permission.MANAGE_KEYS,
        lambda house, by: house.steer.rotate(WEBHOOK, by, UUID(int=1)),
    ),
    "disable it": (
        Permission.MANAGE_KEYS,
        lambda house, by: house.steer.disable(WEBHOOK, by, "no"),
    ),
    "enable it": (Permission.MANAGE_KEYS, lambda house, by: house.steer.enable(WEBHOOK, by)),
    "remove it": (Permission.MANAGE_KEYS, lambda house, by: house.steer.remove(WEBHOOK, by)),
    "replay a delivery": (Permission.DECIDE, lambda house, by: house.replay(DELIVERY, by)),
    "pass an event on": (Permission.DECIDE, lambda house, by: retry(house).event(EventId(ID), by)),
    "replay a task": (Permission.DECIDE, lambda house, by: retry(house).task(TaskId(ID), by)),
}

CALLERS = [
    *(Caller(name=f"a {role}", role=role) for role in Role),
    Caller(name="key:nothing", role=Role.OWNER, scopes=frozenset()),
    *(
        Caller(name=f"key:{each}", role=Role.OWNER, scopes=frozenset({each}))
        for each in (
            Permission.REFUND,
            Permission.ADJUST,
            Permission.DECIDE,
            Permission.CAMPAIGN,
            Permission.MANAGE_KEYS,
        )
    ),
]


async def tried(house: Any, permission: Permission, deed: Deed) -> None:
    """By everybody: who may is told that there is no such thing, the others that they may not."""
    for caller in CALLERS:
        with pytest.raises(AltynError) as refused:
            await deed(house, caller)
        assert isinstance(refused.value, NotAllowed) is not caller.may(permission), caller.name
        if isinstance(refused.value, NotAllowed):
            assert refused.value.permission == permission
    assert list(await house.trail.onward(9)) == []
    assert list(await house.outbox.pending(9)) == []


@pytest.mark.parametrize(("permission", "deed"), OF_PAYMENTS.values(), ids=OF_PAYMENTS)
async def test_deeds_of_payments_take_a_permission(permission: Permission, deed: Deed) -> None:
    """Nothing is written, and nothing is told of what is there."""
    await tried(payments_house.House(), permission, deed)


@pytest.mark.parametrize(("permission", "deed"), OF_PURCHASES.values(), ids=OF_PURCHASES)
async def test_deeds_of_purchases_take_a_permission(permission: Permission, deed: Deed) -> None:
    """Nothing is written, and nothing is told of what is there."""
    await tried(purchases_house.House(), permission, deed)


@pytest.mark.parametrize(("permission", "deed"), OF_WEBHOOKS.values(), ids=OF_WEBHOOKS)
async def test_deeds_of_webhooks_take_a_permission(permission: Permission, deed: Deed) -> None:
    """Nothing is written, and nothing is told of what is there."""
    await tried(notifications_house.House(), permission, deed)


async def test_what_was_given_up_takes_a_permission() -> None:
    """Whoever may not have one told again may not have all told again."""
    support = Caller(name="support", role=Role.SUPPORT)
    with pytest.raises(NotAllowed):
        await notifications_house.House().replay.dead(WEBHOOK, support)


SURE = (
    "ask for a refund",
    "approve a refund",
    "resolve a refund",
    "credit what is held",
    "give what is held",
    "move money",
    "decide a purchase",
    "decide a cheque",
    "buy for the house",
)


@pytest.mark.parametrize("deed", SURE)
async def test_money_is_moved_by_whoever_is_sure(deed: str) -> None:
    """A person has shown their second factor; what was stolen from them is not enough."""
    of_purchases = deed in OF_PURCHASES
    house: Any = purchases_house.House() if of_purchases else payments_house.House()
    _, done = (OF_PURCHASES if of_purchases else OF_PAYMENTS)[deed]
    person = Caller(name="user:42", role=Role.OPERATOR, user=UserId(42))
    with pytest.raises(NotSure):
        await done(house, person)
    with pytest.raises(AltynError) as refused:
        await done(house, evolve(person, sure=True))
    assert not isinstance(refused.value, NotSure)
    assert list(await house.trail.onward(9)) == []
