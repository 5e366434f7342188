"""The contract of `core.identity.Trail`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest

from ....core.identity import START, Audited, Caller, Link, Trail, VerifyTrail
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import NOON, QUOTED, TICK, Ground, done, meanwhile

OWNER: Final = Caller.local()

FACTS: Final[Sequence[Mapping[str, Any]]] = (
    {},
    {"amount": "12.50 RUB", "paid": True, "count": -(2**63), "to": None, "": ""},
    {"words": QUOTED, "русский": "ё\u2028\x7f", "b": False, "a": 0, "large": 2**100},
)
"""What may be told."""


async def written(trail: Trail, transaction: Transaction, *lot: Audited) -> list[Link]:
    """Each in a transaction of its own."""
    links = []
    for each in lot:
        async with transaction():
            links.append(await trail.append(each))
    return links


class TrailContract(Ground):
    """
    What everything that keeps a trail does. Subclass it in a test and override the fixtures
    `trail` and `transaction`, both of one empty storage.
    """

    @pytest.mark.parametrize("facts", FACTS)
    async def test_what_was_done_is_kept_as_it_was(
        self, trail: Trail, transaction: Transaction, facts: Mapping[str, Any]
    ) -> None:
        """Any facts and texts, moments to the tick, in one chain that can be sealed again."""
        first = done(facts=facts, who=QUOTED[:20], about="refund:1", what="refund.asked_for")
        links = await written(trail, transaction, first, done(2, facts=facts))
        assert [each.number for each in links] == [1, 2]
        assert [each.audited for each in links] == [first, done(2, facts=facts)]
        assert links == [Link.after(None, first), Link.after(links[0], links[1].audited)]
        kept = list(await trail.onward(9))
        assert kept == links
        assert (kept[0].before, kept[1].before) == (START, kept[0].digest)
        kinds = {name: type(to) for name, to in kept[0].audited.facts.items()}
        assert kinds == {name: type(to) for name, to in facts.items()}
        verified = await VerifyTrail(trail)(OWNER)
        assert (verified.links, verified.head, verified.finding) == (2, links[1], None)

    async def test_order_is_the_order_of_writing(
        self, trail: Trail, transaction: Transaction
    ) -> None:
        """Whatever their clocks say."""
        links = await written(trail, transaction, done(5), done(3), done(9))
        assert list(await trail.onward(9)) == links

    async def test_it_is_read_in_pages(self, trail: Trail, transaction: Transaction) -> None:
        """From both ends."""
        links = await written(trail, transaction, *map(done, range(1, 6)))
        newest = links[::-1]
        assert list(await trail.page(2)) == newest[:2]
        assert list(await trail.page(2, before=4)) == newest[2:4]
        assert list(await trail.page(2**70, before=2**70)) == newest
        assert list(await trail.page(9, before=1)) == []
        assert list(await trail.onward(2)) == links[:2]
        assert list(await trail.onward(2, after=2)) == links[2:4]
        assert list(await trail.onward(2**70, after=4)) == links[4:]
        assert list(await trail.onward(9, after=2**70)) == []

    async def test_one_thing_or_one_person_is_picked_out(
        self, trail: Trail, transaction: Transaction
    ) -> None:
        """To the letter, and both together."""
        lot = [
            done(1, who="ann", about="user:1"),
            done(2, who="bob", about="user:1"),
            done(3, who="ann", about="user:2"),
            done(4, who="Ann", about="user:11"),
        ]
        one, two, three, _ = await written(trail, transaction, *lot)
        assert list(await trail.page(9, about="user:1")) == [two, one]
        assert list(await trail.page(9, who="ann")) == [three, one]
        assert list(await trail.page(9, who="ann", about="user:1")) == [one]
        assert list(await trail.page(9, before=2, about="user:1")) == [one]
        assert list(await trail.page(1, about="user:1")) == [two]
        assert list(await trail.page(9, who="eve")) == []

    async def test_it_is_written_inside_a_transaction(
        self, trail: Trail, transaction: Transaction
    ) -> None:
        """Alone it would tell of what perhaps never happened."""
        with pytest.raises(RuntimeError):
            await trail.append(done())
        assert list(await trail.onward(9)) == []

    async def test_what_was_undone_leaves_no_trail(
        self, trail: Trail, transaction: Transaction
    ) -> None:
        """And no gap either."""
        await written(trail, transaction, done(1))
        async with undone(transaction):
            await trail.append(done(2))
            await trail.append(done(3))
        (link,) = await written(trail, transaction, done(4))
        assert link.number == 2
        assert (await VerifyTrail(trail)(OWNER)).finding is None

    async def test_a_transaction_may_write_much(
        self, trail: Trail, transaction: Transaction
    ) -> None:
        """It sees its own, and nobody else does before its end."""
        async with transaction():
            links = [await trail.append(done(n)) for n in range(3)]
            assert list(await trail.onward(9)) == links
            asked = await meanwhile(trail.page(9))
        assert list(await asked) in ([], links[::-1])  # whoever waits sees it, others do not
        assert list(await trail.onward(9)) == links

    async def test_who_writes_is_alone_until_the_end(
        self, trail: Trail, transaction: Transaction
    ) -> None:
        """The second follows the first, or what was before when that is undone."""

        async def second() -> Link:
            async with transaction():
                return await trail.append(done(9, at=NOON + 9 * TICK))

        async with transaction():
            first = await trail.append(done(1))
            waits = await meanwhile(second())
            assert not waits.done()
        assert (await waits).before == first.digest
        async with undone(transaction):
            await trail.append(done(3))
            waits_again = await meanwhile(second())
        assert (await waits_again).number == 3
