"""The contract of `core.errands.Errands`."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from ...core.errands import Answer, Errand, Errands, ErrandUnderWay, IdempotencyKeyReused

NOON = datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=UTC)
LATER = NOON + timedelta(seconds=30)
DONE = Answer(201, "application/json", b'{"id":"\xd0\xbf"}\x00')
OTHER = Answer(422, "application/problem+json", b"{}")
MINE, YOURS = UUID(int=1), UUID(int=2)


def errand(key: str = "k", contents: bytes = b"buy", caller: str = "ann") -> Errand:
    """What Ann asks for."""
    return Errand.of(caller, "POST /v1/purchases", key, contents)


@pytest.mark.asyncio
class ErrandsContract:
    """
    What every place for errands does. Subclass it in a test and override two fixtures: `errands`,
    empty, and `other`, which keeps them in the same place as another process would.
    """

    @pytest.fixture
    def errands(self) -> Errands:
        """An empty place."""
        raise NotImplementedError("override the fixture `errands`")

    @pytest.fixture
    def other(self, errands: Errands) -> Errands:
        """Another way to the same place."""
        return errands

    async def test_one_begins_and_others_are_told(self, errands: Errands, other: Errands) -> None:
        """Whoever comes second, from wherever, until the last moment before it is over."""
        assert await errands.begin(errand(), MINE, NOON, LATER) is None
        for moment in (NOON, LATER - timedelta(microseconds=1)):
            with pytest.raises(ErrandUnderWay):
                await other.begin(errand(), YOURS, moment, LATER)

    async def test_an_answer_is_kept_as_it_was(self, errands: Errands, other: Errands) -> None:
        """To the byte, for everybody who asks the same, however late."""
        await errands.begin(errand(), MINE, NOON, LATER)
        assert await errands.answer(errand().id, DONE) == DONE
        for moment in (NOON, LATER, LATER + timedelta(hours=1)):
            assert await other.begin(errand(), YOURS, moment, LATER) == DONE

    async def test_keys_are_apart(self, errands: Errands) -> None:
        """Of callers, and of one caller."""
        for each in (errand(), errand(key="k2"), errand(caller="bob")):
            assert await errands.begin(each, MINE, NOON, LATER) is None

    async def test_other_contents_are_refused(self, errands: Errands) -> None:
        """While it is done, when it was given up, when it is over, and when it was answered."""
        await errands.begin(errand(), MINE, NOON, LATER)
        wrong = errand(contents=b"sell")

        async def refused(at: datetime) -> None:
            with pytest.raises(IdempotencyKeyReused) as no:
                await errands.begin(wrong, YOURS, at, LATER)
            assert no.value.errand == errand().id

        await refused(NOON)
        await errands.give_up(errand().id, MINE)
        await refused(NOON)
        await refused(LATER)
        await errands.answer(errand().id, DONE)
        await refused(NOON)

    async def test_who_has_died_is_succeeded(self, errands: Errands, other: Errands) -> None:
        """By one, once it is over."""
        await errands.begin(errand(), MINE, NOON, LATER)
        until = LATER + timedelta(seconds=30)
        assert await other.begin(errand(), YOURS, LATER, until) is None
        with pytest.raises(ErrandUnderWay):
            await errands.begin(errand(), MINE, LATER, until)

    async def test_what_is_given_up_is_free(self, errands: Errands, other: Errands) -> None:
        """At once; and nobody gives up what is not theirs, or was answered."""
        await errands.begin(errand(), MINE, NOON, LATER)
        await errands.give_up(errand().id, YOURS)
        await errands.give_up(errand(key="unknown").id, MINE)
        with pytest.raises(ErrandUnderWay):
            await other.begin(errand(), YOURS, NOON, LATER)
        await errands.give_up(errand().id, MINE)
        assert await other.begin(errand(), YOURS, NOON, LATER) is None
        await errands.answer(errand().id, DONE)
        await errands.give_up(errand().id, YOURS)
        assert await other.begin(errand(), MINE, NOON, LATER) == DONE

    async def test_the_first_answer_counts(self, errands: Errands, other: Errands) -> None:
        """Also for who was succeeded meanwhile, and answers late."""
        await errands.begin(errand(), MINE, NOON, LATER)
        await other.begin(errand(), YOURS, LATER, LATER + timedelta(seconds=30))
        assert await errands.answer(errand().id, DONE) == DONE
        assert await other.answer(errand().id, OTHER) == DONE
        assert await other.begin(errand(), YOURS, LATER, LATER) == DONE

    async def test_what_is_old_is_forgotten(self, errands: Errands) -> None:
        """The oldest first, answered or not, and only what was over before; then it is new."""
        for number in range(4):
            until = NOON + timedelta(seconds=number)
            await errands.begin(errand(key=f"{number}"), MINE, NOON, until)
        await errands.answer(errand(key="1").id, DONE)
        before = NOON + timedelta(seconds=3)
        assert await errands.forget(before, 1) == 1
        assert await errands.begin(errand(key="0"), YOURS, NOON, LATER) is None
        assert await errands.begin(errand(key="1"), YOURS, NOON, LATER) == DONE
        assert await errands.forget(before, 10) == 2
        assert await errands.forget(before, 10) == 0
        assert await errands.begin(errand(key="1", contents=b"x"), YOURS, NOON, LATER) is None
        with pytest.raises(ErrandUnderWay):
            await errands.begin(errand(key="3"), YOURS, NOON, LATER)

    async def test_what_is_forgotten_meanwhile_is_not_kept(self, errands: Errands) -> None:
        """Whoever did it hears their own answer."""
        assert await errands.answer(errand().id, DONE) == DONE
        assert await errands.begin(errand(), MINE, NOON, LATER) is None

    async def test_many_ask_at_once(self, errands: Errands, other: Errands) -> None:
        """One of them begins."""

        async def begun(number: int) -> bool:
            try:
                await (errands, other)[number % 2].begin(
                    errand(), UUID(int=number + 1), NOON, LATER
                )
            except ErrandUnderWay:
                return False
            return True

        assert sum(await asyncio.gather(*map(begun, range(16)))) == 1
