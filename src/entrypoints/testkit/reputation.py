"""The contract of `core.resilience.Reputations`."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from ...core.resilience import Reputation, Reputations, State

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PRICE = Reputation(
    pool="shop",
    operation="price",
    candidate="first",
    success=0.3,
    latency_seconds=0.125,
    state=State.OPEN,
    at=NOON,
)


@pytest.mark.asyncio
class ReputationsContract:
    """
    What every memory of pools does. Subclass it in a test and override two fixtures:
    `reputations`, empty, and `other`, which keeps them in the same place as another process would.
    """

    @pytest.fixture
    def reputations(self) -> Reputations:
        """An empty memory."""
        raise NotImplementedError("override the fixture `reputations`")

    @pytest.fixture
    def other(self, reputations: Reputations) -> Reputations:
        """Another way to the same memory."""
        return reputations

    async def test_nothing_is_known_at_first(self, reputations: Reputations) -> None:
        """Nor after keeping nothing."""
        await reputations.keep([])
        assert list(await reputations.of("shop")) == []

    async def test_each_is_kept_as_it_was(
        self, reputations: Reputations, other: Reputations
    ) -> None:
        """To the last bit and the microsecond, in every state, with a latency or without."""
        kept = [
            evolve(
                PRICE,
                candidate=f"c{place}",
                state=state,
                success=success,
                latency_seconds=latency,
                at=NOON + timedelta(microseconds=place),
            )
            for place, (state, success, latency) in enumerate(
                zip(State, (0.1 + 0.2, 0.0, 1.0, 1 / 3), (None, 0.0, 1e-7, 123.4), strict=True)
            )
        ]
        await reputations.keep(kept)
        known = list(await other.of("shop"))
        assert known == kept
        assert {type(each.state) for each in known} == {State}
        assert {each.at.utcoffset() for each in known} == {timedelta(0)}

    async def test_they_come_by_operation_and_candidate(self, reputations: Reputations) -> None:
        """However they were kept, and only those of the pool that was asked about."""
        names = [("buy", "first"), ("price", "first"), ("price", "second"), ("price_2", "a")]
        ours = [evolve(PRICE, operation=each, candidate=name) for each, name in names]
        await reputations.keep([ours[2], evolve(PRICE, pool="other"), ours[0]])
        await reputations.keep([ours[3], ours[1], evolve(PRICE, pool="shop2")])
        assert list(await reputations.of("shop")) == ours
        assert list(await reputations.of("shop2")) == [evolve(PRICE, pool="shop2")]
        assert list(await reputations.of("nobody")) == []

    async def test_what_is_newer_replaces_what_was_known(
        self, reputations: Reputations, other: Reputations
    ) -> None:
        """Everything of it; what is as new does so too, and others stay as they were."""
        second = evolve(PRICE, candidate="second")
        await reputations.keep([PRICE, second])
        newer = evolve(
            PRICE,
            success=0.9,
            latency_seconds=None,
            state=State.CLOSED,
            at=NOON + timedelta(microseconds=1),
        )
        await other.keep([newer])
        assert list(await reputations.of("shop")) == [newer, second]
        again = evolve(newer, state=State.RECOVERING)
        await reputations.keep([again])
        assert list(await other.of("shop")) == [again, second]

    async def test_what_is_older_changes_nothing(
        self, reputations: Reputations, other: Reputations
    ) -> None:
        """A process that is late does not undo what another one learnt since."""
        older = evolve(PRICE, success=1.0, at=NOON - timedelta(microseconds=1))
        await reputations.keep([PRICE])
        await other.keep([older, evolve(PRICE, candidate="second")])
        assert list(await reputations.of("shop")) == [PRICE, evolve(PRICE, candidate="second")]

    @pytest.mark.parametrize("newest_first", [True, False])
    async def test_the_newest_of_one_list_wins(
        self, reputations: Reputations, newest_first: bool
    ) -> None:
        """Whatever its place in the list."""
        older = evolve(PRICE, success=1.0, at=NOON - timedelta(hours=1))
        await reputations.keep([PRICE, older] if newest_first else [older, PRICE])
        assert list(await reputations.of("shop")) == [PRICE]

    async def test_the_newest_of_many_processes_wins(
        self, reputations: Reputations, other: Reputations
    ) -> None:
        """When all of them keep at once, each in an order of its own."""
        names = ["first", "second", "third"]
        told = [
            evolve(PRICE, candidate=name, success=step / 10, at=NOON + timedelta(seconds=step))
            for step in range(8)
            for name in names
        ]
        async with asyncio.TaskGroup() as group:
            for step in range(8):
                lot = told[3 * step : 3 * step + 3]
                keeper = (reputations, other)[step % 2]
                group.create_task(keeper.keep(lot if step % 3 else lot[::-1]))
        assert list(await reputations.of("shop")) == told[-3:]
