"""The contract of `core.leases.Leases`."""

import asyncio
from typing import Any

import pytest
from attrs import evolve

from ...core.leases import Lease, LeaseLost, Leases
from ...core.transaction import Transaction
from ...core.wording import MalformedText
from .cache import Passing
from .stumbling import undone

SECONDS = 600.0
"""Longer than any test takes on a slow machine."""


async def taken(leases: Leases, holder: str = "ann", name: str = "bot") -> Lease:
    """The lease, which nobody else has."""
    lease = await leases.take(name, holder, SECONDS)
    assert lease is not None
    return lease


@pytest.mark.asyncio
class LeasesContract:
    """
    What every place for leases does. Subclass it in a test and override its fixtures: `leases`,
    where none was ever taken; `other`, the same as another process sees them, or the same;
    `transaction` of the storage of `leases`; and `passing`, which lets time pass for both without
    waiting.
    """

    @pytest.fixture
    def leases(self) -> Leases:
        """No leases."""
        raise NotImplementedError("override the fixture `leases`")

    @pytest.fixture
    def other(self, leases: Leases) -> Leases:
        """Another way to the same."""
        return leases

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of the storage of `leases`."""
        raise NotImplementedError("override the fixture `transaction`")

    @pytest.fixture
    def passing(self) -> Passing:
        """What lets time pass."""
        raise NotImplementedError("override the fixture `passing`")

    async def test_one_at_a_time_has_it(self, leases: Leases, other: Leases) -> None:
        """Whoever else asks gets nothing; another name is another lease."""
        lease = await taken(leases)
        assert (lease.name, lease.holder) == ("bot", "ann")
        assert await other.take("bot", "bob", SECONDS) is None
        assert (await taken(other, "bob", "signer")).holder == "bob"

    async def test_its_holder_gets_the_same_again(
        self, leases: Leases, other: Leases, passing: Passing
    ) -> None:
        """Under the same token, and it lasts so long from then."""
        lease = await taken(leases)
        await passing(400)
        assert await taken(other) == lease
        await passing(400)
        assert await other.take("bot", "bob", SECONDS) is None

    async def test_it_ends(self, leases: Leases, other: Leases, passing: Passing) -> None:
        """Then whoever asks first has it, and his token is greater; the last holder has nothing."""
        first = await taken(leases)
        await passing(300)
        assert await other.take("bot", "bob", SECONDS) is None
        await passing(301)
        second = await taken(other, "bob")
        assert second.token > first.token
        assert await leases.take("bot", "ann", SECONDS) is None
        await passing(601)
        third = await taken(other, "bob")
        assert third.token > second.token  # between the two it was nobody's

    async def test_it_is_extended(self, leases: Leases, other: Leases, passing: Passing) -> None:
        """So long from then, again and again."""
        lease = await taken(leases)
        for _ in range(3):
            await passing(400)
            await other.extend(lease, SECONDS)
        assert await other.take("bot", "bob", SECONDS) is None
        await leases.prove(lease)

    async def test_what_is_over_is_not_extended(
        self, leases: Leases, other: Leases, passing: Passing
    ) -> None:
        """Not when its time is over, when it was given back, or when somebody else has it."""
        lease = await taken(leases)
        await passing(601)
        await self._lost(leases, lease)
        second = await taken(other, "bob")
        await self._lost(leases, lease)
        await other.give_back(second)
        await self._lost(leases, second)
        third = await taken(leases)
        await self._lost(leases, lease)
        await leases.prove(third)

    @pytest.mark.parametrize("other_than", [{"token": 7}, {"holder": "bob"}, {"name": "signer"}])
    async def test_a_lease_that_never_was_is_lost(
        self, leases: Leases, other_than: dict[str, Any]
    ) -> None:
        """One with another token, another holder, another name."""
        lease = await taken(leases)
        forged = evolve(lease, **other_than)
        await self._lost(leases, forged)
        await leases.give_back(forged)
        await leases.prove(lease)

    async def test_what_is_given_back_can_be_had(self, leases: Leases, other: Leases) -> None:
        """At once; giving it back again, or late, takes it from nobody."""
        first = await taken(leases)
        await leases.give_back(first)
        await leases.give_back(first)
        second = await taken(other, "bob")
        assert second.token > first.token
        await leases.give_back(first)
        await other.prove(second)

    async def test_leases_come_with_the_transaction(
        self, leases: Leases, other: Leases, transaction: Transaction
    ) -> None:
        """When it is undone nothing was taken."""
        async with undone(transaction):
            await taken(leases)
        lease = await taken(other, "bob")
        async with transaction():
            await leases.prove(lease)
        async with transaction():
            with pytest.raises(LeaseLost):
                await leases.prove(evolve(lease, token=lease.token + 1))

    async def test_nobody_gets_it_while_it_is_proven(
        self, leases: Leases, other: Leases, transaction: Transaction
    ) -> None:
        """Whoever asks meanwhile waits for the end of the transaction that proved it."""
        lease = await taken(leases)
        async with transaction():
            await leases.prove(lease)
            asked = asyncio.create_task(other.take("bot", "bob", SECONDS))
            await asyncio.wait([asked], timeout=0.05)
            assert not asked.done()
        assert await asked is None

    async def test_they_are_seen(self, leases: Leases, passing: Passing) -> None:
        """By name, with their last holders and how long they still last, or have been over."""
        assert list(await leases.seen()) == []
        signer = await taken(leases, "bob", "signer")
        await passing(400)
        bot = await taken(leases)
        await passing(400)
        first, second = await leases.seen()
        assert (first.lease, second.lease) == (bot, signer)
        assert 100 < first.seconds_left <= 200
        assert -300 < second.seconds_left <= -200
        await leases.give_back(bot)
        assert (await leases.seen())[0].seconds_left <= 0

    async def test_many_ask_at_once(self, leases: Leases, other: Leases) -> None:
        """One of them has it."""
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task((leases, other)[turn % 2].take("bot", f"w{turn}", SECONDS))
                for turn in range(10)
            ]
        got = [lease for each in asked if (lease := each.result()) is not None]
        assert len(got) == 1
        await other.prove(got[0])

    @pytest.mark.parametrize(("name", "holder"), [("a\n", "b"), ("a", "b" * 129)])
    async def test_names_are_words(self, leases: Leases, name: str, holder: str) -> None:
        """What cannot be shown on one line is refused."""
        with pytest.raises(MalformedText):
            await leases.take(name, holder, SECONDS)

    async def _lost(self, leases: Leases, lease: Lease) -> None:
        for question in (leases.prove(lease), leases.extend(lease, SECONDS)):
            with pytest.raises(LeaseLost) as lost:
                await question
            assert lost.value.like(LeaseLost(lease.name, lease.holder))
