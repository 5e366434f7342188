"""A mistake is taken back by an opposite transfer that names it, and never twice."""

from attrs import evolve

from ....core.balances import (
    CORRECTION,
    InsufficientFunds,
    Ledger,
    Move,
    NotOpposite,
    OverCorrected,
    TransferMissing,
)
from ....core.money import RUB
from .ground import (
    ALICE,
    BANK,
    BOB,
    SHOP,
    Ground,
    coins,
    funded,
    history,
    moved,
    pay,
    picture,
    posted,
    refusal,
    same,
    transfer_id,
)


class Correcting(Ground):
    """`carry_out` of transfers with `corrects`."""

    async def test_a_mistake_is_taken_back(self, ledger: Ledger) -> None:
        """Both balances are what they were; the history keeps both transfers."""
        await funded(ledger, alice=10)
        mistake = pay(ALICE, BOB, 7, reference="order-7")
        await moved(ledger, mistake)
        back = mistake.opposite(transfer_id(), memo="sent twice")
        receipt = await moved(ledger, back)
        assert receipt.posted[0].transfer == back
        assert (back.kind, back.corrects) == (CORRECTION, mistake.id)
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (10, 0)
        assert [entry.change.units for entry in await history(ledger, BOB)] == [-7, 7]
        assert (await ledger.transfer(back.id)).transfer.corrects == mistake.id
        assert await moved(ledger, back) == receipt

    async def test_a_mistake_is_taken_back_in_parts(self, ledger: Ledger) -> None:
        """The parts may not sum to more than the mistake; what is left is told."""
        await funded(ledger, alice=10)
        mistake = pay(ALICE, BOB, 10)
        await moved(ledger, mistake, pay(BANK, BOB, 90))
        for units, left in ((4, 10), (5, 6), (1, 1)):
            too_much = mistake.opposite(transfer_id(), amount=coins(left + 1))
            said = await refusal(ledger, Move.of(too_much))
            assert same(said, OverCorrected(mistake.id, coins(left), coins(left + 1)))
            await moved(ledger, mistake.opposite(transfer_id(), amount=coins(units)))
        said = await refusal(ledger, Move.of(mistake.opposite(transfer_id(), amount=coins(1))))
        assert same(said, OverCorrected(mistake.id, coins(0), coins(1)))
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (10, 90)

    async def test_repeating_a_correction_takes_nothing_more(self, ledger: Ledger) -> None:
        """The same id counts once, within one list as well."""
        await funded(ledger, alice=10)
        mistake = pay(ALICE, BOB, 10)
        part = mistake.opposite(transfer_id(), amount=coins(6))
        rest = mistake.opposite(transfer_id(), amount=coins(4))
        await ledger.carry_out([Move.of(one) for one in (mistake, part, part, part)])
        await moved(ledger, part)
        await moved(ledger, rest)
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (10, 0)

    async def test_a_correction_runs_between_the_same_accounts(self, ledger: Ledger) -> None:
        """The same way, to another account, or in another asset: none of it takes back."""
        await funded(ledger, alice=50, bob=50, shop=50)
        await funded(ledger, RUB, alice=50, bob=50)
        mistake = pay(ALICE, BOB, 10)
        await moved(ledger, mistake)
        before = await picture(ledger)
        right = mistake.opposite(transfer_id())
        for wrong in (
            evolve(right, source=ALICE, target=BOB),
            evolve(right, source=SHOP),
            evolve(right, target=SHOP),
            evolve(right, amount=coins(10, RUB)),
        ):
            again = evolve(wrong, id=transfer_id())
            said = await refusal(ledger, Move.of(again))
            assert same(said, NotOpposite(again.id, mistake.id))
        assert await picture(ledger) == before
        await moved(ledger, right)

    async def test_a_correction_names_a_transfer_that_happened(self, ledger: Ledger) -> None:
        """Neither an unknown nor a refused transfer can be taken back."""
        await funded(ledger, alice=1, bob=9)
        refused = pay(ALICE, BOB, 2)
        await refusal(ledger, Move.of(refused))
        for mistake in (refused, pay(ALICE, BOB, 1)):
            said = await refusal(ledger, Move.of(mistake.opposite(transfer_id())))
            assert same(said, TransferMissing(mistake.id))

    async def test_who_has_nothing_left_gives_nothing_back(self, ledger: Ledger) -> None:
        """A correction obeys the limits, and a refused one leaves all of the mistake to correct."""
        await funded(ledger, alice=10)
        mistake = pay(ALICE, BOB, 10)
        await moved(ledger, mistake)
        await moved(ledger, pay(BOB, SHOP, 3))
        said = await refusal(ledger, Move.of(mistake.opposite(transfer_id())))
        assert same(said, InsufficientFunds(BOB, coins(7), coins(10)))
        await moved(ledger, pay(SHOP, BOB, 3))
        await moved(ledger, mistake.opposite(transfer_id()))
        assert await posted(ledger, ALICE) == 10

    async def test_a_movement_may_correct_its_own_legs(self, ledger: Ledger) -> None:
        """An earlier leg can be taken back by a later one, a later leg by none before it."""
        await funded(ledger, alice=10)
        mistake = pay(ALICE, BOB, 10)
        part = mistake.opposite(transfer_id(), amount=coins(4))
        await moved(ledger, mistake, part)
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (4, 6)
        said = await refusal(ledger, Move.of(mistake.opposite(transfer_id(), amount=coins(7))))
        assert same(said, OverCorrected(mistake.id, coins(6), coins(7)))
        await moved(ledger, mistake.opposite(transfer_id(), amount=coins(6)))
        later = pay(ALICE, BOB, 1)
        await moved(ledger, pay(BANK, BOB, 5))
        said = await refusal(ledger, Move.of(later.opposite(transfer_id()), later))
        assert same(said, TransferMissing(later.id))

    async def test_a_failed_movement_corrects_nothing(self, ledger: Ledger) -> None:
        """What its legs took back is forgotten with them, within one list as well."""
        await funded(ledger, alice=10)
        mistake = pay(ALICE, BOB, 10)
        await moved(ledger, mistake)
        part = mistake.opposite(transfer_id(), amount=coins(6))
        whole = mistake.opposite(transfer_id())
        failing = Move.of(part, pay(SHOP, ALICE, 1))
        verdicts = await ledger.carry_out([failing, Move.of(whole)])
        assert same(verdicts[0], InsufficientFunds(SHOP, coins(0), coins(1)))
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (10, 0)
        assert (await ledger.transfer(whole.id)).transfer == whole

    async def test_a_leg_that_was_undone_cannot_be_corrected(self, ledger: Ledger) -> None:
        """It never happened, not even for the next command in the list."""
        await funded(ledger, alice=10, bob=10)
        undone = pay(ALICE, BOB, 5)
        failing = Move.of(undone, pay(SHOP, BOB, 1))
        back = undone.opposite(transfer_id())
        verdicts = await ledger.carry_out([failing, Move.of(back)])
        assert same(verdicts[0], InsufficientFunds(SHOP, coins(0), coins(1)))
        assert same(verdicts[1], TransferMissing(undone.id))
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (10, 10)

    async def test_a_correction_can_be_corrected(self, ledger: Ledger) -> None:
        """It is a transfer like any other."""
        await funded(ledger, alice=10)
        mistake = pay(ALICE, BOB, 10)
        back = mistake.opposite(transfer_id())
        forth = back.opposite(transfer_id())
        await moved(ledger, mistake)
        await moved(ledger, back)
        await moved(ledger, forth)
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (0, 10)
        # Taking the correction back does not open the mistake for another one.
        said = await refusal(ledger, Move.of(mistake.opposite(transfer_id())))
        assert same(said, OverCorrected(mistake.id, coins(0), coins(10)))
