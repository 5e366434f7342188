"""Webhooks: told until they have heard it, left alone when they ask for it, given up at last."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve, field, frozen

from altyn.adapters.memory import MemoryDeliveries
from altyn.core.errors import Unavailable
from altyn.core.notifications import (
    DELAYS,
    AddressRefused,
    Answered,
    Attempt,
    Delivery,
    DeliveryMissing,
    DeliveryState,
    Shown,
    WebhookId,
    WebhookMalformed,
    WebhookMissing,
    WebhookMoved,
    WebhookState,
    replaying,
    signed,
)
from altyn.core.resilience import NotExecuted
from altyn.core.sealing import SealBroken
from altyn.core.transaction import StorageBroken, StorageBusy, StorageUnreachable, StorageUnwritable
from altyn.entrypoints.testkit import run_virtually
from tests.unit.notifications_house import URL, House
from tests.unit.staff import ANNA

HOUR = timedelta(hours=1)


@pytest.fixture
def house() -> House:
    return House()


class Lost(Unavailable):
    def __str__(self) -> str:
        return "no answer in 20 s"


@frozen
class Overtaken:
    """Transactions before which a webhook is removed by somebody who was faster."""

    house: House
    id: WebhookId

    @property
    def active(self) -> bool:
        return self.house.store.active

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        await self.house.steer.remove(self.id, ANNA)
        async with self.house.store():
            yield


async def story(house: House, *says: object) -> Shown:
    """Somebody listens and something happens; the first attempts go like this."""
    shown = await house.listens()
    house.sender.says[URL] += says
    await house.happens(payment="1")
    await house.relay()
    await house.deliver()
    return shown


@frozen
class Claims(MemoryDeliveries):
    """Deliveries of another place, of which something can be claimed once."""

    of_whom: MemoryDeliveries
    _claimed: list[bool] = field(factory=list)

    async def claim(self, *about: Any) -> Sequence[Delivery]:
        if self._claimed:
            raise StorageBusy("db", "locked")
        self._claimed.append(True)
        return await self.of_whom.claim(*about)

    async def put(self, delivery: Delivery, attempt: Attempt | None = None) -> None:
        await self.of_whom.put(delivery, attempt)


class TestDelivering:
    async def test_what_is_told_is_signed(self, house: House) -> None:
        """The bytes as they are kept, under one id, with the secret that was shown once."""
        shown = await story(house)
        (told,) = await house.told(shown.webhook)
        assert told.state is DeliveryState.DELIVERED
        (posted,) = house.sender.posted
        assert posted.url == URL
        assert posted.body == told.body.encode()
        assert json.loads(posted.body)["data"]["payment"] == "1"
        assert posted.headers == signed(
            [shown.secret], told.message_id, house.clock.now(), posted.body
        )
        assert await house.deliver() == 0

    async def test_each_attempt_is_logged(self, house: House) -> None:
        """When, how long, what was answered; and why it is no success."""
        answer = Answered(status=500, beginning="<oh>")
        shown = await story(house, answer, Lost())
        await house.later(seconds=6)
        await house.later(hours=1)
        (told,) = await house.told(shown.webhook)
        log = await house.deliveries.attempts(told.id)
        assert [(each.number, each.status, each.answer, each.told) for each in log] == [
            (1, 500, "<oh>", "status 500"),
            (2, None, "", "no answer in 20 s"),
            (3, 200, "oh", ""),
        ]
        assert log[2].at == house.clock.now()
        assert (told.state, told.attempts, told.told) == (DeliveryState.DELIVERED, 3, "")
        assert len({each.headers["webhook-id"] for each in house.sender.posted}) == 1
        assert len({each.headers["webhook-timestamp"] for each in house.sender.posted}) == 3
        counts = house.signals.counts
        assert counts["webhook_attempts_total", frozenset({("outcome", "failed")})] == 2
        assert counts["webhook_attempts_total", frozenset({("outcome", "delivered")})] == 1

    @pytest.mark.parametrize("status", [199, 300, 301, 302, 400, 404, 500])
    async def test_only_two_hundreds_are_success(self, house: House, status: int) -> None:
        """Everything else is tried again."""
        shown = await story(house, status)
        (told,) = await house.told(shown.webhook)
        assert (told.state, told.told) == (DeliveryState.WAITING, f"status {status}")

    async def test_it_is_tried_by_the_plan_and_given_up(self, house: House) -> None:
        """Ten times; then the house is told, and so is whoever listens to that."""
        other = await house.listens("webhook.given_up", url="https://other.example/")
        house.sender.always[URL] = 500
        shown = await story(house)
        for delay in DELAYS:
            assert await house.later(seconds=delay.total_seconds() * 0.99) == 0
            assert await house.later(seconds=delay.total_seconds() * 0.12) == 1
        (told,) = await house.told(shown.webhook)
        assert (told.state, told.attempts) == (DeliveryState.DEAD, 10)
        assert await house.later(days=1) == 0
        await house.relay()
        (heard,) = await house.told(other.webhook)
        assert json.loads(heard.body)["data"] == {
            "webhook": str(shown.webhook.id),
            "account": "",
            "host": "shop.example",
            "why": "status 500",
        }
        assert len(await house.told(shown.webhook)) == 1  # it is not told of itself
        assert house.signals.gauges["webhook_dead", frozenset()] == 1

    async def test_nothing_is_sent_where_it_must_not_go(self, house: House) -> None:
        """An address may turn out to be one; it is logged and tried again, like any failure."""
        shown = await story(house, AddressRefused("shop.example", "10.0.0.1 is private"))
        (told,) = await house.told(shown.webhook)
        assert told.told == "nothing is sent to shop.example: 10.0.0.1 is private"

    async def test_a_secret_that_cannot_be_opened_is_a_failure(self, house: House) -> None:
        """Nothing is sent unsigned."""
        shown = await house.listens()
        house.store.put(
            house.webhooks._kept, shown.webhook.id, shown.webhook.changed(secret=b"broken")
        )
        await house.happens()
        await house.relay()
        await house.deliver()
        (told,) = await house.told(shown.webhook)
        assert told.told == str(SealBroken(shown.webhook.about))
        assert house.sender.posted == []

    async def test_a_mistake_stops_no_other(self, house: House) -> None:
        """It is an attempt that failed: logged, and tried again by the plan."""
        one = await house.listens()
        two = await house.listens(url="https://other.example/")
        house.sender.says[URL].append(ZeroDivisionError("oh"))
        await house.happens()
        await house.relay()
        assert await house.deliver() == 2
        assert [each.state for each in await house.told(two.webhook)] == ["delivered"]
        (told,) = await house.told(one.webhook)
        assert (told.state, told.told) == ("waiting", "a mistake inside Altyn: ZeroDivisionError")
        assert [each.told for each in await house.deliveries.attempts(told.id)] == [told.told]
        assert await house.later(seconds=6) == 1
        assert [each.state for each in await house.told(one.webhook)] == ["delivered"]

    @pytest.mark.parametrize("trouble", [ZeroDivisionError("oh"), StorageBroken("db", "no text")])
    async def test_what_can_never_be_noted_is_given_up(
        self, house: House, trouble: Exception
    ) -> None:
        """By the plan, and not tried every minute for ever."""
        shown = await house.listens()
        await house.happens()
        await house.relay()
        for delay in DELAYS:
            house.outbox.away.append(trouble)
            assert await house.deliver() == 1
            house.clock.advance(seconds=delay.total_seconds() * 1.1)
        house.outbox.away.append(trouble)
        assert await house.deliver() == 1
        (told,) = await house.told(shown.webhook)
        assert (told.state, told.attempts) == (DeliveryState.DEAD, 10)
        assert told.told in ("a mistake inside Altyn: ZeroDivisionError", str(trouble))

    @pytest.mark.parametrize(
        "away",
        [
            StorageUnreachable("db", "gone"),
            StorageBusy("db", "locked"),
            StorageUnwritable("db", "disk full"),
        ],
    )
    async def test_a_storage_that_is_away_is_no_failure(
        self, house: House, away: Exception, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The log says so; what was sent meanwhile is sent again under the same id."""
        shown = await house.listens()
        await house.happens()
        await house.relay()
        house.outbox.away.append(away)
        assert await house.deliver() == 1
        (told,) = await house.told(shown.webhook)
        assert f"telling a webhook of {told.id}: {away}" in caplog.messages
        assert await house.later(seconds=59) == 0
        assert await house.later(seconds=1) == 1
        assert len({each.headers["webhook-id"] for each in house.sender.posted}) == 1
        assert len(house.sender.posted) == 2

    def test_an_outcome_that_cannot_be_written_breaks_off_no_other(self) -> None:
        """Others are told to the end, even where nothing more can be claimed by then."""

        async def told() -> list[str]:
            house = House()
            slow = await house.listens()
            await house.listens(url="https://other.example/")
            house.sender.always[URL] = 5.0
            await house.happens()
            await house.relay()
            house.outbox.away.append(StorageBusy("db", "locked"))
            claims = Claims(house.store, house.webhooks, house.deliveries)
            deliver = evolve(house.deliver, deliveries=claims)
            with pytest.raises(StorageBusy):
                await deliver()
            return [each.state for each in await house.told(slow.webhook)]

        assert run_virtually(told()) == ["delivered"]

    async def test_whoever_was_too_slow_notes_nothing(self, house: House) -> None:
        """Somebody else has it by then; what they note counts."""
        shown = await house.listens()
        await house.happens()
        await house.relay()
        now = house.clock.now()
        (mine,) = await house.deliveries.claim(now, now, 1, 1)
        assert await house.deliver() == 1
        await house.deliver._attempt(mine)
        (told,) = await house.told(shown.webhook)
        assert (told.state, told.attempts) == (DeliveryState.DELIVERED, 2)
        assert len(await house.deliveries.attempts(told.id)) == 1


