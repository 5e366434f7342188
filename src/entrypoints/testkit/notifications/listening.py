"""The contract of `core.notifications.Webhooks`."""

import asyncio
from uuid import uuid4

import pytest
from attrs import evolve

from ....core.notifications import (
    WEBHOOK_MOVES,
    Webhook,
    WebhookId,
    WebhookMissing,
    WebhookMoved,
    Webhooks,
    WebhookState,
)
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import MINUTE, NOON, webhook

STATES = tuple(WebhookState)


@pytest.mark.asyncio
class WebhooksContract:
    """
    What every place for webhooks does. Subclass it in a test and override two fixtures:
    `webhooks`, empty, and `transaction` of the same storage.
    """

    @pytest.fixture
    def webhooks(self) -> Webhooks:
        """An empty place."""
        raise NotImplementedError("override the fixture `webhooks`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of the storage."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_each_is_kept_as_it_was(self, webhooks: Webhooks) -> None:
        """Everything about it, whether it is there or not."""
        bare = webhook()
        full = webhook(
            events=("*", "refund.done", "named.by_another_version"),
            account="user:42",
            old_secret=b"\x00older",
            old_until=NOON + MINUTE,
            state=WebhookState.DISABLED,
            why="«why»",
            failing_since=NOON - MINUTE,
            resting_until=NOON + 2 * MINUTE,
            version=7,
        )
        for each in (bare, full):
            assert await webhooks.add(each) == each
            assert await webhooks.get(each.id) == each

    async def test_a_known_one_is_not_kept_again(self, webhooks: Webhooks) -> None:
        """The one that is there is answered."""
        first = webhook()
        await webhooks.add(first)
        assert await webhooks.add(evolve(first, url="https://other.example/")) == first
        assert list(await webhooks.all()) == [first]

    async def test_nobody_has_an_unknown_id(self, webhooks: Webhooks) -> None:
        """Neither to read nor to change."""
        with pytest.raises(WebhookMissing):
            await webhooks.get(WebhookId(uuid4()))
        with pytest.raises(WebhookMissing):
            await webhooks.put(webhook(version=1))

    async def test_its_next_version_is_kept(self, webhooks: Webhooks) -> None:
        """All that may change does; its address, its account and its beginning do not."""
        first = webhook()
        await webhooks.add(first)
        after = first.changed(
            events=("refund.*",),
            secret=b"new",
            old_secret=b"old",
            old_until=NOON + MINUTE,
            state=WebhookState.DISABLED,
            why="why",
            failing_since=NOON,
            resting_until=NOON,
        )
        stranger = evolve(
            after, url="https://other.example/", account="user:1", created_at=NOON + MINUTE
        )
        await webhooks.put(stranger)
        assert await webhooks.get(first.id) == after

    async def test_an_old_version_changes_nothing(self, webhooks: Webhooks) -> None:
        """Whoever is late is told in which state it is."""
        first = webhook()
        await webhooks.add(first)
        await webhooks.put(first.disabled("why"))
        for late in (first.disabled("other"), evolve(first, version=5)):
            with pytest.raises(WebhookMoved) as error:
                await webhooks.put(late)
            assert (error.value.webhook, error.value.state) == (first.id, "disabled")
        assert (await webhooks.get(first.id)).why == "why"

    @pytest.mark.parametrize("one", STATES)
    @pytest.mark.parametrize("two", STATES)
    async def test_it_moves_as_the_table_says(
        self, webhooks: Webhooks, one: WebhookState, two: WebhookState
    ) -> None:
        """From every state to every state; staying is no move."""
        first = _in(one)
        await webhooks.add(first)
        after = evolve(_in(two), id=first.id, version=1)
        if two is one or two in WEBHOOK_MOVES[one]:
            await webhooks.put(after)
            assert (await webhooks.get(first.id)).state is two
        else:
            with pytest.raises(WebhookMoved):
                await webhooks.put(after)
            assert await webhooks.get(first.id) == first

    async def test_those_that_are_there_come_oldest_first(self, webhooks: Webhooks) -> None:
        """Enabled or not; what was removed is still known by its id."""
        ids = sorted(WebhookId(uuid4()) for _ in range(4))
        there = [webhook(id=ids[0]), webhook(id=ids[1]), webhook(created_at=NOON + MINUTE)]
        for each in reversed(there):
            await webhooks.add(each)
        gone = webhook(id=ids[2], created_at=NOON - MINUTE)
        await webhooks.add(gone)
        assert list(await webhooks.all()) == [gone, *there]
        await webhooks.put(gone.removed())
        off = there[0].disabled("why")
        await webhooks.put(off)
        assert list(await webhooks.all()) == [off, *there[1:]]
        assert await webhooks.get(gone.id) == gone.removed()

    async def test_changes_go_with_the_transaction(
        self, webhooks: Webhooks, transaction: Transaction
    ) -> None:
        """When it is undone, it is as before."""
        first, never = webhook(), webhook()
        await webhooks.add(first)
        async with undone(transaction):
            await webhooks.put(first.disabled("why"))
            await webhooks.add(never)
            assert len(await webhooks.all()) == 2
        assert list(await webhooks.all()) == [first]

    async def test_whoever_reads_it_to_change_it_is_alone(
        self, webhooks: Webhooks, transaction: Transaction
    ) -> None:
        """Many who count its versions up lose none."""
        first = webhook()
        await webhooks.add(first)

        async def change() -> None:
            async with transaction():
                await webhooks.put((await webhooks.get(first.id)).changed())

        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(change())
        assert (await webhooks.get(first.id)).version == 5


def _in(state: WebhookState) -> Webhook:
    """One that is in that state, and was made so."""
    if state is WebhookState.REMOVED:
        return webhook(state=state, secret=b"", why="removed")
    return webhook(state=state, why="" if state is WebhookState.ENABLED else "why")
