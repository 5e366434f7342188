"""The contract of `core.payments.Notices`."""

import asyncio
from datetime import timedelta

import pytest
from attrs import evolve

from ....core.payments import Hint, Notice, NoticeMissing, Notices
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import NOON, QUOTED, TICK, Ground, meanwhile, notice, payment_id

ALWAYS = NOON + timedelta(days=900)


async def waiting(notices: Notices) -> list[Notice]:
    """All that is to be read some day."""
    return list(await notices.waiting(ALWAYS, 1000))


class NoticesContract(Ground):
    """
    What everything that keeps notices does. Subclass it in a test and override the fixtures
    `notices` and `transaction`, of one empty storage.
    """

    @pytest.mark.parametrize(
        "told",
        [
            notice(),
            notice(raw=bytes(range(256)) * 256),
            notice(raw=b""),
            notice(hint=Hint(QUOTED, payment_id(), QUOTED), taken_at=NOON + 7 * TICK),
            notice(tries=3, outcome=QUOTED, read_at=NOON + timedelta(hours=1), method="a_1"),
        ],
        ids=["small", "long", "empty", "with a hint", "tried before"],
    )
    async def test_a_notice_is_kept_as_it_came(self, notices: Notices, told: Notice) -> None:
        """To the last byte and the microsecond, in UTC, whatever its hint names."""
        assert await notices.add(told) is True
        (kept,) = await waiting(notices)
        assert kept == await notices.get(told.method, told.hint.key) == told
        assert type(kept.raw) is bytes
        assert kept.taken_at.utcoffset() == (kept.read_at or ALWAYS).utcoffset() == timedelta(0)

    async def test_what_is_known_is_not_kept_again(self, notices: Notices) -> None:
        """Whatever it says this time, also when it was read; the key is one of its method only."""
        first = notice("key")
        assert await notices.add(first) is True
        assert await notices.add(first) is False
        assert await notices.add(notice("key", raw=b"other")) is False
        other = notice("key", method="other")
        assert await notices.add(other) is True
        assert await waiting(notices) == [first, other]
        await notices.put(first.done("settled"))
        assert await notices.add(first) is False
        assert await waiting(notices) == [other]

    async def test_the_oldest_are_read_first(self, notices: Notices) -> None:
        """In the order in which they were taken, of one microsecond as they were added."""
        steps = (2, 0, 1, 1, 1, 3)
        lot = [notice(f"{9 - n}", NOON + step * TICK) for n, step in enumerate(steps)]
        for each in lot:
            await notices.add(each)
        in_order = [lot[1], lot[2], lot[3], lot[4], lot[0], lot[5]]
        assert await waiting(notices) == in_order
        for limit in (1, 3, 6, 2**70):
            assert list(await notices.waiting(ALWAYS, limit)) == in_order[:limit]

    async def test_each_waits_for_its_moment(self, notices: Notices) -> None:
        """From the very microsecond on; asking changes nothing."""
        now, later = notice("now"), notice("later", read_at=NOON + TICK)
        await notices.add(later)
        await notices.add(now)
        assert list(await notices.waiting(NOON - TICK, 10)) == []
        assert list(await notices.waiting(NOON, 10)) == [now]
        assert list(await notices.waiting(NOON, 10)) == [now]
        assert list(await notices.waiting(NOON + TICK, 10)) == [later, now]

    async def test_what_was_read_waits_no_longer(self, notices: Notices) -> None:
        """Others do; what could not be read waits for another moment, with all that is known."""
        lot = [notice(f"{n}") for n in range(3)]
        for each in lot:
            await notices.add(each)
        await notices.put(lot[0].done("settled"))
        put_off = lot[1].put_off(NOON + TICK, QUOTED)
        await notices.put(put_off)
        assert list(await notices.waiting(NOON, 10)) == [lot[2]]
        assert await waiting(notices) == [put_off, lot[2]]
        again = put_off.put_off(NOON + 2 * TICK, "")
        await notices.put(again)
        assert await waiting(notices) == [again, lot[2]]
        assert again.tries == 2
        await notices.put(evolve(lot[0].done("x"), read_at=NOON))
        assert [each.outcome for each in await waiting(notices)] == ["x", "", ""]

    async def test_what_we_were_told_stays(self, notices: Notices) -> None:
        """Whatever is put."""
        told = notice("key", hint=Hint("key", payment_id(), "theirs"))
        await notices.add(told)
        for other in (
            evolve(told, raw=b"other"),
            evolve(told, taken_at=NOON + TICK),
            evolve(told, hint=Hint("key", payment_id(), "theirs")),
            evolve(told, hint=Hint("key", told.hint.payment, "other")),
        ):
            await notices.put(evolve(other, tries=1))
            assert await waiting(notices) == [evolve(told, tries=1)]

    async def test_what_a_person_has_to_look_at_is_found(self, notices: Notices) -> None:
        """The oldest first, of one moment by method and key, in pages; nothing else is there."""
        steps = {"z": 0, "a": 1, "B": 1, "é": 1, "y": 2}
        for key, step in steps.items():
            await notices.add(told := notice(key, NOON + step * TICK))
            await notices.put(told.given_up(QUOTED))
        await notices.add(bank := notice("z", NOON + TICK, method="a_bank"))
        await notices.put(bank.given_up("x"))
        await notices.add(notice("waits"))
        await notices.add(read := notice("read"))
        await notices.put(read.done("x"))
        found = [each.hint.key for each in await notices.unresolved(10)]
        assert found == ["z", "z", "B", "a", "é", "y"]
        for page in (1, 2, 3, 7):
            lot: list[Notice] = []
            after = None
            while some := await notices.unresolved(page, after):
                lot += some
                after = some[-1].taken_at, some[-1].method, some[-1].hint.key
            assert [each.hint.key for each in lot] == found
        assert {each.outcome for each in lot} == {QUOTED, "x"}
        assert all(each.unresolved and each.read_at is None for each in lot)
        assert [each.hint.key for each in await waiting(notices)] == ["waits"]

    async def test_a_person_decides_about_it(self, notices: Notices) -> None:
        """It is read once more, or rests; it stays as it came."""
        lot = [notice(key, NOON + n * TICK) for n, key in enumerate("ab")]
        for each in lot:
            await notices.add(each)
            await notices.put(each.given_up("in vain"))
        one, two = await notices.unresolved(10)
        await notices.put(one.begun_again(NOON + TICK))
        await notices.put(two.set_aside())
        assert list(await notices.unresolved(10)) == []
        assert await waiting(notices) == [evolve(lot[0], read_at=NOON + TICK, outcome="in vain")]
        rests = await notices.get("bank", "b")
        assert rests == evolve(lot[1].done("in vain"), unresolved=False)

    async def test_what_we_were_never_told_is_missing(self, notices: Notices) -> None:
        """A key is one of its method only."""
        await notices.add(notice("key"))
        for method, key in (("bank", "other"), ("other", "key")):
            with pytest.raises(NoticeMissing) as missing:
                await notices.get(method, key)
            assert missing.value.facts == {"method": method, "key": key}

    async def test_what_was_never_added_is_not_kept(self, notices: Notices) -> None:
        """Putting it changes nothing."""
        await notices.add(known := notice("known"))
        await notices.put(notice("other"))
        await notices.put(notice("known", method="other"))
        assert await waiting(notices) == [known]

    async def test_a_transaction_keeps_all_or_nothing(
        self, notices: Notices, transaction: Transaction
    ) -> None:
        """It sees its own writes; undone, it leaves nothing, and a key is as good as new."""
        old, new = notice("old"), notice("new")
        await notices.add(old)
        async with undone(transaction):
            assert await notices.add(new) is True
            assert await notices.add(new) is False
            await notices.put(old.done("x"))
            assert await waiting(notices) == [new]
            asked = await meanwhile(waiting(notices))
        assert await asked == [old]
        assert await waiting(notices) == [old]
        async with transaction():
            assert await notices.add(new) is True
            await notices.put(old.done("x"))
        assert await waiting(notices) == [new]

    async def test_of_many_who_add_one_key_it_is_new_to_one(self, notices: Notices) -> None:
        """All others are told that it was known."""
        lot = [notice("key", raw=bytes([n])) for n in range(8)]
        news = await asyncio.gather(*(notices.add(each) for each in lot))
        assert sorted(news) == [False] * 7 + [True]
        assert await waiting(notices) == [lot[news.index(True)]]

    async def test_who_adds_a_known_key_waits_for_its_transaction(
        self, notices: Notices, transaction: Transaction
    ) -> None:
        """Whether it was new is only known when that has ended, well or badly."""
        for key, block, new in (
            ("a", lambda: undone(transaction), True),
            ("b", transaction, False),
        ):
            async with block():
                await notices.add(notice(key, raw=b"first"))
                other = await meanwhile(notices.add(notice(key, raw=b"second")))
                assert not other.done()
            assert await other is new
            kept = {each.hint.key: each.raw for each in await waiting(notices)}
            assert kept[key] == (b"second" if new else b"first")