class TestLeavingAlone:
    @pytest.mark.parametrize(
        ("status", "asked", "rests"),
        [(429, 90.0, 90), (503, 86_400.0, 3600), (502, None, 60), (504, None, 60)],
    )
    async def test_whoever_is_too_busy_rests(
        self, house: House, status: int, asked: float | None, rests: int
    ) -> None:
        """As long as they ask for, an hour at most; nothing else is sent meanwhile."""
        answer = Answered(status=status, beginning="", retry_after_seconds=asked)
        shown = await story(house, answer)
        assert (await house.now(shown.webhook)).resting_until == house.clock.now() + timedelta(
            seconds=rests
        )
        await house.happens()
        await house.relay()
        assert await house.later(seconds=rests - 0.5) == 0
        assert await house.later(seconds=0.5) >= 1
        assert (await house.now(shown.webhook)).resting_until is None

    async def test_whoever_is_gone_is_disabled_at_once(self, house: House) -> None:
        """410 says so; the house is told."""
        shown = await story(house, 410)
        now = await house.now(shown.webhook)
        assert (now.state, now.why) == (WebhookState.DISABLED, "it says that it is gone (410)")
        assert [each.name for each in await house.outbox.pending(9)] == ["webhook.disabled"]
        assert await house.later(days=9) == 0

    async def test_five_days_of_failures_disable(self, house: House) -> None:
        """From the first one on; a success in between begins anew."""
        house.sender.always[URL] = 500
        shown = await story(house)
        began = house.clock.now()
        for _ in range(9):
            await house.happens()
            await house.relay()
            await house.later(hours=12)
        assert (await house.now(shown.webhook)).failing_since == began
        house.sender.says[URL].append(200)
        await house.happens()
        await house.relay()
        await house.later(seconds=1)
        assert (await house.now(shown.webhook)).failing_since is None
        for _ in range(9):
            await house.happens()
            await house.relay()
            await house.later(hours=12)
            assert (await house.now(shown.webhook)).state is WebhookState.ENABLED
        for _ in range(4):
            await house.later(hours=12)
        now = await house.now(shown.webhook)
        assert (now.state, now.why) == (
            WebhookState.DISABLED,
            "nothing has reached it for 5 days",
        )

    async def test_what_fails_while_it_is_disabled_disables_nothing_again(
        self, house: House
    ) -> None:
        """The house is told once."""
        await house.listens()
        house.sender.always[URL] = 410
        for _ in range(3):
            await house.happens()
        await house.relay()
        await house.deliver()
        names = [each.name for each in await house.outbox.pending(9)]
        assert names == ["webhook.disabled"]

    def test_one_that_hangs_delays_no_other(self) -> None:
        """While one takes its time, the others are told all that comes."""

        async def told() -> list[float]:
            house = House()
            other = "https://other.example/"
            await house.listens(url=URL)
            await house.listens(url=other)
            house.sender.always[URL] = 15.0
            await house.happens()
            await house.relay()
            began = asyncio.get_running_loop().time()
            delivering = asyncio.create_task(house.deliver())
            moments: list[float] = []
            for _ in range(3):
                await asyncio.sleep(2)
                await house.happens()
                await house.relay()
                await asyncio.sleep(1)
                heard = [each for each in house.sender.posted if each.url == other]
                moments.append(len(heard))
            await delivering
            moments.append(asyncio.get_running_loop().time() - began)
            return [float(each) for each in moments]

        *heard, lasted = run_virtually(told())
        assert heard == [2, 3, 4]
        assert lasted == 30  # the first for 15 s, then what came meanwhile

    def test_no_more_than_so_many_at_once(self) -> None:
        """Five for one webhook, fifty for all of them together."""

        async def begun() -> tuple[int, int]:
            house = House()
            for number in range(12):
                url = f"https://{number}.example/"
                await house.listens(url=url)
                house.sender.always[url] = 5.0
            for _ in range(7):
                await house.happens()
            await house.relay()
            delivering = asyncio.create_task(house.deliver())
            await asyncio.sleep(4)
            first = [each.url for each in house.sender.posted]
            await delivering
            return len(first), max(map(first.count, first))

        assert run_virtually(begun()) == (50, 5)

    def test_whoever_stops_it_stops_all(self) -> None:
        """What is under way is left off, and due again later."""

        async def stopped() -> int:
            house = House()
            shown = await house.listens()
            house.sender.always[URL] = 1000.0
            await house.happens()
            await house.relay()
            delivering = asyncio.create_task(house.deliver())
            await asyncio.sleep(3)
            delivering.cancel()
            with pytest.raises(asyncio.CancelledError):
                await delivering
            del house.sender.always[URL]
            assert await house.later(minutes=1) == 1
            return len([each for each in await house.told(shown.webhook) if not each.check_at])

        assert run_virtually(stopped()) == 1


