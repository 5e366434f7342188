"""The past stays as it was: balances at any moment, and pages that do not move."""

from datetime import timedelta

import pytest

from ....core.balances import Closed, Expire, Ledger, Move, Place, Placed, Receipt, Release
from ....core.money import RUB, XTR
from .ground import (
    ALICE,
    BANK,
    BOB,
    SHOP,
    Ground,
    HandClock,
    coins,
    figures,
    funded,
    history,
    moved,
    opened,
    pay,
    placed,
    set_aside,
)

INSTANT = timedelta.resolution
MINUTE = timedelta(minutes=1)


class History(Ground):
    """`balance` at a moment, and `statement`."""

    async def test_a_balance_at_a_moment_counts_the_moment(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """Before opening nothing, then what had come by then, later what there is now."""
        start = clock.now()
        await funded(ledger)
        for units in (5, 7):
            clock.advance(minutes=1)
            await moved(ledger, pay(BANK, ALICE, units))
        clock.advance(minutes=1)
        await ledger.carry_out([Move.of(pay(ALICE, BOB, 2)), Move.of(pay(ALICE, BOB, 4))])
        for at, wanted in (
            (start - timedelta(days=9), 0),
            (start, 0),
            (start + MINUTE - INSTANT, 0),
            (start + MINUTE, 5),
            (start + MINUTE + INSTANT, 5),
            (start + 2 * MINUTE - INSTANT, 5),
            (start + 2 * MINUTE, 12),
            (start + 3 * MINUTE - INSTANT, 12),
            (start + 3 * MINUTE, 6),
            (start + timedelta(days=9), 6),
        ):
            assert await figures(ledger, ALICE, at=at) == (wanted, 0, wanted), at
        assert await figures(ledger, ALICE) == (6, 0, 6)
        assert await figures(ledger, BANK, at=start + MINUTE) == (-5, 0, -5)

    async def test_holds_at_a_moment(self, ledger: Ledger, clock: HandClock) -> None:
        """A hold counts from its placing until just before its closing, however it was closed."""
        await funded(ledger, alice=100)
        await funded(ledger, RUB, alice=100)
        start = clock.now()
        captured, released = set_aside(ALICE, 10), set_aside(ALICE, 20)
        expired = set_aside(ALICE, 40, expires_at=start + 2 * MINUTE)
        await placed(ledger, set_aside(ALICE, 50, RUB))
        clock.advance(minutes=1)
        await ledger.carry_out([Place(captured), Place(released), Place(expired)])
        clock.advance(minutes=1)
        await moved(ledger, pay(ALICE, SHOP, 4), hold=captured.id)
        clock.advance(minutes=1)
        await ledger.carry_out([Release(released.id)])
        clock.advance(minutes=1)
        await ledger.carry_out([Expire(expired.id)])
        for at, wanted in (
            (start + MINUTE - INSTANT, (100, 0, 100)),
            (start + MINUTE, (100, 70, 30)),
            (start + 2 * MINUTE - INSTANT, (100, 70, 30)),
            (start + 2 * MINUTE, (96, 60, 36)),
            (start + 3 * MINUTE - INSTANT, (96, 60, 36)),
            (start + 3 * MINUTE, (96, 40, 56)),
            (start + 4 * MINUTE - INSTANT, (96, 40, 56)),
            (start + 4 * MINUTE, (96, 0, 96)),
        ):
            assert await figures(ledger, ALICE, at=at) == wanted, at
        assert await figures(ledger, ALICE, RUB, at=start) == (100, 50, 50)
        assert await figures(ledger, SHOP, at=start + 2 * MINUTE) == (4, 0, 4)

    async def test_a_clock_that_steps_back_does_not_turn_history(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """What comes later is never dated earlier, for any account or hold it touches."""
        await funded(ledger, alice=10)
        clock.advance(hours=1)
        (await moved(ledger, pay(BANK, ALICE, 1))).posted[0]
        newest = clock.now()
        clock.advance(minutes=-30)
        receipt = await moved(ledger, pay(ALICE, BOB, 1))
        assert receipt.posted[0].at == newest
        # Bob alone was last touched then, too.
        assert (await moved(ledger, pay(BOB, SHOP, 1))).posted[0].at == newest
        hold = set_aside(ALICE, 5)
        assert (await placed(ledger, hold)).at == newest
        (closed,) = await ledger.carry_out([Release(hold.id)])
        assert isinstance(closed, Closed)
        assert closed.at == newest
        entries = await history(ledger, ALICE)
        times = [entry.posted.at for entry in entries]
        assert times == sorted(times, reverse=True)
        assert await figures(ledger, ALICE, at=newest - INSTANT) == (10, 0, 10)
        assert await figures(ledger, ALICE, at=newest) == (10, 0, 10)
        clock.advance(hours=1)
        assert (await moved(ledger, pay(ALICE, BOB, 1))).posted[0].at == clock.now()

    async def test_a_moment_in_the_books_outlives_a_hold_that_is_late_by_it(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """Whether a hold is late is judged by the account's own time, which never goes back."""
        await funded(ledger, alice=10)
        until = clock.now() + MINUTE
        hold = set_aside(ALICE, 5, expires_at=until)
        await placed(ledger, hold)
        clock.advance(minutes=2)
        await moved(ledger, pay(ALICE, BOB, 1))
        touched = clock.now()
        clock.advance(minutes=-2)
        (closed,) = await ledger.carry_out([Expire(hold.id)])
        assert isinstance(closed, Closed)
        assert closed.at == touched

    async def test_opening_is_a_moment_too(self, ledger: Ledger, clock: HandClock) -> None:
        """Nothing is dated before the account was opened, even when the clock was."""
        start = clock.now()
        await funded(ledger)
        clock.advance(hours=-1)
        assert (await moved(ledger, pay(BANK, ALICE, 1))).posted[0].at == start

    async def test_an_entry_shows_its_own_side(self, ledger: Ledger, clock: HandClock) -> None:
        """Number, sign, running balance and counterpart are those of the account asked for."""
        await funded(ledger, alice=10)
        clock.advance(seconds=1)
        transfer = pay(ALICE, BOB, 4)
        (kept,) = (await moved(ledger, transfer)).posted
        (newest, _) = (await ledger.statement(ALICE, XTR)).entries
        assert (newest.number, newest.change, newest.after) == (2, coins(-4), coins(6))
        assert (newest.posted, newest.counterpart) == (kept, BOB)
        (only,) = (await ledger.statement(BOB, XTR)).entries
        assert (only.number, only.change, only.after) == (1, coins(4), coins(4))
        assert (only.posted, only.counterpart) == (kept, ALICE)

    async def test_entries_are_numbered_without_gaps(self, ledger: Ledger) -> None:
        """Refusals and repetitions take no number; every running balance follows from the last."""
        await funded(ledger, alice=20)
        first = pay(ALICE, BOB, 1)
        commands = [Move.of(first), Move.of(pay(ALICE, BOB, 99)), Move.of(first)]
        commands += [Move.of(pay(ALICE, BOB, 2), pay(BOB, ALICE, 3), pay(ALICE, SHOP, 99))]
        commands += [Move.of(pay(ALICE, BOB, n), pay(BOB, ALICE, 1)) for n in (2, 3, 4)]
        await ledger.carry_out(commands)
        for account in (ALICE, BOB):
            entries = (await history(ledger, account))[::-1]
            assert [entry.number for entry in entries] == [*range(1, len(entries) + 1)]
            balance = 0
            for entry in entries:
                balance += entry.change.units
                assert entry.after == coins(balance)
            assert await figures(ledger, account) == (balance, 0, balance)
        assert len(await history(ledger, ALICE)) == 8

    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8, 50])
    async def test_pages_are_complete(self, ledger: Ledger, size: int) -> None:
        """Newest first, none twice, none left out, and the last page says that it is."""
        await funded(ledger)
        for n in range(7):
            await moved(ledger, pay(BANK, ALICE, n + 1))
        numbers: list[int] = []
        before: int | None = None
        while True:
            page = await ledger.statement(ALICE, XTR, before=before, limit=size)
            numbers += [entry.number for entry in page.entries]
            assert 1 <= len(page.entries) <= size
            assert before is None or page.entries[0].number == before - 1
            if (before := page.next) is None:
                break
            assert before == page.entries[-1].number
        assert numbers == [7, 6, 5, 4, 3, 2, 1]

    async def test_pages_stand_still_while_entries_come(self, ledger: Ledger) -> None:
        """What is newer than the first page stays out of the others."""
        await funded(ledger)
        for _ in range(5):
            await moved(ledger, pay(BANK, ALICE, 1))
        first = await ledger.statement(ALICE, XTR, limit=2)
        second = await ledger.statement(ALICE, XTR, before=first.next, limit=2)
        await ledger.carry_out([Move.of(pay(BANK, ALICE, 1)) for _ in range(4)])
        assert await ledger.statement(ALICE, XTR, before=first.next, limit=2) == second
        assert [entry.number for entry in second.entries] == [3, 2]
        third = await ledger.statement(ALICE, XTR, before=second.next, limit=2)
        assert ([entry.number for entry in third.entries], third.next) == ([1], None)

    async def test_pages_may_begin_anywhere(self, ledger: Ledger) -> None:
        """Beyond the newest entry is the newest page, before the first one there is nothing."""
        await funded(ledger, alice=5)
        await moved(ledger, pay(ALICE, BOB, 1))
        newest = await ledger.statement(ALICE, XTR)
        assert [entry.number for entry in newest.entries] == [2, 1]
        assert await ledger.statement(ALICE, XTR, before=3) == newest
        assert await ledger.statement(ALICE, XTR, before=2**62) == newest
        for before in (1, 0):
            nothing = await ledger.statement(ALICE, XTR, before=before)
            assert (nothing.entries, nothing.next) == ((), None)

    async def test_statements_of_assets_are_apart(self, ledger: Ledger) -> None:
        """One name has a history of its own in every asset."""
        await funded(ledger, alice=5)
        await funded(ledger, RUB, alice=7)
        (entry,) = await history(ledger, ALICE, RUB)
        assert (entry.number, entry.change) == (1, coins(7, RUB))
        assert len(await history(ledger, ALICE)) == 1

    async def test_repetitions_do_not_touch_an_account(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """What changes nothing leaves no trace in time either."""
        await funded(ledger, alice=5)
        start = clock.now()
        move, hold = Move.of(pay(ALICE, BOB, 1)), Place(set_aside(ALICE, 1))
        first = await ledger.carry_out([move, hold])
        clock.advance(hours=1)
        again = await ledger.carry_out([move, hold, Move.of(pay(ALICE, BOB, 99))])
        assert list(again[:2]) == list(first)
        clock.advance(hours=-1)
        receipt = await moved(ledger, pay(ALICE, BOB, 1))
        assert receipt.posted[0].at == start
        assert isinstance(again[0], Receipt)
        assert isinstance(again[1], Placed)

    async def test_an_untouched_account_has_an_empty_past(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """Nothing then, nothing now."""
        await opened(ledger, ALICE)
        for at in (None, clock.now(), clock.now() - MINUTE, clock.now() + MINUTE):
            assert await figures(ledger, ALICE, at=at) == (0, 0, 0)
