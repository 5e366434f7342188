"""What became of what was paid for; only what is certain is said."""

from datetime import timedelta

import pytest

from ....core.errors import Unavailable
from ....core.purchases import Delivery, Ordered, Purchase, Stage, Supplier
from ....core.wording import checked_text
from .ground import Ground, in_doubt, paid_for
from .outside import Call, Outside, Trait, Trouble

LONGEST = 128


class Delivering(Ground):
    """`delivery`."""

    async def test_what_was_just_paid_is_awaited(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """To be paid is not to have delivered."""
        purchase, _, message = await self.paid(supplier, outside)
        for _ in range(3):
            said = await supplier.delivery(purchase, message)
            assert said.stage is Stage.PENDING

    async def test_what_was_not_paid_is_not_delivered(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Whatever we believe of the payment."""
        purchase, _ = await self.ordered(supplier, outside)
        said = await supplier.delivery(paid_for(purchase), "a message that nobody has seen")
        assert said.stage is Stage.PENDING
        assert outside.bought() == 0

    async def test_what_was_handed_over_is_delivered(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """It is said in the end, with words that can be kept, and again whenever it is asked."""
        purchase, ordered, message = await self.paid(supplier, outside)
        await supplier.delivery(purchase, message)
        outside.deliver(ordered)
        said = await self.told(supplier, outside, purchase, message)
        assert said.stage is Stage.DELIVERED
        checked_text("proof", said.proof, LONGEST)
        assert (await supplier.delivery(purchase, message)).stage is Stage.DELIVERED
        assert outside.bought() == 1

    async def test_what_comes_late_comes_all_the_same(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Time alone makes nothing delivered, nor failed."""
        purchase, ordered, message = await self.paid(supplier, outside)
        outside.pass_time(timedelta(hours=2))
        assert (await supplier.delivery(purchase, message)).stage is Stage.PENDING
        outside.deliver(ordered)
        assert (await self.told(supplier, outside, purchase, message)).stage is Stage.DELIVERED

    async def test_without_a_message_it_is_asked_all_the_same(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Showing what paid it may help, and is not needed."""
        purchase, ordered, _ = await self.paid(supplier, outside)
        outside.deliver(ordered)
        assert (await self.told(supplier, outside, purchase, "")).stage is Stage.DELIVERED

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_no_answer_about_goods_is_nothing_definite(
        self, supplier: Supplier, outside: Outside, trouble: Trouble
    ) -> None:
        """Neither delivered nor failed; it is asked again."""
        purchase, ordered, message = await self.paid(supplier, outside)
        outside.deliver(ordered)
        outside.trouble(Call.DELIVERY, trouble)
        said = await self.said(supplier, purchase, message)
        self.keeps_secrets(outside, said)
        assert isinstance(said, Unavailable) or said.stage is Stage.PENDING
        assert (await self.told(supplier, outside, purchase, message)).stage is Stage.DELIVERED
        assert outside.bought() == 1

    async def test_being_shut_says_nothing_of_the_goods(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Whoever does not sell to us any more has not failed to deliver."""
        purchase, ordered, message = await self.paid(supplier, outside)
        outside.close()
        said = await self.said(supplier, purchase, message)
        self.keeps_secrets(outside, said)
        assert isinstance(said, Unavailable) or said.stage is Stage.PENDING
        outside.reopen()
        outside.deliver(ordered)
        assert (await self.told(supplier, outside, purchase, message)).stage is Stage.DELIVERED

    async def test_what_others_got_is_not_taken_for_it(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """What is in doubt stays so, whatever is delivered after it."""
        doubtful, _, shown = await self.paid(supplier, outside)
        doubtful = in_doubt(doubtful)
        if (paid := await self.one_more(supplier, outside)) is not None:
            purchase, ordered, message = paid
            outside.deliver(ordered)
            said = await self.told(supplier, outside, purchase, message)
            assert said.stage is Stage.DELIVERED
        assert (await supplier.delivery(doubtful, shown)).stage is Stage.PENDING

    async def test_what_comes_late_for_others_is_not_taken_for_it(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Nor is what was in doubt before it, and comes when it is awaited."""
        doubtful, late, shown = await self.paid(supplier, outside)
        await supplier.delivery(in_doubt(doubtful), shown)
        if (paid := await self.one_more(supplier, outside)) is not None:
            purchase, _, message = paid
            outside.deliver(late)
            for _ in range(3):
                assert (await supplier.delivery(purchase, message)).stage is Stage.PENDING

    async def test_what_is_delivered_after_all_is_said_where_it_can_be_told(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """Of an order that is not alone any more; else it is left to a person."""
        purchase, ordered, message = await self.paid(supplier, outside)
        purchase = in_doubt(purchase)
        outside.deliver(ordered)
        for _ in range(3):
            said = await supplier.delivery(purchase, message)
        settled = Trait.SETTLES in outside.traits
        assert said.stage is (Stage.DELIVERED if settled else Stage.PENDING)

    async def test_what_never_will_be_is_said_by_him_alone(
        self, supplier: Supplier, outside: Outside
    ) -> None:
        """With his words; who never says so is waited for."""
        purchase, ordered, message = await self.paid(supplier, outside)
        if Trait.GIVES_UP not in outside.traits:
            outside.pass_time(timedelta(days=30))
            assert (await supplier.delivery(purchase, message)).stage is Stage.PENDING
            return
        outside.fail(ordered)
        said = await self.told(supplier, outside, purchase, message)
        assert (said.stage, bool(said.words)) == (Stage.FAILED, True)

    async def one_more(
        self, supplier: Supplier, outside: Outside
    ) -> tuple[Purchase, Ordered, str] | None:
        """
        Another purchase that was paid, while one before it is in doubt.

        None where it cannot be ordered then: whoever cannot tell the two apart may wait.
        """
        try:
            return await self.paid(supplier, outside)
        except Unavailable:
            assert Trait.SETTLES not in outside.traits
            return None

    async def said(
        self, supplier: Supplier, purchase: Purchase, message: str
    ) -> Delivery | Unavailable:
        """What is said now, or that nothing is."""
        try:
            return await supplier.delivery(purchase, message)
        except Unavailable as silence:
            return silence

    async def told(
        self, supplier: Supplier, outside: Outside, purchase: Purchase, message: str
    ) -> Delivery:
        """What is said in the end: he is asked a few times."""
        for _ in range(5):
            said = await supplier.delivery(purchase, message)
            if said.stage is not Stage.PENDING:
                return said
            outside.pass_time(timedelta(seconds=2))
        return said
