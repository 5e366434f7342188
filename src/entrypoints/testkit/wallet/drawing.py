"""What is drawn is signed, and nobody outside hears of it."""

import pytest

from ....core.errors import Refused, Unavailable
from ....core.wallets import SEND_WINDOW, BillRefused, ChequeState, Sight, Wallet, WalletPoor
from .ground import SOON, Ground, cheque_of
from .outside import Call, Outside, Trait, Trouble


class Drawing(Ground):
    """`name`, `assets`, `bills_max`, `draw` and `balance`."""

    async def test_it_says_what_it_is(self, wallet: Wallet, outside: Outside) -> None:
        """A name, at least one asset, and room for at least one bill."""
        assert wallet.name
        assert outside.bill().asset in wallet.assets
        assert wallet.bills_max >= 1

    async def test_nobody_hears_of_a_draft(self, wallet: Wallet, outside: Outside) -> None:
        """
        However long one waits: what was drawn and thrown away is nothing.

        It does not run out before it can be presented for the first time.
        """
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        draft = cheque.draft
        self.numbered(outside, draft)
        assert draft.message
        assert draft.hash
        assert draft.expires_at > outside.now + SEND_WINDOW
        outside.seen(cheque)
        assert outside.paid(bill) == 0
        look = await wallet.look(cheque)
        assert (look.sight, look.fate(cheque)) == (Sight.NOTHING, ChequeState.SIGNED)
        self.past(outside, cheque)
        assert outside.paid(bill) == 0

    async def test_two_drafts_are_told_apart(self, wallet: Wallet, outside: Outside) -> None:
        """By what they are, and by what they are looked up by."""
        first = await wallet.draw([outside.bill()], -1)
        outside.pass_time(SOON)
        second = await wallet.draw([outside.bill()], -1)
        assert first.message != second.message
        assert first.hash != second.hash

    async def test_nothing_is_signed_under_a_sequence_that_was_used(
        self, wallet: Wallet, outside: Outside
    ) -> None:
        """Whoever says that it is free has not read all there is."""
        draft = await wallet.draw([outside.bill()], -1)
        if Trait.COUNTS not in outside.traits:
            assert (await wallet.draw([outside.bill()], draft.sequence)).sequence == 0
            return
        assert (await wallet.draw([outside.bill()], draft.sequence - 1)).sequence == draft.sequence
        for last in (draft.sequence, draft.sequence + 1):
            with pytest.raises(Unavailable):
                await wallet.draw([outside.bill()], last)

    async def test_the_next_one_comes_after(self, wallet: Wallet, outside: Outside) -> None:
        """Once a cheque is cashed, the sequence goes on, and both are paid once."""
        first = await self.drawn(wallet, outside, one := outside.bill())
        await self.presented(wallet, first)
        outside.seen(first)
        assert (await wallet.look(first)).sight is Sight.CASHED
        last = first.draft.sequence if Trait.COUNTS in outside.traits else -1
        second = await self.drawn(wallet, outside, two := outside.bill(), last=last)
        assert second.draft.sequence == last + 1
        await self.presented(wallet, second)
        outside.seen(second)
        assert (await wallet.look(second)).sight is Sight.CASHED
        assert (outside.paid(one), outside.paid(two)) == (1, 1)

    async def test_it_does_not_sign_what_it_cannot_pay(
        self, wallet: Wallet, outside: Outside
    ) -> None:
        """It says what it has to spend, and what was asked for."""
        with pytest.raises(WalletPoor) as poor:
            await wallet.draw([outside.too_much()], -1)
        assert poor.value.available < poor.value.asked
        self.keeps_secrets(outside, poor.value)

    async def test_wrong_bills_are_refused(self, wallet: Wallet, outside: Outside) -> None:
        """Each by itself, and with another one that is as it should be."""
        wrong = outside.wrong_bills()
        assert wrong
        for bill in wrong:
            with pytest.raises(BillRefused) as refused:
                await wallet.draw([bill], -1)
            self.keeps_secrets(outside, refused.value)
            if wallet.bills_max > 1:
                with pytest.raises(Refused):
                    await wallet.draw([outside.bill(), bill], -1)

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_nothing_is_signed_blindly(
        self, wallet: Wallet, outside: Outside, trouble: Trouble
    ) -> None:
        """What is needed for signing could not be read; later it can."""
        outside.trouble(Call.DRAW, trouble)
        with pytest.raises(Unavailable) as doubt:
            await wallet.draw([outside.bill()], -1)
        self.keeps_secrets(outside, doubt.value)
        assert (await wallet.draw([outside.bill()], -1)).message

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_what_is_in_it(self, wallet: Wallet, outside: Outside, trouble: Trouble) -> None:
        """Less, once something was paid; in doubt nothing is said."""
        bill = outside.bill()
        before = await wallet.balance(bill.asset)
        assert before.asset == bill.asset
        cheque = await self.drawn(wallet, outside, bill)
        assert await wallet.balance(bill.asset) == before
        await self.presented(wallet, cheque)
        outside.seen(cheque)
        assert await wallet.balance(bill.asset) <= before - bill.total
        outside.trouble(Call.BALANCE, trouble)
        with pytest.raises(Unavailable):
            await wallet.balance(bill.asset)

    async def test_secrets_are_kept(self, wallet: Wallet, outside: Outside) -> None:
        """In nothing that a wallet shows or hands out."""
        draft = await wallet.draw([outside.bill()], -1)
        cheque = cheque_of(wallet, outside, draft)
        self.keeps_secrets(outside, wallet, draft, cheque, await wallet.look(cheque))