class TestSteering:
    async def test_a_webhook_begins_once(self, house: House) -> None:
        """Its secret is shown once, so the same id again is refused."""
        id = uuid4()
        shown = await house.add(ANNA, id, URL, ("*",))
        assert shown.secret.startswith("whsec_")
        assert shown.secret.encode() in (await house.now(shown.webhook)).secret
        with pytest.raises(WebhookMoved):
            await house.add(ANNA, id, URL, ("*",))
        assert list(await house.webhooks.all()) == [shown.webhook]

    async def test_nobody_listens_where_nothing_is_sent(self, house: House) -> None:
        """It is refused before it is kept."""
        with pytest.raises(AddressRefused):
            await house.add(ANNA, uuid4(), "https://localhost/", ("*",))
        assert list(await house.webhooks.all()) == []

    @pytest.mark.parametrize("name", ["payment.setled", "nothing.*", "payment", "*.settled", ""])
    async def test_only_what_happens_can_be_wanted(self, house: House, name: str) -> None:
        """A name that nobody here will ever tell of is a mistake, and nothing is kept."""
        with pytest.raises(WebhookMalformed, match="no such event"):
            await house.listens("payment.*", name)
        assert list(await house.webhooks.all()) == []

    async def test_of_one_errand_there_is_one_secret(self, house: House) -> None:
        """Asked for again it is shown again, and the one that its owner knows is good still."""
        shown = await house.listens()
        id, first, second = shown.webhook.id, uuid4(), uuid4()
        rotated = await house.steer.rotate(id, ANNA, first)
        assert await house.steer.rotate(id, ANNA, first) == rotated
        assert (await house.now(shown.webhook)).old_secret == shown.webhook.secret
        assert [each.audited.what for each in await house.trail.page(9)].count(
            "webhook.rotated"
        ) == 1
        await house.steer.rotate(id, ANNA, second)
        with pytest.raises(WebhookMoved):  # there is a newer one than that
            await house.steer.rotate(id, ANNA, first)

    async def test_a_secret_that_nobody_can_open_is_changed(self, house: House) -> None:
        """Whoever has lost the key that sealed it begins anew."""
        shown = await house.listens()
        broken = shown.webhook.changed(secret=b"broken")
        house.store.put(house.webhooks._kept, shown.webhook.id, broken)
        rotated = await house.steer.rotate(shown.webhook.id, ANNA, uuid4())
        assert rotated.secret != shown.secret

    async def test_a_secret_is_changed_while_both_are_good(self, house: House) -> None:
        """What is told meanwhile is signed with both, and later with the new one."""
        shown = await house.listens()
        rotated = await house.steer.rotate(shown.webhook.id, ANNA, uuid4())
        assert rotated.secret != shown.secret
        for secrets in ([rotated.secret, shown.secret], [rotated.secret]):
            await house.happens()
            await house.relay()
            await house.deliver()
            posted = house.sender.posted[-1]
            expected = signed(secrets, posted.headers["webhook-id"], house.clock.now(), posted.body)
            assert posted.headers == expected
            house.clock.advance(hours=24)

    async def test_whoever_is_disabled_hears_later_what_waits(self, house: House) -> None:
        """What happens meanwhile is not kept for it; enabled again it begins anew."""
        shown = await story(house, 500)
        id = shown.webhook.id
        off = await house.steer.disable(id, ANNA, "by hand")
        assert (off.state, off.why) == (WebhookState.DISABLED, "by hand")
        assert await house.steer.disable(id, ANNA, "again") == off
        await house.happens()
        await house.relay()
        assert await house.later(hours=1) == 0
        on = await house.steer.enable(id, ANNA)
        assert (on.state, on.why, on.failing_since) == (WebhookState.ENABLED, "", None)
        assert await house.deliver() == 1
        assert [each.state for each in await house.told(shown.webhook)] == ["delivered"]

    async def test_whoever_is_removed_hears_nothing_ever_again(self, house: House) -> None:
        """What waits is given up, the secrets are forgotten, and there is no way back."""
        shown = await story(house, 500)
        id = shown.webhook.id
        gone = await house.steer.remove(id, ANNA)
        assert gone.secret == b""
        assert list(await house.webhooks.all()) == []
        (told,) = await house.told(shown.webhook)
        assert (told.state, told.told) == (DeliveryState.DEAD, "the webhook was removed")
        for asked in (house.steer.enable(id, ANNA), house.steer.rotate(id, ANNA, uuid4())):
            with pytest.raises(WebhookMoved, match="is removed by now"):
                await asked
        with pytest.raises(WebhookMoved, match="is removed by now"):
            await house.replay.dead(id, ANNA)
        with pytest.raises(WebhookMoved, match="is removed by now"):
            await house.replay(told.id, ANNA)
        assert await house.steer.remove(id, ANNA) == gone

    async def test_nothing_waits_for_whoever_was_removed_meanwhile(self, house: House) -> None:
        """Though it was there when somebody asked for a replay: nobody would ever post it."""
        for all_of_it in (False, True):
            shown = await story(house, 500)
            (told,) = await house.told(shown.webhook)
            if all_of_it:
                await house.deliveries.drop(told.webhook, "no")
            replay = evolve(house.replay, transaction=Overtaken(house, told.webhook))
            asked = replay.dead(told.webhook, ANNA) if all_of_it else replay(told.id, ANNA)
            with pytest.raises(WebhookMoved, match="is removed by now"):
                await asked
            (left,) = await house.told(shown.webhook)
            assert left.state is DeliveryState.DEAD

    async def test_nobody_is_steered_who_is_not_there(self, house: House) -> None:
        """Unknown ids are said to be unknown."""
        with pytest.raises(WebhookMissing):
            await house.steer.remove(uuid4(), ANNA)  # type: ignore[arg-type]
        with pytest.raises(DeliveryMissing):
            await house.replay(uuid4(), ANNA)  # type: ignore[arg-type]


