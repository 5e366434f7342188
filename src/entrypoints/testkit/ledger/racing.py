"""Many callers at once: nothing is lost, nothing is done twice, everyone is answered."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

from ....core.balances import (
    Closed,
    Command,
    InsufficientFunds,
    Ledger,
    Move,
    Place,
    Placed,
    Receipt,
    Release,
    Verdict,
)
from ....core.errors import AltynError
from ....core.transaction import Transaction
from .ground import (
    ALICE,
    BOB,
    SHOP,
    Ground,
    coins,
    figures,
    funded,
    history,
    pay,
    placed,
    posted,
    same,
    set_aside,
)

TASKS = 8


async def at_once(ledger: Ledger, lists: Sequence[Sequence[Command]]) -> list[Sequence[Verdict]]:
    """What each of these lists, asked for by a task of its own, is answered."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ledger.carry_out(commands)) for commands in lists]
    return [task.result() for task in tasks]


def alike(left: Verdict, right: Verdict) -> bool:
    """Whether two answers say the same."""
    if isinstance(left, AltynError) and isinstance(right, AltynError):
        return left.like(right)
    return left == right


class Racing(Ground):
    """`carry_out` by several tasks together."""

    async def test_the_same_ids_have_one_effect(self, ledger: Ledger) -> None:
        """Whoever comes first does it, and all are answered alike, the refusal too."""
        await funded(ledger, alice=100)
        hold = set_aside(ALICE, 10)
        commands: list[Command] = [
            Move.of(pay(ALICE, BOB, 20)),
            Move.of(pay(ALICE, BOB, 30), pay(BOB, SHOP, 50)),
            Place(hold),
            Move.of(pay(ALICE, BOB, 95)),
            Move((pay(ALICE, SHOP, 7),), hold.id),
        ]
        answers = await at_once(ledger, [commands] * TASKS)
        for answer in answers:
            assert len(answer) == len(commands)
            assert all(map(alike, answer, answers[0]))
        kinds = [type(verdict) for verdict in answers[0]]
        assert kinds == [Receipt, Receipt, Placed, InsufficientFunds, Receipt]
        assert await figures(ledger, ALICE) == (43, 0, 43)
        assert len(await history(ledger, ALICE)) == 4

    async def test_the_last_money_is_spent_once(self, ledger: Ledger) -> None:
        """Of many who want all of it one gets it, the others are refused."""
        await funded(ledger, alice=10)
        answers = await at_once(ledger, [[Move.of(pay(ALICE, BOB, 10))] for _ in range(TASKS)])
        verdicts = [verdict for (verdict,) in answers]
        refused = [verdict for verdict in verdicts if isinstance(verdict, AltynError)]
        assert len(refused) == TASKS - 1
        for each in refused:
            assert same(each, InsufficientFunds(ALICE, coins(0), coins(10)))
        assert (await posted(ledger, ALICE), await posted(ledger, BOB)) == (0, 10)

    async def test_a_hold_is_closed_once(self, ledger: Ledger) -> None:
        """Captures and releases race for it; one of them wins, the books agree with it."""
        await funded(ledger, alice=10)
        hold = set_aside(ALICE, 10)
        await placed(ledger, hold)
        captures = [[Move((pay(ALICE, SHOP, 10),), hold.id)] for _ in range(TASKS)]
        releases = [[Release(hold.id)] for _ in range(TASKS)]
        mixed: list[Sequence[Command]] = []
        for capture, release in zip(captures, releases, strict=True):
            mixed += [capture, release]
        verdicts = [verdict for (verdict,) in await at_once(ledger, mixed)]
        receipts = [each for each in verdicts if isinstance(each, Receipt)]
        releases_done = [each for each in verdicts if isinstance(each, Closed)]
        assert (len(receipts), len(releases_done)) in {(1, 0), (0, TASKS)}
        left = 0 if receipts else 10
        assert await figures(ledger, ALICE) == (left, 0, left)

    async def test_opposite_ways_do_not_block_each_other(self, ledger: Ledger) -> None:
        """Everyone pays everyone in every order; the sum is what it was."""
        await funded(ledger, alice=100, bob=100, shop=100)
        names = (ALICE, BOB, SHOP)
        pairs = [(one, two) for one in names for two in names if one != two]
        lists: list[Sequence[Command]] = [
            [
                Move.of(*(pay(one, two, 1) for one, two in pairs[shift:] + pairs[:shift]))
                for _ in range(3)
            ]
            for shift in range(len(pairs))
        ]
        for answer in await at_once(ledger, lists):
            assert all(isinstance(verdict, Receipt) for verdict in answer)
        assert [await posted(ledger, name) for name in names] == [100, 100, 100]
        for name in names:
            entries = await history(ledger, name)
            assert [entry.number for entry in entries] == [*range(len(entries), 0, -1)]
            for newer, older in pairwise(entries):
                assert newer.after == older.after + newer.change

    async def test_transactions_and_plain_calls_mix(
        self, ledger: Ledger, transaction: Transaction
    ) -> None:
        """Tasks inside transactions and tasks without share the accounts, and all of it counts."""
        await funded(ledger, alice=100)

        async def inside() -> None:
            async with transaction():
                await ledger.carry_out([Move.of(pay(ALICE, BOB, 1))])
                await ledger.carry_out([Move.of(pay(ALICE, SHOP, 1))])

        async def outside() -> None:
            await ledger.carry_out([Move.of(pay(ALICE, BOB, 1))])

        async with asyncio.TaskGroup() as group:
            for _ in range(TASKS):
                group.create_task(inside())
                group.create_task(outside())
        names = (ALICE, BOB, SHOP)
        assert [await posted(ledger, name) for name in names] == [76, 16, 8]
