"""Inside a transaction the ledger writes with everything else, or not at all."""

import asyncio

import pytest

from ....core.balances import (
    Account,
    AccountMissing,
    HoldMissing,
    InsufficientFunds,
    Ledger,
    Move,
    Place,
    Release,
    TransferMissing,
    TransferReused,
)
from ....core.money import RUB, XTR
from ....core.transaction import Transaction
from ..stumbling import undone
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
    moved,
    pay,
    picture,
    placed,
    posted,
    refusal,
    same,
    set_aside,
)


class Transacting(Ground):
    """The ledger inside `transaction`."""

    async def test_a_block_that_ends_well_is_kept(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """Accounts, limits, movements and holds of the block are there afterwards."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 2)
        async with transaction():
            await ledger.open(Account(NOBODY, XTR))
            await ledger.limit(Account(SHOP, XTR, ceiling_units=50))
            receipt = await moved(ledger, pay(ALICE, NOBODY, 3))
            await placed(ledger, hold)
        assert await figures(ledger, ALICE) == (7, 2, 5)
        assert await ledger.transfer(receipt.posted[0].transfer.id) == receipt.posted[0]
        assert (await ledger.hold(hold.id)).hold == hold
        assert Account(SHOP, XTR, ceiling_units=50) in await ledger.accounts()

    async def test_a_block_that_raises_is_undone(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """Nothing of it remains, and every id in it is as good as new."""
        await funded(ledger, alice=10)
        old = set_aside(ALICE, 1)
        await placed(ledger, old)
        before = await picture(ledger), await ledger.hold(old.id)
        transfer, hold, refused = pay(ALICE, BOB, 3), set_aside(ALICE, 2), pay(BOB, SHOP, 4)
        async with undone(transaction):
            await ledger.open(Account(NOBODY, RUB))
            await ledger.limit(Account(ALICE, XTR, ceiling_units=50))
            await moved(ledger, transfer)
            await ledger.carry_out([Place(hold), Release(old.id)])
            await refusal(ledger, Move.of(refused))
        assert (await picture(ledger), await ledger.hold(old.id)) == before
        with pytest.raises(TransferMissing):
            await ledger.transfer(transfer.id)
        with pytest.raises(HoldMissing):
            await ledger.hold(hold.id)
        with pytest.raises(AccountMissing):
            await ledger.balance(NOBODY, RUB)
        # Not even the refusal was said: the id was never used.
        await moved(ledger, pay(BANK, BOB, 4))
        await moved(ledger, refused)
        await moved(ledger, transfer)
        await placed(ledger, hold)
        assert await figures(ledger, ALICE) == (7, 3, 4)

    async def test_corrections_and_captures_are_undone(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """What was taken back or captured in an undone block can be taken back or captured."""
        await funded(ledger, alice=10)
        mistake, hold = pay(ALICE, BOB, 4), set_aside(ALICE, 6)
        await ledger.carry_out([Move.of(mistake), Place(hold)])
        back = mistake.opposite(pay(BOB, ALICE, 1).id)
        async with undone(transaction):
            await moved(ledger, back)
            await moved(ledger, pay(ALICE, SHOP, 5), hold=hold.id)
        assert await figures(ledger, ALICE) == (6, 6, 0)
        await moved(ledger, back)
        await moved(ledger, pay(ALICE, SHOP, 6), hold=hold.id)
        assert await figures(ledger, ALICE) == (4, 0, 4)

    async def test_the_block_sees_its_own_writes(
        self, ledger: Ledger, transaction: Transaction, clock: HandClock
    ) -> None:
        """Every port tells what was written so far, and rules look at it."""
        await funded(ledger, alice=10)
        async with transaction():
            receipt = await moved(ledger, pay(ALICE, BOB, 8))
            assert await posted(ledger, ALICE) == 2
            assert await ledger.transfer(receipt.posted[0].transfer.id) == receipt.posted[0]
            statement = await ledger.statement(BOB, XTR)
            assert [entry.posted for entry in statement.entries] == list(receipt.posted)
            said = await refusal(ledger, Move.of(pay(ALICE, BOB, 3)))
            assert same(said, InsufficientFunds(ALICE, coins(2), coins(3)))
            hold = set_aside(ALICE, 2, expires_at=None)
            await placed(ledger, hold)
            assert await figures(ledger, ALICE, at=clock.now()) == (2, 2, 0)
            assert await moved(ledger, receipt.posted[0].transfer) == receipt
            assert (await ledger.balances(ALICE))[0].held == coins(2)
        assert await figures(ledger, ALICE) == (2, 2, 0)

    async def test_a_refusal_does_not_end_the_block(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """It is an answer like any other, remembered when the block is kept."""
        await funded(ledger, alice=10)
        refused = pay(ALICE, BOB, 11)
        async with transaction():
            first = await refusal(ledger, Move.of(refused))
            await moved(ledger, pay(ALICE, BOB, 4))
        assert await posted(ledger, BOB) == 4
        await moved(ledger, pay(BANK, ALICE, 90))
        assert same(await refusal(ledger, Move.of(refused)), first)
        other = pay(ALICE, BOB, 1)
        said = await refusal(ledger, Move.of(refused, other))
        assert same(said, TransferReused(refused.id))

    async def test_a_caught_error_of_the_ledger_does_not_end_the_block(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """Asking for what is missing, or opening what differs, harms nothing."""
        await funded(ledger, alice=10)
        async with transaction():
            with pytest.raises(AccountMissing):
                await ledger.balance(NOBODY, XTR)
            with pytest.raises(Exception, match="other limits"):
                await ledger.open(Account.unlimited(ALICE, XTR))
            with pytest.raises(TransferMissing):
                await ledger.transfer(pay(ALICE, BOB, 1).id)
            await moved(ledger, pay(ALICE, BOB, 4))
        assert await posted(ledger, BOB) == 4

    async def test_nobody_else_sees_what_may_be_undone(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """Another task that asks meanwhile is told what was before, at once or afterwards."""
        await funded(ledger, alice=10)
        async with undone(transaction):
            await moved(ledger, pay(ALICE, BOB, 3))
            await placed(ledger, set_aside(ALICE, 1))
            asked = asyncio.create_task(figures(ledger, ALICE))
            await asyncio.wait([asked], timeout=0.05)
        assert await asked == (10, 0, 10)

    async def test_others_wait_or_go_first_but_lose_nothing(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """A movement asked for by another task during a transaction is made beside it."""
        await funded(ledger, alice=10)
        async with transaction():
            await moved(ledger, pay(ALICE, BOB, 3))
            asked = asyncio.create_task(moved(ledger, pay(ALICE, SHOP, 4)))
            await asyncio.wait([asked], timeout=0.05)
            await moved(ledger, pay(ALICE, BOB, 2))
        await asked
        names = (ALICE, BOB, SHOP)
        assert [await posted(ledger, name) for name in names] == [1, 5, 4]

    async def test_a_cancelled_block_is_undone(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """Being cancelled inside is ending badly; the ledger works on."""
        await funded(ledger, alice=10)
        inside = asyncio.Event()

        async def never_ends() -> None:
            async with transaction():
                await moved(ledger, pay(ALICE, BOB, 3))
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(never_ends())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await posted(ledger, ALICE) == 10
        await moved(ledger, pay(ALICE, BOB, 10))

    async def test_active_is_about_the_running_task(self, transaction: Transaction) -> None:
        """True inside, false before, after, and in every other task, children included."""

        async def asked() -> bool:
            return transaction.active

        assert not await asked()
        for block in (transaction, lambda: undone(transaction)):
            async with block():
                assert transaction.active
                assert await asked()
                assert not await asyncio.create_task(asked())
            assert not await asked()

    async def test_a_transaction_inside_another_is_a_mistake(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """It raises RuntimeError; the one around it is still good."""
        await funded(ledger, alice=10)
        async with transaction():
            await moved(ledger, pay(ALICE, BOB, 3))
            with pytest.raises(RuntimeError):
                async with transaction():
                    pytest.fail("began")
            assert transaction.active
            await moved(ledger, pay(ALICE, BOB, 1))
        assert await posted(ledger, BOB) == 4

    async def test_transactions_follow_one_another(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """After an undone one comes a good one, in the same task."""
        await funded(ledger, alice=10)
        for good in (True, False, True, False, True):
            async with transaction() if good else undone(transaction):
                await moved(ledger, pay(ALICE, BOB, 2))
        assert await posted(ledger, BOB) == 6
