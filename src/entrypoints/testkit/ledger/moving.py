"""Money moves whole, in order, once, and never past a limit."""

import pytest

from ....core.balances import (
    LEGS_MAX,
    Account,
    AccountMissing,
    AssetDiffers,
    CeilingReached,
    Company,
    InsufficientFunds,
    Ledger,
    Move,
    Posted,
    Receipt,
    TransferMissing,
)
from ....core.errors import AltynError
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
    moved,
    opened,
    pay,
    picture,
    placed,
    posted,
    refusal,
    same,
    set_aside,
    transfer_id,
)


class Moving(Ground):
    """`carry_out` of movements, and `transfer`."""

    async def test_money_leaves_one_account_for_another(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """The receipt says what the books say: both ends, their numbers, and the moment."""
        await funded(ledger, alice=100)
        clock.advance(seconds=1.000001)
        transfer = pay(ALICE, BOB, 30, kind="purchase", reference="order-7", memo="a mug")
        receipt = await moved(ledger, transfer)
        expected = Posted(
            transfer, Company(transfer.id, 0, 1), clock.now(), 2, 1, coins(70), coins(30)
        )
        assert receipt == Receipt((expected,))
        assert await ledger.transfer(transfer.id) == expected
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (70, 30)
        assert await posted(ledger, BANK) == -100

    async def test_linked_transfers_happen_one_after_the_other(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """A later leg may spend what an earlier one brought; all of it bears one moment."""
        await funded(ledger, alice=100)
        legs = pay(ALICE, BOB, 100), pay(BOB, SHOP, 60), pay(BOB, ALICE, 15)
        receipt = await moved(ledger, *legs)
        first, now = legs[0].id, clock.now()
        assert receipt == Receipt(
            (
                Posted(legs[0], Company(first, 0, 3), now, 2, 1, coins(0), coins(100)),
                Posted(legs[1], Company(first, 1, 3), now, 2, 1, coins(40), coins(60)),
                Posted(legs[2], Company(first, 2, 3), now, 3, 3, coins(25), coins(15)),
            )
        )
        assert [await ledger.transfer(leg.id) for leg in legs] == list(receipt.posted)

    async def test_linked_transfers_happen_all_or_none(self, ledger: Ledger) -> None:
        """When a later leg is refused, nothing of the earlier ones remains."""
        await funded(ledger, alice=100, bob=1)
        before = await picture(ledger)
        legs = pay(ALICE, BOB, 50), pay(BOB, SHOP, 20), pay(BOB, SHOP, 32)
        said = await refusal(ledger, Move.of(*legs))
        assert same(said, InsufficientFunds(BOB, coins(31), coins(32)))
        assert await picture(ledger) == before
        for leg in legs:
            with pytest.raises(TransferMissing) as missing:
                await ledger.transfer(leg.id)
            assert same(missing.value, TransferMissing(leg.id))

    async def test_the_order_of_legs_counts(self, ledger: Ledger) -> None:
        """Money that only a later leg brings cannot be spent by an earlier one."""
        await funded(ledger, alice=10)
        said = await refusal(ledger, Move.of(pay(BOB, SHOP, 10), pay(ALICE, BOB, 10)))
        assert same(said, InsufficientFunds(BOB, coins(0), coins(10)))
        assert await posted(ledger, ALICE) == 10

    async def test_a_movement_may_have_a_hundred_legs(self, ledger: Ledger) -> None:
        """As many as a movement may have, each with the running balances of its turn."""
        await funded(ledger, alice=LEGS_MAX)
        receipt = await moved(ledger, *(pay(ALICE, BOB, 1) for _ in range(LEGS_MAX)))
        assert [one.source_after.units for one in receipt.posted] == [*range(LEGS_MAX - 1, -1, -1)]
        assert [one.target_number for one in receipt.posted] == [*range(1, LEGS_MAX + 1)]

    async def test_a_movement_may_carry_several_assets(self, ledger: Ledger) -> None:
        """Money one way and goods the other, together; each asset sums to zero on its own."""
        mugs = Asset("SKU:mug", 0)
        await funded(ledger, alice=500)
        await funded(ledger, mugs, shop=2)
        receipt = await moved(ledger, pay(ALICE, SHOP, 500), pay(SHOP, ALICE, 1, mugs))
        assert receipt.posted[1].target_after == coins(1, mugs)
        for asset, wanted in ((XTR, [0, 0, 500, -500]), (mugs, [1, 0, 1, -2])):
            held = [await posted(ledger, name, asset) for name in (ALICE, BOB, SHOP, BANK)]
            assert (held, sum(held)) == (wanted, 0)

    async def test_assets_of_one_name_are_apart(self, ledger: Ledger) -> None:
        """Plenty of one asset pays for nothing in another."""
        await funded(ledger, RUB, alice=1_000)
        await funded(ledger, alice=1)
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 2)))
        assert same(said, InsufficientFunds(ALICE, coins(1), coins(2)))

    async def test_the_same_movement_again_changes_nothing(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """It is answered by the first receipt, later, twice in one list, and with no money left."""
        await funded(ledger, alice=100)
        single = Move.of(pay(ALICE, BOB, 40))
        linked = Move.of(pay(ALICE, BOB, 30), pay(BOB, SHOP, 70), pay(ALICE, SHOP, 30))
        first = await ledger.carry_out([single, single, linked, linked, single])
        assert list(first) == [first[0], first[0], first[2], first[2], first[0]]
        assert isinstance(first[0], Receipt)
        assert isinstance(first[2], Receipt)
        before = await picture(ledger)
        clock.advance(hours=1)
        assert list(await ledger.carry_out([linked, single])) == [first[2], first[0]]
        assert await picture(ledger) == before
        assert (await posted(ledger, ALICE), await posted(ledger, SHOP)) == (0, 100)

    async def test_each_command_gets_its_own_verdict(self, ledger: Ledger) -> None:
        """A bad one is refused alone, and every later one sees what the earlier ones did."""
        await funded(ledger, alice=10)
        good, bad, rest = pay(ALICE, BOB, 4), pay(ALICE, BOB, 7), pay(ALICE, BOB, 6)
        onward, empty = pay(BOB, SHOP, 10), pay(BOB, SHOP, 1)
        verdicts = await ledger.carry_out(
            [Move.of(one) for one in (good, bad, rest, onward, empty)]
        )
        assert len(verdicts) == 5
        assert same(verdicts[1], InsufficientFunds(ALICE, coins(6), coins(7)))
        assert same(verdicts[4], InsufficientFunds(BOB, coins(0), coins(1)))
        for at, transfer in ((0, good), (2, rest), (3, onward)):
            assert verdicts[at] == Receipt((await ledger.transfer(transfer.id),))
        assert [await posted(ledger, name) for name in (ALICE, BOB, SHOP)] == [0, 0, 10]

    async def test_nothing_asked_is_nothing_answered(self, ledger: Ledger) -> None:
        """An empty list is answered by an empty one."""
        assert list(await ledger.carry_out([])) == []

    async def test_a_list_may_be_long(self, ledger: Ledger) -> None:
        """Twelve hundred commands, refusals and repetitions among them, each in its place."""
        await funded(ledger, alice=600)
        transfers = [pay(ALICE, BOB, 1 if n % 3 else 2) for n in range(500)]
        commands = [Move.of(one) for one in transfers]
        commands += [Move.of(pay(SHOP, ALICE, n + 1)) for n in range(200)]
        verdicts = await ledger.carry_out(commands + commands[:500])
        assert len(verdicts) == 1200
        left = 600
        for transfer, first, again in zip(transfers, verdicts[:500], verdicts[700:], strict=True):
            if transfer.amount.units <= left:
                left -= transfer.amount.units
                assert isinstance(first, Receipt)
                assert first.posted[0].source_after == coins(left)
                assert again == first
            else:
                assert same(first, InsufficientFunds(ALICE, coins(left), transfer.amount))
                assert same(again, InsufficientFunds(ALICE, coins(left), transfer.amount))
        for n, verdict in enumerate(verdicts[500:700]):
            assert same(verdict, InsufficientFunds(SHOP, coins(0), coins(n + 1)))
        assert (left, await posted(ledger, ALICE), await posted(ledger, BOB)) == (0, 0, 600)

    async def test_an_account_is_emptied_but_not_below(self, ledger: Ledger) -> None:
        """Everything may leave, one unit more may not."""
        await funded(ledger, alice=10)
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 11)))
        assert same(said, InsufficientFunds(ALICE, coins(10), coins(11)))
        await moved(ledger, pay(ALICE, BOB, 10))
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 1)))
        assert same(said, InsufficientFunds(ALICE, coins(0), coins(1)))
        assert await figures(ledger, ALICE) == (0, 0, 0)

    async def test_a_floor_below_zero_may_be_reached(self, ledger: Ledger) -> None:
        """What is available counts down to the floor; exactly the floor is still allowed."""
        await ledger.open(Account(ALICE, XTR, floor_units=-5))
        await opened(ledger, BOB)
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 6)))
        assert same(said, InsufficientFunds(ALICE, coins(5), coins(6)))
        receipt = await moved(ledger, pay(ALICE, BOB, 5))
        assert receipt.posted[0].source_after == coins(-5)
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 1)))
        assert same(said, InsufficientFunds(ALICE, coins(0), coins(1)))

    async def test_a_ceiling_may_be_reached(self, ledger: Ledger) -> None:
        """As much as the ceiling says and no unit more; money set aside still takes its room."""
        await ledger.open(Account(ALICE, XTR, ceiling_units=10))
        await ledger.open(Account.unlimited(BANK, XTR))
        await moved(ledger, pay(BANK, ALICE, 8))
        await placed(ledger, set_aside(ALICE, 8))
        said = await refusal(ledger, Move.of(pay(BANK, ALICE, 3)))
        assert same(said, CeilingReached(ALICE, coins(10), coins(8), coins(3)))
        await moved(ledger, pay(BANK, ALICE, 2))
        said = await refusal(ledger, Move.of(pay(BANK, ALICE, 1)))
        assert same(said, CeilingReached(ALICE, coins(10), coins(10), coins(1)))

    async def test_money_must_pass_both_ends(self, ledger: Ledger) -> None:
        """Who pays is looked at first; a target without room leaves the source alone."""
        await funded(ledger, alice=5)
        await ledger.limit(Account(BOB, XTR, ceiling_units=4))
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 6)))
        assert same(said, InsufficientFunds(ALICE, coins(5), coins(6)))
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 5)))
        assert same(said, CeilingReached(BOB, coins(4), coins(0), coins(5)))
        assert await posted(ledger, ALICE) == 5

    async def test_the_most_that_64_bits_hold(self, ledger: Ledger) -> None:
        """At both ends of the range accounts still work, and not one unit fits beyond."""
        await funded(ledger, TON, alice=UNITS_MAX)
        await ledger.open(Account.unlimited(NOBODY, TON))
        full = coins(UNITS_MAX, TON)
        assert await posted(ledger, BANK, TON) == -UNITS_MAX
        said = await refusal(ledger, Move.of(pay(NOBODY, ALICE, 1, TON)))
        assert same(said, CeilingReached(ALICE, full, full, coins(1, TON)))
        said = await refusal(ledger, Move.of(pay(BANK, BOB, 1, TON)))
        assert same(said, InsufficientFunds(BANK, coins(0, TON), coins(1, TON)))
        said = await refusal(ledger, Move.of(pay(NOBODY, ALICE, UNITS_MAX, TON)))
        assert same(said, CeilingReached(ALICE, full, full, full))
        await moved(ledger, pay(ALICE, NOBODY, UNITS_MAX, TON))
        # Between floor and ceiling lie more units now than 64 bits can count.
        await moved(ledger, pay(NOBODY, BOB, 1, TON))
        await moved(ledger, pay(NOBODY, BANK, UNITS_MAX - 1, TON))
        names = (ALICE, BOB, BANK, NOBODY)
        assert [await posted(ledger, name, TON) for name in names] == [0, 1, -1, 0]

    async def test_accounts_must_be_open(self, ledger: Ledger) -> None:
        """Neither end may be missing, and the source is named first."""
        await funded(ledger, alice=5)
        for transfer, named in (
            (pay(ALICE, NOBODY, 1), NOBODY),
            (pay(NOBODY, ALICE, 1), NOBODY),
            (pay(SHOP, NOBODY, 1), NOBODY),
        ):
            said = await refusal(ledger, Move.of(transfer))
            assert same(said, AccountMissing(named, "XTR"))
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 1, RUB)))
        assert same(said, AccountMissing(ALICE, "RUB"))
        assert await posted(ledger, ALICE) == 5

    async def test_the_scale_must_be_that_of_the_ledger(self, ledger: Ledger) -> None:
        """One unit of another scale is another amount, and is refused."""
        await funded(ledger, RUB, alice=100)
        coarse = Asset("RUB", 0)
        said = await refusal(ledger, Move.of(pay(ALICE, BOB, 1, coarse)))
        assert same(said, AssetDiffers(coarse, 2))
        assert await posted(ledger, ALICE, RUB) == 100

    async def test_a_transfer_nobody_made_is_missing(self, ledger: Ledger) -> None:
        """An id that was never asked for has no transfer."""
        unknown = transfer_id()
        with pytest.raises(TransferMissing) as said:
            await ledger.transfer(unknown)
        assert same(said.value, TransferMissing(unknown))

    @pytest.mark.parametrize(
        "memo",
        [
            "Оплата заказа № 42, «кружка с котом»",
            "x" * 500,
            "ы" * 500,
            "🪙" * 500,
            """it's "quoted" \\ back\\slashed \\n {"json": [1]} %s $1 :name ; -- '""",
            " leading and trailing ",
        ],
        ids=["russian", "long", "long russian", "long emoji", "quotes", "spaces"],
    )
    async def test_words_survive(self, ledger: Ledger, memo: str) -> None:
        """What was written is read back letter by letter, from receipt, books and statement."""
        await funded(ledger, alice=10)
        transfer = pay(ALICE, BOB, 1, reference=memo[:128], memo=memo)
        receipt = await moved(ledger, transfer)
        assert receipt.posted[0].transfer == transfer
        assert (await ledger.transfer(transfer.id)).transfer == transfer
        assert (await history(ledger, BOB))[0].posted.transfer == transfer
        assert await moved(ledger, transfer) == receipt

    async def test_refusals_are_returned_not_raised(self, ledger: Ledger) -> None:
        """Everything refused at once is still a list of answers."""
        verdicts = await ledger.carry_out([Move.of(pay(ALICE, BOB, 1)) for _ in range(3)])
        assert all(isinstance(verdict, AltynError) for verdict in verdicts)
        assert len(verdicts) == 3
