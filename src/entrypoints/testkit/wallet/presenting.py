"""What was presented is paid once at most, and what is not known is not called known."""

from contextlib import suppress

import pytest

from ....core.errors import Refused, Unavailable
from ....core.wallets import Cheque, ChequeState, Sight, Wallet
from .ground import Ground, payments
from .outside import Call, Outside, Trait, Trouble


class Presenting(Ground):
    """`present` and `presents_are_single`."""

    async def test_it_is_paid(self, wallet: Wallet, outside: Outside) -> None:
        """Once, and that can be seen and proven."""
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        await wallet.present(cheque)
        outside.seen(cheque)
        assert outside.paid(bill) == 1
        look = await wallet.look(cheque)
        assert (look.sight, list(look.paid)) == (Sight.CASHED, [True])
        assert look.proof
        assert look.fee is None or look.fee.units >= 0
        self.keeps_secrets(outside, look)

    async def test_as_many_as_it_says(self, wallet: Wallet, outside: Outside) -> None:
        """With one cheque, and of each it is said whether it was paid."""
        bills = [outside.bill() for _ in range(min(wallet.bills_max, 3))]
        cheque = await self.drawn(wallet, outside, *bills)
        await self.presented(wallet, cheque)
        outside.seen(cheque)
        assert payments(outside, bills) == [1] * len(bills)
        assert list((await wallet.look(cheque)).paid) == [True] * len(bills)

    async def test_presented_again_it_is_paid_once(self, wallet: Wallet, outside: Outside) -> None:
        """By the same wallet, and by one that remembers nothing; before it was seen, and after."""
        if not wallet.presents_are_single:
            return  # then nobody presents it again
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        for each in (wallet, wallet, outside.anew()):
            await self.presented(each, cheque)
        outside.seen(cheque)
        assert (await outside.anew().look(cheque)).sight is Sight.CASHED
        for each in (wallet, outside.anew()):
            await self.presented(each, cheque)
        outside.seen(cheque)
        assert outside.paid(bill) == 1
        assert (await wallet.look(cheque)).sight is Sight.CASHED

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_presented_in_doubt(
        self, wallet: Wallet, outside: Outside, trouble: Trouble
    ) -> None:
        """What may have been carried out is not refused; in the end it is known which it was."""
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        outside.trouble(Call.PRESENT, trouble)
        with suppress(Unavailable):
            look = await wallet.present(cheque)
            assert look.fate(cheque) is not ChequeState.VOID
        outside.seen(cheque)
        assert outside.paid(bill) == int(trouble.happens)
        look = await outside.anew().look(cheque)
        assert (look.sight is Sight.CASHED) == trouble.happens
        if look.sight is not Sight.CASHED:
            assert look.fate(cheque) is ChequeState.SIGNED
            if wallet.presents_are_single:
                await self.presented(wallet, cheque)
                outside.seen(cheque)
                assert (outside.paid(bill), (await wallet.look(cheque)).paid) == (1, (True,))

    async def test_what_ran_out_is_not_carried_out(self, wallet: Wallet, outside: Outside) -> None:
        """Whoever presents it too late pays nothing."""
        if Trait.RUNS_OUT not in outside.traits:
            return
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        outside.pass_time(cheque.draft.expires_at - outside.now)
        with suppress(Unavailable, Refused):
            await wallet.present(cheque)
        outside.seen(cheque)
        assert outside.paid(bill) == 0
        assert await self.fate(wallet, cheque) is ChequeState.VOID

    async def test_what_is_held_back_is_carried_out_later(
        self, wallet: Wallet, outside: Outside
    ) -> None:
        """Until then it is neither paid nor void, and presenting it again changes nothing."""
        if Trait.WAITS not in outside.traits:
            return
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        outside.hold_back()
        await self.presented(wallet, cheque)
        assert (await wallet.look(cheque)).fate(cheque) is ChequeState.SIGNED
        if wallet.presents_are_single:
            await self.presented(outside.anew(), cheque)
        outside.carry_out()
        outside.seen(cheque)
        assert outside.paid(bill) == 1
        assert (await wallet.look(cheque)).sight is Sight.CASHED

    async def fate(self, wallet: Wallet, cheque: Cheque) -> ChequeState:
        """What becomes of it by what is seen."""
        return (await wallet.look(cheque)).fate(cheque)
