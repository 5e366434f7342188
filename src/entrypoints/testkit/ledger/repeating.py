"""One id, one effect: the same is answered the same for ever, something else is refused."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest
from attrs import evolve, frozen

from ....core.balances import (
    Account,
    AccountMissing,
    AssetDiffers,
    CeilingReached,
    Command,
    HoldClosed,
    HoldElsewhere,
    HoldExceeded,
    HoldLate,
    HoldMissing,
    HoldReused,
    HoldState,
    InsufficientFunds,
    Ledger,
    Move,
    NotOpposite,
    OverCorrected,
    Place,
    Receipt,
    Release,
    Transfer,
    TransferMissing,
    TransferReused,
)
from ....core.errors import AltynError
from ....core.money import RUB, XTR, Asset
from .ground import (
    ALICE,
    BANK,
    BOB,
    NOBODY,
    SHOP,
    Ground,
    HandClock,
    coins,
    funded,
    moved,
    pay,
    picture,
    placed,
    posted,
    refusal,
    same,
    set_aside,
    transfer_id,
)


@frozen
class Case:
    """A command, why it is refused, and what would let it pass if it were asked for anew."""

    command: Command
    error: AltynError
    mend: Sequence[Callable[[], Awaitable[object]]]


async def no_money(ledger: Ledger, clock: HandClock) -> Case:
    error = InsufficientFunds(ALICE, coins(5), coins(6))
    return Case(Move.of(pay(ALICE, BOB, 6)), error, [lambda: moved(ledger, pay(BANK, ALICE, 10))])


async def no_money_in_company(ledger: Ledger, clock: HandClock) -> Case:
    move = Move.of(pay(ALICE, BOB, 5), pay(BOB, SHOP, 6))
    error = InsufficientFunds(BOB, coins(5), coins(6))
    return Case(move, error, [lambda: moved(ledger, pay(BANK, BOB, 10))])


async def no_room(ledger: Ledger, clock: HandClock) -> Case:
    await ledger.limit(Account(BOB, XTR, ceiling_units=2))
    error = CeilingReached(BOB, coins(2), coins(0), coins(3))
    return Case(Move.of(pay(ALICE, BOB, 3)), error, [lambda: ledger.limit(Account(BOB, XTR))])


async def no_account(ledger: Ledger, clock: HandClock) -> Case:
    error = AccountMissing(NOBODY, "XTR")
    return Case(Move.of(pay(ALICE, NOBODY, 1)), error, [lambda: ledger.open(Account(NOBODY, XTR))])


async def other_scale(ledger: Ledger, clock: HandClock) -> Case:
    coarse = Asset("XTR", 3)
    return Case(Move.of(pay(ALICE, BOB, 1, coarse)), AssetDiffers(coarse, 0), [])


async def nothing_to_correct(ledger: Ledger, clock: HandClock) -> Case:
    mistake = pay(BOB, ALICE, 1)
    back = mistake.opposite(transfer_id())
    later = [
        lambda: moved(ledger, pay(BANK, BOB, 1)),
        lambda: moved(ledger, mistake),
    ]
    return Case(Move.of(back), TransferMissing(mistake.id), later)


async def not_opposite(ledger: Ledger, clock: HandClock) -> Case:
    mistake = pay(ALICE, BOB, 1)
    await moved(ledger, mistake)
    wrong = evolve(mistake.opposite(transfer_id()), target=SHOP)
    return Case(Move.of(wrong), NotOpposite(wrong.id, mistake.id), [])


async def corrected_too_much(ledger: Ledger, clock: HandClock) -> Case:
    mistake = pay(ALICE, BOB, 4)
    await moved(ledger, mistake)
    wrong = mistake.opposite(transfer_id(), amount=coins(5))
    return Case(Move.of(wrong), OverCorrected(mistake.id, coins(4), coins(5)), [])


async def no_hold(ledger: Ledger, clock: HandClock) -> Case:
    hold = set_aside(ALICE, 3)
    capture = Move((pay(ALICE, BOB, 1),), hold.id)
    return Case(capture, HoldMissing(hold.id), [lambda: placed(ledger, hold)])


async def closed_hold(ledger: Ledger, clock: HandClock) -> Case:
    hold = set_aside(ALICE, 3)
    await ledger.carry_out([Place(hold), Release(hold.id)])
    capture = Move((pay(ALICE, BOB, 1),), hold.id)
    return Case(capture, HoldClosed(hold.id, HoldState.RELEASED), [])


async def late_hold(ledger: Ledger, clock: HandClock) -> Case:
    until = clock.now() + timedelta(minutes=1)
    hold = set_aside(ALICE, 3, expires_at=until)
    await placed(ledger, hold)
    clock.advance(minutes=1)
    return Case(Move((pay(ALICE, BOB, 1),), hold.id), HoldLate(hold.id, until), [])


async def exceeded_hold(ledger: Ledger, clock: HandClock) -> Case:
    hold = set_aside(ALICE, 3)
    await placed(ledger, hold)
    legs = pay(ALICE, BOB, 2), pay(ALICE, SHOP, 2)
    return Case(Move(legs, hold.id), HoldExceeded(hold.id, coins(3), coins(4)), [])


async def hold_elsewhere(ledger: Ledger, clock: HandClock) -> Case:
    hold = set_aside(ALICE, 3)
    await placed(ledger, hold)
    await moved(ledger, pay(BANK, BOB, 1))
    legs = pay(ALICE, SHOP, 1), pay(BOB, SHOP, 1)
    return Case(Move(legs, hold.id), HoldElsewhere(hold.id, ALICE, "XTR"), [])


async def no_money_to_hold(ledger: Ledger, clock: HandClock) -> Case:
    error = InsufficientFunds(ALICE, coins(5), coins(6))
    more = [lambda: moved(ledger, pay(BANK, ALICE, 10))]
    return Case(Place(set_aside(ALICE, 6, expires_at=clock.now() + timedelta(days=1))), error, more)


async def no_account_to_hold(ledger: Ledger, clock: HandClock) -> Case:
    error = AccountMissing(NOBODY, "XTR")
    more = [
        lambda: ledger.open(Account(NOBODY, XTR)),
        lambda: moved(ledger, pay(BANK, NOBODY, 9)),
    ]
    return Case(Place(set_aside(NOBODY, 6)), error, more)


async def other_scale_to_hold(ledger: Ledger, clock: HandClock) -> Case:
    coarse = Asset("XTR", 1)
    return Case(Place(set_aside(ALICE, 1, coarse)), AssetDiffers(coarse, 0), [])


async def late_to_hold(ledger: Ledger, clock: HandClock) -> Case:
    now = clock.now()
    return Case(late := Place(set_aside(ALICE, 1, expires_at=now)), HoldLate(late.hold.id, now), [])


REFUSED = (
    no_money,
    no_money_in_company,
    no_room,
    no_account,
    other_scale,
    nothing_to_correct,
    not_opposite,
    corrected_too_much,
    no_hold,
    closed_hold,
    late_hold,
    exceeded_hold,
    hold_elsewhere,
    no_money_to_hold,
    no_account_to_hold,
    other_scale_to_hold,
    late_to_hold,
)


def changes_of(transfer: Transfer) -> Sequence[Transfer]:
    """The same id, with each of its contents different in turn."""
    return [
        evolve(transfer, source=SHOP),
        evolve(transfer, target=SHOP),
        evolve(transfer, source=transfer.target, target=transfer.source),
        evolve(transfer, amount=coins(transfer.amount.units + 1)),
        evolve(transfer, amount=coins(transfer.amount.units, RUB)),
        evolve(transfer, amount=coins(transfer.amount.units, Asset("XTR", 2))),
        evolve(transfer, kind="bonus"),
        evolve(transfer, reference="other"),
        evolve(transfer, memo="other"),
        evolve(transfer, corrects=transfer_id()),
    ]


class Repeating(Ground):
    """Refusals are remembered like successes; an id says one thing only."""

    @pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.__name__)
    async def test_a_refusal_is_said_again_word_for_word(
        self,
        ledger: Ledger,
        clock: HandClock,
        case: Callable[[Ledger, HandClock], Awaitable[Case]],
    ) -> None:
        """Even when the reason is gone; nothing is written; other commands pass meanwhile."""
        await funded(ledger, alice=5)
        asked = await case(ledger, clock)
        before = await picture(ledger)
        first, again = await ledger.carry_out([asked.command, asked.command])
        assert same(first, asked.error)
        assert same(again, asked.error)
        assert await picture(ledger) == before
        for mend in asked.mend:
            await mend()
        clock.advance(hours=-1)
        mended = await picture(ledger)
        assert same(await refusal(ledger, asked.command), asked.error)
        clock.advance(hours=9)
        assert same(await refusal(ledger, asked.command), asked.error)
        assert await picture(ledger) == mended

    async def test_a_new_id_may_pass_where_an_old_one_was_refused(self, ledger: Ledger) -> None:
        """A refusal belongs to its id alone."""
        await funded(ledger, alice=5)
        refused = pay(ALICE, BOB, 6)
        await refusal(ledger, Move.of(refused))
        await moved(ledger, pay(BANK, ALICE, 1))
        await moved(ledger, evolve(refused, id=transfer_id()))
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (0, 6)

    async def test_a_used_id_with_other_contents_is_refused(self, ledger: Ledger) -> None:
        """Whatever differs; the first stays answered as it was."""
        await funded(ledger, alice=100, bob=100, shop=100)
        await funded(ledger, RUB, alice=100)
        done = pay(ALICE, BOB, 10, reference="r", memo="m")
        receipt = await moved(ledger, done)
        before = await picture(ledger)
        for other in changes_of(done):
            assert same(await refusal(ledger, Move.of(other)), TransferReused(done.id))
        assert await picture(ledger) == before
        assert await moved(ledger, done) == receipt

    async def test_a_refused_id_with_other_contents_is_refused_as_reused(
        self, ledger: Ledger
    ) -> None:
        """A refusal uses its id up like a success; its own words stay."""
        await funded(ledger, alice=1, bob=100, shop=100)
        await funded(ledger, RUB, alice=100)
        refused = pay(ALICE, BOB, 10, reference="r", memo="m")
        first = await refusal(ledger, Move.of(refused))
        before = await picture(ledger)
        for other in changes_of(refused):
            assert same(await refusal(ledger, Move.of(other)), TransferReused(refused.id))
        assert same(await refusal(ledger, Move.of(refused)), first)
        assert await picture(ledger) == before

    @pytest.mark.parametrize("money", [100, 1], ids=["done", "refused"])
    async def test_the_company_is_part_of_the_contents(self, ledger: Ledger, money: int) -> None:
        """Alone, with fewer, with others, in another order, from a hold: all that is other."""
        await funded(ledger, alice=money)
        hold = set_aside(ALICE, 1)
        await placed(ledger, hold)
        one, two, three, new = (pay(ALICE, BOB, 9) for _ in range(4))
        together = Move.of(one, two, three)
        (first,) = await ledger.carry_out([together])
        assert isinstance(first, Receipt) == (money == 100)
        before = await picture(ledger)
        for other, named in (
            (Move.of(one), one),
            (Move.of(two), two),
            (Move.of(one, two), one),
            (Move.of(one, two, new), one),
            (Move.of(one, new, three), one),
            (Move.of(one, two, evolve(three, memo="other")), three),
            (Move.of(new, two, three), two),
            (Move.of(two, one, three), two),
            (Move.of(one, three, two), three),
            (Move.of(one, two, three, new), one),
            (Move.of(new, one), one),
            (Move((one, two, three), hold.id), one),
        ):
            assert same(await refusal(ledger, other), TransferReused(named.id))
        assert await picture(ledger) == before
        (again,) = await ledger.carry_out([together])
        assert again == first or (isinstance(first, AltynError) and same(again, first))
        # An id that only ever stood beside a reused one is still new.
        await moved(ledger, pay(BANK, ALICE, 9))
        await moved(ledger, new)

    async def test_alone_before_then_in_company(self, ledger: Ledger) -> None:
        """A transfer made alone is not part of a movement, whichever leg it would be."""
        await funded(ledger, alice=100)
        alone, new = pay(ALICE, BOB, 9), pay(ALICE, BOB, 9)
        await moved(ledger, alone)
        for together in (Move.of(alone, new), Move.of(new, alone)):
            assert same(await refusal(ledger, together), TransferReused(alone.id))
        assert await posted(ledger, BOB) == 9

    async def test_two_movements_cannot_be_made_into_one(self, ledger: Ledger) -> None:
        """Legs known from different movements do not make a known movement."""
        await funded(ledger, alice=100)
        one, two = pay(ALICE, BOB, 1), pay(ALICE, BOB, 200)
        await moved(ledger, one)
        await refusal(ledger, Move.of(two))
        assert same(await refusal(ledger, Move.of(one, two)), TransferReused(one.id))
        assert same(await refusal(ledger, Move.of(two, one)), TransferReused(two.id))

    async def test_reuse_is_seen_within_one_list(self, ledger: Ledger) -> None:
        """The second of two that share an id is refused, the third repeats the first."""
        await funded(ledger, alice=100)
        first = pay(ALICE, BOB, 10)
        other = evolve(first, amount=coins(11))
        verdicts = await ledger.carry_out([Move.of(one) for one in (first, other, first)])
        assert verdicts[0] == verdicts[2] == Receipt((await ledger.transfer(first.id),))
        assert same(verdicts[1], TransferReused(first.id))
        assert await posted(ledger, BOB) == 10

    @pytest.mark.parametrize("money", [100, 1], ids=["placed", "refused"])
    async def test_a_used_hold_id_with_other_contents_is_refused(
        self, ledger: Ledger, clock: HandClock, money: int
    ) -> None:
        """Whatever differs; the first stays answered as it was."""
        await funded(ledger, alice=money, bob=100)
        await funded(ledger, RUB, alice=100)
        until = clock.now() + timedelta(hours=1)
        hold = set_aside(ALICE, 10, reference="r", expires_at=until)
        (first,) = await ledger.carry_out([Place(hold)])
        before = await picture(ledger)
        for other in (
            evolve(hold, account=BOB),
            evolve(hold, amount=coins(11)),
            evolve(hold, amount=coins(10, RUB)),
            evolve(hold, amount=coins(10, Asset("XTR", 1))),
            evolve(hold, reference="other"),
            evolve(hold, expires_at=None),
            evolve(hold, expires_at=until + timedelta(microseconds=1)),
        ):
            assert same(await refusal(ledger, Place(other)), HoldReused(hold.id))
        assert await picture(ledger) == before
        (again,) = await ledger.carry_out([Place(hold)])
        assert again == first or (isinstance(first, AltynError) and same(again, first))
