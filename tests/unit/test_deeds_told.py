"""Whatever is done by hand is in the trail, once, under the name of who did it."""

from typing import Any
from uuid import UUID

import pytest

from altyn.adapters.memory import MemoryTasks
from altyn.core.balances import (
    Account,
    AccountDiffers,
    InsufficientFunds,
    Transfer,
    TransferId,
    TransferReused,
    account_name,
)
from altyn.core.events import Event, EventId, EventNotStuck, Fact
from altyn.core.identity import (
    Audit,
    Caller,
    MoveByHand,
    NotAllowed,
    OpenByHand,
    RetryByHand,
    Role,
    Trail,
    UserId,
    VerifyTrail,
)
from altyn.core.money import UNITS_MAX, XTR, Money
from altyn.core.payments import Difference, Kind, RefundStage, RefundState, TieOut
from altyn.core.purchases import Stage, State
from altyn.core.tasks import ClaimId, Task, TaskId, TaskNotDead, TaskState
from tests.unit import notifications_house, payments_house, purchases_house
from tests.unit.payments_house import USER, House, order, usdt, wish
from tests.unit.staff import ANNA, BORIS
from tests.unit.test_campaigns_stories import plan
from tests.unit.test_payments_claims import given_up
from tests.unit.test_payments_refunds import large, paid, stray
from tests.unit.test_purchases_doubt import DOUBT

Told = list[tuple[str, str, str, dict[str, Fact]]]


async def told(trail: Trail) -> Told:
    """What the trail tells, the oldest first; it is sound."""
    assert (await VerifyTrail(trail)(ANNA)).finding is None
    links = [each.audited for each in await trail.onward(99)]
    return [(each.who, each.what, each.about, dict(each.facts)) for each in links]


async def test_refunds() -> None:
    """Who asked, who agreed; asked again, it is the same deed."""
    house = payments_house.House()
    await large(house)
    await house.ask_back(wish())
    await house.decide.approve(wish().id, BORIS)
    about = f"refund:{wish().id}"
    asked = {
        "amount": "200.000000 USDT",
        "method": "fake",
        "key": "in-1",
        "payer": "user:1",
        "to": wish().to,
        "reason": wish().reason,
    }
    agreed = {"state": "due", "amount": "200.000000 USDT", "told": ""}
    assert await told(house.trail) == [
        ("anna", "refund.asked_for", about, asked),
        ("boris", "refund.approved", about, agreed),
    ]


async def test_a_refund_that_is_declined() -> None:
    """With the reason."""
    house = payments_house.House()
    await large(house)
    await house.decide.decline(wish().id, BORIS, "no")
    (_, (who, what, _, facts)) = await told(house.trail)
    assert (who, what, facts["told"]) == ("boris", "refund.declined", "no")


async def test_a_refund_in_doubt() -> None:
    """What somebody saw."""
    house = payments_house.House()
    await paid(house, 100)
    await house.ask_back(wish())
    house.gateway.refunds.append(RefundStage.ACCEPTED)
    await house.carry_out(wish().id)
    await house.decide.resolve(wish().id, BORIS, paid=True)
    (_, (who, what, _, facts)) = await told(house.trail)
    assert (who, what, facts["state"]) == ("boris", "refund.resolved", RefundState.DONE)


async def test_the_drawer() -> None:
    """To whom it went, and how much."""
    house = payments_house.House()
    await stray(house)
    await house.give("fake", "in-1", USER, ANNA)
    (entry,) = await told(house.trail)
    assert entry[:3] == ("anna", "arrival.given", "arrival:fake:in-1")
    assert entry[3] == {"to": USER, "amount": "0.000500 USDT", "key": "in-1"}


def missing(house: House, **facts: Any) -> TieOut:
    """A tie-out that found one thing, of a thousand, on his list alone."""
    at = house.clock.now()
    one = Difference(**{"key": "in-1", "ours": None, "theirs": usdt(1000), "at": at, **facts})
    return TieOut(method="fake", since=at, until=at, compared=1, differences=[one])