class TestReplaying:
    async def test_one_can_be_made_again(self, house: House) -> None:
        """Under the same id, whether it had arrived or not; what waits only waits."""
        shown = await story(house)
        (told,) = await house.told(shown.webhook)
        again = await house.replay(told.id, ANNA)
        assert again.state is DeliveryState.WAITING
        assert await house.replay(told.id, ANNA) == again
        assert await house.deliver() == 1
        assert len({each.headers["webhook-id"] for each in house.sender.posted}) == 1
        assert [each.number for each in await house.deliveries.attempts(told.id)] == [1, 2]

    async def test_all_that_was_given_up_can_be_made_again(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """From the first attempt of the plan on, so many at one go."""
        house.sender.always[URL] = NotExecuted("nobody is there")
        shown = await house.listens()
        for _ in range(3):
            await house.happens()
        await house.relay()
        await house.deliver()
        for delay in DELAYS:
            await house.later(seconds=delay.total_seconds() * 1.11)
        assert {each.state for each in await house.told(shown.webhook)} == {"dead"}
        house.sender.always.clear()
        monkeypatch.setattr(replaying, "REPLAYED_MAX", 2)
        assert await house.replay.dead(shown.webhook.id, ANNA) == 2
        assert await house.replay.dead(shown.webhook.id, ANNA) == 1
        assert await house.replay.dead(shown.webhook.id, ANNA) == 0
        assert await house.deliver() == 3
        assert {each.state for each in await house.told(shown.webhook)} == {"delivered"}
