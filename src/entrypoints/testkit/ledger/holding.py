"""Money set aside: only its capture spends it, and in the end every unit is somewhere."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ....core.balances import (
    Account,
    AccountMissing,
    AssetDiffers,
    CeilingReached,
    Closed,
    Company,
    Expire,
    HoldClosed,
    HoldElsewhere,
    HoldExceeded,
    HoldLate,
    HoldMissing,
    HoldNotDue,
    HoldState,
    InsufficientFunds,
    KeptHold,
    Ledger,
    Move,
    Place,
    Placed,
    Receipt,
    Release,
)
from ....core.money import RUB, TON, UNITS_MAX, XTR, Asset
from .ground import (
    ALICE,
    BANK,
    BOB,
    NOBODY,
    SHOP,
    Ground,
    HandClock,
    coins,
    figures,
    funded,
    history,
    hold_id,
    moved,
    pay,
    picture,
    placed,
    posted,
    refusal,
    same,
    set_aside,
)

MINUTE = timedelta(minutes=1)


class Holding(Ground):
    """`carry_out` of holds and captures, `hold`, `holds` and `late_holds`."""

    async def test_a_hold_sets_money_aside(self, ledger: Ledger, clock: HandClock) -> None:
        """It is still the account's, no longer available, and makes no entry."""
        await funded(ledger, alice=10)
        clock.advance(seconds=0.000001)
        until = clock.now() + MINUTE
        hold = set_aside(ALICE, 6, reference='«заказ» "7" \\ it\'s', expires_at=until)
        assert await placed(ledger, hold) == Placed(hold, clock.now())
        assert await figures(ledger, ALICE) == (10, 6, 4)
        kept = KeptHold(hold, HoldState.OPEN, coins(0), clock.now())
        assert await ledger.hold(hold.id) == kept
        assert len(await history(ledger, ALICE)) == 1

    async def test_the_same_hold_again_changes_nothing(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """It is answered as the first time: in one list, later, and after it was closed."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 6, expires_at=clock.now() + MINUTE)
        first, again = await ledger.carry_out([Place(hold), Place(hold)])
        assert first == again == Placed(hold, clock.now())
        clock.advance(hours=1)
        assert await placed(ledger, hold) == first
        await ledger.carry_out([Release(hold.id)])
        assert await placed(ledger, hold) == first
        assert await figures(ledger, ALICE) == (10, 0, 10)

    async def test_an_end_is_a_moment_in_any_zone(self, ledger: Ledger, clock: HandClock) -> None:
        """The same moment written for another zone is the same contents."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 6, expires_at=clock.now() + MINUTE)
        first = await placed(ledger, hold)
        there = (clock.now() + MINUTE).astimezone(timezone(timedelta(hours=3)))
        elsewhere = type(hold)(
            id=hold.id, account=hold.account, amount=hold.amount, expires_at=there
        )
        assert await placed(ledger, elsewhere) == first
        assert (await ledger.hold(hold.id)).hold.expires_at == there

    async def test_held_money_cannot_be_spent_or_held(self, ledger: Ledger) -> None:
        """Neither by a transfer nor by another hold; what is left can."""
        await funded(ledger, alice=10)
        await placed(ledger, set_aside(ALICE, 6))
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 5)))
        assert same(said, InsufficientFunds(ALICE, coins(4), coins(5)))
        said = await refusal(ledger, Place(set_aside(ALICE, 5)))
        assert same(said, InsufficientFunds(ALICE, coins(4), coins(5)))
        await placed(ledger, set_aside(ALICE, 1))
        await moved(ledger, pay(ALICE, BOB, 3))
        assert await figures(ledger, ALICE) == (7, 7, 0)

    async def test_a_hold_may_reach_the_floor(self, ledger: Ledger) -> None:
        """What may be spent may be held: exactly to the floor, not beyond."""
        await ledger.open(Account(ALICE, XTR, floor_units=-5))
        said = await refusal(ledger, Place(set_aside(ALICE, 6)))
        assert same(said, InsufficientFunds(ALICE, coins(5), coins(6)))
        await placed(ledger, set_aside(ALICE, 5))
        assert await figures(ledger, ALICE) == (0, 5, -5)
        said = await refusal(ledger, Place(set_aside(ALICE, 1)))
        assert same(said, InsufficientFunds(ALICE, coins(0), coins(1)))

    async def test_no_more_is_held_than_64_bits_count(self, ledger: Ledger) -> None:
        """An unlimited account that is full to the brim can still not hold it twice."""
        await funded(ledger, TON)
        await ledger.limit(Account.unlimited(ALICE, TON))
        await moved(ledger, pay(BANK, ALICE, UNITS_MAX, TON))
        await placed(ledger, set_aside(ALICE, UNITS_MAX, TON))
        said = await refusal(ledger, Place(set_aside(ALICE, 1, TON)))
        assert same(said, InsufficientFunds(ALICE, coins(0, TON), coins(1, TON)))
        assert await figures(ledger, ALICE, TON) == (UNITS_MAX, UNITS_MAX, 0)
        await moved(ledger, pay(ALICE, BOB, UNITS_MAX, TON))
        assert await figures(ledger, ALICE, TON) == (0, UNITS_MAX, -UNITS_MAX)

    async def test_a_hold_needs_an_account_and_time(self, ledger: Ledger, clock: HandClock) -> None:
        """Nothing is set aside nowhere, nor until a moment that is over or just now."""
        await funded(ledger, alice=10)
        said = await refusal(ledger, Place(set_aside(NOBODY, 1)))
        assert same(said, AccountMissing(NOBODY, "XTR"))
        for until in (clock.now(), clock.now() - MINUTE):
            late = set_aside(ALICE, 1, expires_at=until)
            assert same(await refusal(ledger, Place(late)), HoldLate(late.id, until))
        await placed(ledger, set_aside(ALICE, 1, expires_at=clock.now() + timedelta.resolution))

    async def test_a_hold_nobody_placed_is_missing(self, ledger: Ledger) -> None:
        """Asked for, released, expired, captured or refused: there is none."""
        await funded(ledger, alice=10)
        refused = set_aside(ALICE, 11)
        await refusal(ledger, Place(refused))
        for unknown in (refused.id, hold_id()):
            with pytest.raises(HoldMissing) as said:
                await ledger.hold(unknown)
            assert same(said.value, HoldMissing(unknown))
            capture = Move((pay(ALICE, BOB, 1),), unknown)
            for command in (Release(unknown), Expire(unknown), capture):
                assert same(await refusal(ledger, command), HoldMissing(unknown))

    async def test_a_hold_is_captured_whole(self, ledger: Ledger, clock: HandClock) -> None:
        """Its money is spent by the transfers, and the books name the hold beside them."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 10)
        await placed(ledger, hold)
        start = clock.now()
        clock.advance(minutes=1)
        legs = pay(ALICE, SHOP, 7), pay(ALICE, BOB, 3)
        receipt = await moved(ledger, *legs, hold=hold.id)
        companies = [one.company for one in receipt.posted]
        assert companies == [Company(legs[0].id, leg, 2, hold.id) for leg in range(2)]
        assert (await ledger.transfer(legs[1].id)).company.hold == hold.id
        assert await ledger.hold(hold.id) == KeptHold(
            hold, HoldState.CAPTURED, coins(10), start, clock.now()
        )
        assert await figures(ledger, ALICE) == (0, 0, 0)
        assert (await posted(ledger, SHOP), await posted(ledger, BOB)) == (7, 3)

    async def test_a_hold_is_captured_in_part(self, ledger: Ledger) -> None:
        """The rest goes back at once and can be spent."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 8)
        await placed(ledger, hold)
        await moved(ledger, pay(ALICE, SHOP, 1), pay(ALICE, BOB, 2), hold=hold.id)
        assert await figures(ledger, ALICE) == (7, 0, 7)
        assert (await ledger.hold(hold.id)).captured == coins(3)
        await moved(ledger, pay(ALICE, BOB, 7))

    async def test_the_same_capture_again_changes_nothing(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """It is answered by the same receipt, in one list and later."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 8)
        capture = Move((pay(ALICE, SHOP, 5),), hold.id)
        verdicts = await ledger.carry_out([Place(hold), capture, capture])
        assert isinstance(verdicts[1], Receipt)
        assert verdicts[2] == verdicts[1]
        clock.advance(hours=1)
        assert list(await ledger.carry_out([capture])) == [verdicts[1]]
        assert await figures(ledger, ALICE) == (5, 0, 5)

    async def test_no_more_is_captured_than_was_held(self, ledger: Ledger) -> None:
        """However much the account has; the hold stays open, and one leg at most is spent."""
        await funded(ledger, alice=100)
        hold = set_aside(ALICE, 8)
        await placed(ledger, hold)
        before = await picture(ledger)
        for units in ((9,), (4, 5), (8, 1)):
            legs = tuple(pay(ALICE, SHOP, each) for each in units)
            said = await refusal(ledger, Move(legs, hold.id))
            assert same(said, HoldExceeded(hold.id, coins(8), coins(9)))
        assert await picture(ledger) == before
        assert (await ledger.hold(hold.id)).state == HoldState.OPEN
        await moved(ledger, pay(ALICE, SHOP, 8), hold=hold.id)

    async def test_a_capture_takes_from_where_the_hold_is(self, ledger: Ledger) -> None:
        """Every leg leaves the hold's account in the hold's asset."""
        await funded(ledger, alice=20, bob=20)
        await funded(ledger, RUB, alice=20)
        hold = set_aside(ALICE, 8)
        await placed(ledger, hold)
        before = await picture(ledger)
        for legs in (
            (pay(BOB, SHOP, 1),),
            (pay(ALICE, SHOP, 1, RUB),),
            (pay(ALICE, BOB, 1), pay(BOB, SHOP, 1)),
            (pay(ALICE, SHOP, 1), pay(ALICE, SHOP, 1, RUB)),
            (pay(BOB, SHOP, 100),),
        ):
            said = await refusal(ledger, Move(legs, hold.id))
            assert same(said, HoldElsewhere(hold.id, ALICE, "XTR"))
        assert await picture(ledger) == before
        assert (await ledger.hold(hold.id)).state == HoldState.OPEN

    async def test_a_capture_that_finds_no_room_leaves_the_hold_open(self, ledger: Ledger) -> None:
        """Nothing of a refused capture remains: neither its first leg nor the closing."""
        await funded(ledger, alice=10)
        await ledger.limit(Account(BOB, XTR, ceiling_units=2))
        hold = set_aside(ALICE, 8)
        await placed(ledger, hold)
        before = await picture(ledger), await ledger.hold(hold.id)
        legs = pay(ALICE, SHOP, 1), pay(ALICE, BOB, 3)
        said = await refusal(ledger, Move(legs, hold.id))
        assert same(said, CeilingReached(BOB, coins(2), coins(0), coins(3)))
        assert (await picture(ledger), await ledger.hold(hold.id)) == before
        failing = Move((pay(ALICE, SHOP, 1), pay(ALICE, BOB, 3)), hold.id)
        verdicts = await ledger.carry_out([failing, Release(hold.id)])
        assert isinstance(verdicts[1], Closed)
        assert await figures(ledger, ALICE) == (10, 0, 10)

    async def test_a_closed_hold_cannot_be_captured_again(self, ledger: Ledger) -> None:
        """Whatever closed it, and even by what an earlier capture left over."""
        await funded(ledger, alice=30)
        captured, released = set_aside(ALICE, 8), set_aside(ALICE, 8)
        await ledger.carry_out([Place(captured), Place(released), Release(released.id)])
        await moved(ledger, pay(ALICE, SHOP, 2), hold=captured.id)
        before = await picture(ledger)
        for hold, state in ((captured, HoldState.CAPTURED), (released, HoldState.RELEASED)):
            said = await refusal(ledger, Move((pay(ALICE, SHOP, 2),), hold.id))
            assert same(said, HoldClosed(hold.id, state))
        assert await picture(ledger) == before

    async def test_a_late_hold_cannot_be_captured(self, ledger: Ledger, clock: HandClock) -> None:
        """Up to its end it can; from the very moment on it cannot, though it is still open."""
        await funded(ledger, alice=30)
        until = clock.now() + MINUTE
        early, late = (set_aside(ALICE, 5, expires_at=until) for _ in range(2))
        await ledger.carry_out([Place(early), Place(late)])
        clock.advance(seconds=59.999999)
        await moved(ledger, pay(ALICE, SHOP, 5), hold=early.id)
        clock.advance(seconds=0.000001)
        said = await refusal(ledger, Move((pay(ALICE, SHOP, 5),), late.id))
        assert same(said, HoldLate(late.id, until))
        assert (await ledger.hold(late.id)).state == HoldState.OPEN
        assert await figures(ledger, ALICE) == (25, 5, 20)

    async def test_a_hold_is_released(self, ledger: Ledger, clock: HandClock) -> None:
        """Its money is available again; releasing again is answered the same; late or not."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 8, expires_at=clock.now() + MINUTE)
        await placed(ledger, hold)
        start = clock.now()
        clock.advance(minutes=2)
        first, again = await ledger.carry_out([Release(hold.id), Release(hold.id)])
        assert first == again == Closed(hold.id, HoldState.RELEASED, clock.now())
        closed = KeptHold(hold, HoldState.RELEASED, coins(0), start, clock.now())
        clock.advance(minutes=1)
        assert list(await ledger.carry_out([Release(hold.id)])) == [first]
        assert await ledger.hold(hold.id) == closed
        assert await figures(ledger, ALICE) == (10, 0, 10)
        said = await refusal(ledger, Expire(hold.id))
        assert same(said, HoldClosed(hold.id, HoldState.RELEASED))

    async def test_a_hold_expires_when_it_is_due(self, ledger: Ledger, clock: HandClock) -> None:
        """Not before its moment, from it on; expiring again is answered the same."""
        await funded(ledger, alice=10)
        until = clock.now() + MINUTE
        hold = set_aside(ALICE, 8, expires_at=until)
        await placed(ledger, hold)
        start = clock.now()
        clock.advance(seconds=59.999999)
        said = await refusal(ledger, Expire(hold.id))
        assert same(said, HoldNotDue(hold.id, until))
        assert await figures(ledger, ALICE) == (10, 8, 2)
        clock.advance(seconds=0.000001)
        first, again = await ledger.carry_out([Expire(hold.id), Expire(hold.id)])
        assert first == again == Closed(hold.id, HoldState.EXPIRED, until)
        clock.advance(minutes=5)
        assert list(await ledger.carry_out([Expire(hold.id)])) == [first]
        assert await ledger.hold(hold.id) == KeptHold(
            hold, HoldState.EXPIRED, coins(0), start, until
        )
        assert await figures(ledger, ALICE) == (10, 0, 10)
        for command in (Release(hold.id), Move((pay(ALICE, BOB, 1),), hold.id)):
            said = await refusal(ledger, command)
            assert same(said, HoldClosed(hold.id, HoldState.EXPIRED))

    async def test_a_hold_without_an_end_never_expires(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """It waits for its capture or release however long it takes."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 8)
        await placed(ledger, hold)
        clock.advance(hours=24 * 365 * 50)
        assert same(await refusal(ledger, Expire(hold.id)), HoldNotDue(hold.id, None))
        assert await ledger.late_holds(clock.now(), 10) == []
        await moved(ledger, pay(ALICE, SHOP, 8), hold=hold.id)

    async def test_a_captured_hold_cannot_be_given_back(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """Neither released nor expired, due or not."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 8, expires_at=clock.now() + MINUTE)
        await placed(ledger, hold)
        await moved(ledger, pay(ALICE, SHOP, 3), hold=hold.id)
        before = await picture(ledger)
        for _ in range(2):
            for command in (Release(hold.id), Expire(hold.id)):
                said = await refusal(ledger, command)
                assert same(said, HoldClosed(hold.id, HoldState.CAPTURED))
            clock.advance(minutes=2)
        assert await picture(ledger) == before

    async def test_one_list_may_tell_a_whole_life(self, ledger: Ledger) -> None:
        """Each command sees the hold as the one before left it."""
        await funded(ledger, alice=10)
        one, two = set_aside(ALICE, 10), set_aside(ALICE, 10)
        verdicts = await ledger.carry_out(
            [
                Place(one),
                Place(two),
                Release(one.id),
                Move((pay(ALICE, SHOP, 1),), one.id),
                Place(third := set_aside(ALICE, 9)),
                Move((pay(ALICE, SHOP, 9),), third.id),
                Release(third.id),
                Move.of(pay(ALICE, SHOP, 1)),
            ]
        )
        assert same(verdicts[1], InsufficientFunds(ALICE, coins(0), coins(10)))
        assert same(verdicts[3], HoldClosed(one.id, HoldState.RELEASED))
        assert same(verdicts[6], HoldClosed(third.id, HoldState.CAPTURED))
        kinds = [type(verdicts[at]) for at in (0, 2, 4, 5, 7)]
        assert kinds == [Placed, Closed, Placed, Receipt, Receipt]
        assert await figures(ledger, ALICE) == (0, 0, 0)

    async def test_holds_come_newest_first(self, ledger: Ledger, clock: HandClock) -> None:
        """Those of one account and asset, of one moment by id, open or not, a page of them."""
        await funded(ledger, alice=100, bob=100)
        assert await ledger.holds(ALICE, XTR, 10) == []
        lot = []
        for minute in range(3):
            holds = [set_aside(ALICE, 1 + minute, reference=f"{minute}") for _ in range(2)]
            await ledger.carry_out([Place(hold) for hold in [*holds, set_aside(BOB, 1)]])
            lot += sorted(holds, key=lambda hold: hold.id)
            clock.advance(minutes=1)
        await ledger.carry_out([Release(lot[1].id), Move((pay(ALICE, BOB, 2),), lot[4].id)])
        newest = [await ledger.hold(hold.id) for hold in reversed(lot)]
        assert list(await ledger.holds(ALICE, XTR, 2**70)) == newest
        assert {kept.state for kept in newest} == {
            HoldState.OPEN,
            HoldState.RELEASED,
            HoldState.CAPTURED,
        }
        for place, kept in enumerate(newest):
            before = kept.placed_at, kept.hold.id
            page = await ledger.holds(ALICE, XTR, 2, before)
            assert list(page) == newest[place + 1 : place + 3]

    async def test_holds_of_nobody(self, ledger: Ledger) -> None:
        """An account that was never opened has no page, and no asset has two scales."""
        await funded(ledger, alice=1)
        with pytest.raises(AccountMissing):
            await ledger.holds(NOBODY, XTR, 1)
        with pytest.raises(AssetDiffers):
            await ledger.holds(ALICE, Asset("XTR", 2), 1)

    async def test_late_holds_come_oldest_first(self, ledger: Ledger, clock: HandClock) -> None:
        """Only the open ones whose time is over, as many as were asked for."""
        await funded(ledger, alice=100)
        start = clock.now()
        minutes = [5, 1, 4, 2, 3, 9]
        holds = {
            each: set_aside(ALICE, 1, expires_at=start + timedelta(minutes=each))
            for each in minutes
        }
        for_ever = set_aside(ALICE, 1)
        await ledger.carry_out([Place(hold) for hold in [*holds.values(), for_ever]])
        await ledger.carry_out([Release(holds[2].id)])
        assert await ledger.late_holds(start, 10) == []
        at = start + timedelta(minutes=4)
        assert list(await ledger.late_holds(at, 10)) == [holds[n].id for n in (1, 3, 4)]
        assert list(await ledger.late_holds(at, 2)) == [holds[n].id for n in (1, 3)]
        assert list(await ledger.late_holds(at - timedelta.resolution, 10)) == [
            holds[n].id for n in (1, 3)
        ]
        clock.advance(minutes=4)
        await ledger.carry_out([Expire(holds[1].id)])
        assert list(await ledger.late_holds(at, 1)) == [holds[3].id]
        far = datetime(9999, 1, 1, tzinfo=UTC)
        assert list(await ledger.late_holds(far, 10)) == [holds[n].id for n in (3, 4, 5, 9)]