async def test_what_a_tie_out_put_into_the_books() -> None:
    """How much, and for which payment; what was booked before is no deed."""
    house = payments_house.House()
    stray_one = missing(house, kind=Kind.MISSING_HERE)
    payment = (await house.open(order(1))).id
    expected = missing(house, kind=Kind.MISSING_HERE, key="in-2", payment=payment)
    for by in (ANNA, BORIS):
        await house.fill(stray_one, by)
        await house.fill(expected, by)
    booked = {"amount": "0.001000 USDT", "key": "in-1", "payment": None}
    assert await told(house.trail) == [
        ("anna", "arrival.booked", "arrival:fake:in-1", booked),
        (
            "anna",
            "arrival.booked",
            "arrival:fake:in-2",
            {**booked, "key": "in-2", "payment": str(payment)},
        ),
    ]


async def test_what_a_tie_out_took_back() -> None:
    """How much went back in all; what is known to have gone back is no deed."""
    house = payments_house.House()
    await paid(house)
    gone = missing(house, kind=Kind.REFUNDED_OUTSIDE, back=True)
    await house.fill(gone, ANNA)
    assert await house.holds("user:1") == 0
    await house.fill(gone, BORIS)
    facts = {"amount": "0.001000 USDT", "key": "in-1"}
    assert await told(house.trail) == [("anna", "arrival.reversed", "arrival:fake:in-1", facts)]


async def test_notices() -> None:
    """Read again, and then set aside."""
    house = payments_house.House()
    await given_up(house)
    await house.decide_notice.set_aside("fake", "n-1", ANNA)
    assert await told(house.trail) == [
        ("anna", "notice.set_aside", "notice:fake:n-1", {"key": "n-1"})
    ]
    other = payments_house.House()
    await given_up(other)
    await other.decide_notice.again("fake", "n-1", BORIS)
    ((who, what, _, _),) = await told(other.trail)
    assert (who, what) == ("boris", "notice.begun_again")


async def test_goods() -> None:
    """What became of them, in somebody's words."""
    house = await purchases_house.House().furnished()
    house.supplier.stage = Stage.PENDING
    id = await house.bought()
    await house.work(16)
    await house.decide(id, ANNA, delivered=False, because="he closed")
    facts = {"state": "released", "because": "he closed", "price": "165.00 RUB"}
    assert await told(house.trail) == [("anna", "purchase.decided", f"purchase:{id}", facts)]


async def test_a_purchase_that_is_called_off() -> None:
    """By an operator it is a deed; of their own a customer calls it off without a trace here."""
    house = await purchases_house.House().furnished()
    one, two = await house.bought(1), await house.bought(2)
    ann = Caller(name="user:ann", role=Role.CUSTOMER, user=UserId(42))
    with pytest.raises(NotAllowed) as refused:
        await house.cancel(one, ann)
    assert refused.value.permission == "decide"
    await house.cancel(one, ANNA)
    assert (await house.cancel(one, BORIS)).decided_by == "anna"
    await house.cancel(two, BORIS)
    deeds = [(who, about) for who, _, about, _ in await told(house.trail)]
    assert deeds == [("anna", f"purchase:{one}"), ("boris", f"purchase:{two}")]


async def test_ones_own_purchase_takes_no_role() -> None:
    """Whoever bought it may; a key of theirs that may only look may not."""
    house = await purchases_house.House().furnished()
    mine = purchases_house.wish(1, buyer="user:42")
    id = (await house.quote(mine)).id
    ann = Caller(name="user:42", role=Role.CUSTOMER, user=UserId(42))
    looking = Caller(name="key:1", role=Role.CUSTOMER, user=UserId(42), scopes=frozenset())
    with pytest.raises(NotAllowed) as refused:
        await house.cancel(id, looking)
    assert refused.value.permission == "buy"
    called_off = await house.cancel(id, ann)
    assert (called_off.state, called_off.decided_by) == (State.REFUSED, "user:42")
    assert await told(house.trail) == []


async def test_cheques() -> None:
    """What of it was paid, and what somebody saw."""
    house = await purchases_house.House().furnished()
    await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    await house.decide_cheque(cheque.id, ANNA, [True], "tx")
    facts = {"wallet": "ton", "said": "paid", "proof": "tx"}
    assert await told(house.trail) == [("anna", "cheque.decided", f"cheque:{cheque.id}", facts)]


async def test_a_cheque_about_which_somebody_was_faster() -> None:
    """Nothing was decided, so nothing is told."""
    house = await purchases_house.House().furnished()
    await house.owed("one")
    cheque = await house.draw("ton")
    assert cheque is not None
    await house.work(5)
    seen = await house.cheques.get(cheque.id)
    assert seen.ended
    assert await house.cash.keep(cheque, None, by="anna", then=never) == seen


async def never(_: object) -> None:
    """Nobody comes here."""
    raise AssertionError


async def test_campaigns() -> None:
    """Begun with what budgets, and steered; the same again is no deed."""
    house = purchases_house.House()
    wanted = plan(house)
    begun = await house.begin(wanted, ANNA)
    house.clock.advance(seconds=1)
    await house.begin(wanted, BORIS)
    for steer in (house.steer.pause, house.steer.resume, house.steer.cancel):
        await steer(begun.id, BORIS)
        await steer(begun.id, BORIS)
    entries = await told(house.trail)
    assert {about for _, _, about, _ in entries} == {begun.plan.account}
    assert [(who, what) for who, what, _, _ in entries] == [
        ("anna", "campaign.begun"),
        *[("boris", "campaign.steered")] * 3,
    ]
    assert entries[0][3]["budgets"] == ", ".join(map(str, begun.plan.budgets.values()))
    assert [facts["state"] for *_, facts in entries[1:]] == ["paused", "running", "stopping"]


# Webhooks


async def test_webhooks() -> None:
    """Who is told of what, and where; what changes nothing is no deed, and no secret is told."""
    house = notifications_house.House()
    shown = await house.add(ANNA, UUID(int=1), notifications_house.URL, ("*",))
    id, about = shown.webhook.id, f"webhook:{UUID(int=1)}"
    rotated = await house.steer.rotate(id, BORIS, UUID(int=2))
    for by in (BORIS, ANNA):
        await house.steer.disable(id, by, "too loud")
    for by in (BORIS, ANNA):
        await house.steer.enable(id, by)
    for by in (BORIS, ANNA):
        await house.steer.remove(id, by)
    entries = await told(house.trail)
    assert entries == [
        (
            "anna",
            "webhook.added",
            about,
            {"url": notifications_house.URL, "events": "*", "account": None},
        ),
        ("boris", "webhook.rotated", about, {}),
        ("boris", "webhook.steered", about, {"state": "disabled", "why": "too loud"}),
        ("boris", "webhook.steered", about, {"state": "enabled", "why": ""}),
        ("boris", "webhook.steered", about, {"state": "removed", "why": "removed"}),
    ]
    assert shown.secret not in str(entries)
    assert rotated.secret not in str(entries)


async def test_what_a_webhook_is_told_again() -> None:
    """One by one, or all that was given up; what waits already is no deed."""
    house = notifications_house.House()
    webhook = (await house.add(ANNA, UUID(int=1), notifications_house.URL, ("*",))).webhook
    await house.happens()
    await house.relay()
    await house.deliver()
    (delivered,) = await house.told(webhook)
    for by in (ANNA, BORIS):
        await house.replay(delivered.id, by)
    (waiting,) = await house.told(webhook)
    await house.deliveries.put(waiting.given_up("no"))
    for by in (BORIS, ANNA):
        await house.replay.dead(webhook.id, by)
    (_, *entries) = await told(house.trail)
    assert entries == [
        ("anna", "delivery.replayed", f"delivery:{delivered.id}", {"event": "payment.settled"}),
        ("boris", "webhook.replayed", f"webhook:{webhook.id}", {"many": 1}),
    ]


# Money that is moved by hand

HERS, HIS = account_name("user:42"), account_name("user:43")


def moved(units: int, id: int = 1, memo: str = "sorry") -> Transfer:
    """So much, from him to her."""
    return Transfer(
        id=TransferId(UUID(int=id)), source=HIS, target=HERS, amount=Money(units, XTR), memo=memo
    )


async def by_hand(house: payments_house.House) -> MoveByHand:
    """Over the same store; he may owe something."""
    await house.ledger.open(Account(HIS, XTR, floor_units=-10))
    await house.ledger.open(Account(HERS, XTR))
    return MoveByHand(house.ledger, Audit(house.trail, house.clock), house.store)


async def test_what_is_tried_again() -> None:
    """An event that was set aside, a task that was given up; what was neither is no deed."""
    house = notifications_house.House()
    tasks = MemoryTasks(house.store, house.clock)
    retry = RetryByHand(house.outbox, tasks, Audit(house.trail, house.clock), house.store)
    event = Event(id=EventId(UUID(int=1)), name="goods.gone", at=house.clock.now())
    await house.outbox.put([event])
    task = Task(id=TaskId(UUID(int=2)), kind="ask")
    await tasks.enqueue([task])
    with pytest.raises(EventNotStuck):
        await retry.event(event.id, ANNA)
    with pytest.raises(TaskNotDead):
        await retry.task(task.id, ANNA)
    await house.outbox.set_aside(event.id, "why")
    (held,) = await tasks.claim(ClaimId(UUID(int=3)), {"ask": 1}, 600)
    await tasks.end([held.dead("nobody is there")])
    await retry.event(event.id, ANNA)
    await retry.task(task.id, BORIS)
    assert list(await house.outbox.pending(9)) == [event]
    assert (await tasks.get(task.id)).state is TaskState.WAITING
    assert await told(house.trail) == [
        ("anna", "event.retried", f"event:{event.id}", {}),
        ("boris", "task.replayed", f"task:{task.id}", {}),
    ]


async def test_an_account_opened_by_hand() -> None:
    """How far below nothing it may go; opened again it is no deed, and support may open none."""
    house = payments_house.House()
    opens = OpenByHand(house.ledger, Audit(house.trail, house.clock), house.store)
    endless = Account(HIS, XTR, floor_units=-UNITS_MAX)
    with pytest.raises(NotAllowed):
        await opens(Caller(name="support", role=Role.SUPPORT), endless)
    for by in (ANNA, BORIS):
        await opens(by, endless)
    with pytest.raises(AccountDiffers):
        await opens(BORIS, Account(HIS, XTR))
    await opens(BORIS, Account(HERS, XTR, floor_units=-5, ceiling_units=9))
    assert await told(house.trail) == [
        (
            "anna",
            "account.opened",
            f"account:{HIS}",
            {"asset": "XTR", "floor": None, "ceiling": None},
        ),
        (
            "boris",
            "account.opened",
            f"account:{HERS}",
            {"asset": "XTR", "floor": "-5 XTR", "ceiling": "9 XTR"},
        ),
    ]


async def test_money_moved_by_hand() -> None:
    """The same transfer again is answered alike, and is no deed."""
    house = payments_house.House()
    move = await by_hand(house)
    posted = await move(ANNA, moved(7))
    assert await move(BORIS, moved(7)) == posted
    facts = {
        "source": HIS,
        "target": HERS,
        "amount": "7 XTR",
        "kind": "adjustment",
        "reference": "",
        "memo": "sorry",
        "corrects": None,
    }
    deed = ("anna", "money.moved", f"transfer:{posted.transfer.id}", facts)
    assert await told(house.trail) == [deed]
    opposite = posted.transfer.opposite(TransferId(UUID(int=2)), memo="a mistake")
    await move(ANNA, opposite)
    assert (await told(house.trail))[1][3]["corrects"] == str(posted.transfer.id)


async def test_what_was_refused_is_no_deed_and_is_remembered() -> None:
    """The same id is refused again, though there would be money now."""
    house = payments_house.House()
    move = await by_hand(house)
    with pytest.raises(InsufficientFunds):
        await move(ANNA, moved(11))
    await house.ledger.limit(Account(HIS, XTR, floor_units=-100))
    with pytest.raises(InsufficientFunds):
        await move(ANNA, moved(11))
    with pytest.raises(TransferReused):
        await move(ANNA, moved(12))
    assert await told(house.trail) == []


async def test_a_silent_supplier_is_no_deed() -> None:
    """What the program does by itself is not in the trail."""
    house = await purchases_house.House().furnished()
    await house.bought()
    house.supplier.fails = [DOUBT] * 3
    await house.work(5)
    assert await told(house.trail) == []
