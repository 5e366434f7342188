"""What is seen outside is true: nothing is called void that may be paid, nor paid that is not."""

from contextlib import suppress

import pytest

from ....core.errors import Refused, Unavailable
from ....core.wallets import ChequeState, Sight, Wallet
from .ground import LONG, Ground
from .outside import Call, Outside, Trait, Trouble


class Looking(Ground):
    """`look`."""

    async def test_what_was_never_presented_is_void_in_the_end(
        self, wallet: Wallet, outside: Outside
    ) -> None:
        """Not before it ran out; and then it can be handed to anybody without harm."""
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        look = await wallet.look(cheque)
        assert (look.sight, look.fate(cheque)) == (Sight.NOTHING, ChequeState.SIGNED)
        self.past(outside, cheque)
        look = await outside.anew().look(cheque)
        assert (look.sight, look.fate(cheque)) == (Sight.NOTHING, ChequeState.VOID)
        if Trait.RUNS_OUT in outside.traits:
            with suppress(Unavailable, Refused):
                await wallet.present(cheque)
            outside.seen(cheque)
        assert outside.paid(bill) == 0

    async def test_what_was_carried_out_stays_so(self, wallet: Wallet, outside: Outside) -> None:
        """However long after it ran out, whoever looks, and whatever was paid since."""
        cheque = await self.drawn(wallet, outside, outside.bill())
        await self.presented(wallet, cheque)
        outside.seen(cheque)
        first = await wallet.look(cheque)
        last = cheque.draft.sequence if Trait.COUNTS in outside.traits else -1
        other = await self.drawn(wallet, outside, outside.bill(), last=last)
        await self.presented(wallet, other)
        outside.seen(other)
        self.past(outside, cheque)
        later = await outside.anew().look(cheque)
        assert (later.sight, later.paid, later.proof) == (first.sight, first.paid, first.proof)
        assert later.proof != (await wallet.look(other)).proof

    async def test_whoever_lags_behind_calls_nothing_void(
        self, wallet: Wallet, outside: Outside
    ) -> None:
        """He does not know what was carried out; once he does, he says so."""
        if Trait.LAGS not in outside.traits:
            return
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        outside.lag()
        await self.presented(wallet, cheque)
        outside.seen(cheque)
        assert outside.paid(bill) == 1
        for _ in range(2):
            try:
                assert (await wallet.look(cheque)).fate(cheque) is ChequeState.SIGNED
            except Unavailable as doubt:
                self.keeps_secrets(outside, doubt)
            self.past(outside, cheque)
        outside.catch_up()
        assert (await wallet.look(cheque)).sight is Sight.CASHED

    async def test_whoever_lags_behind_calls_nothing_void_that_was_not_carried_out(
        self, wallet: Wallet, outside: Outside
    ) -> None:
        """It is void, and he cannot know."""
        if Trait.LAGS not in outside.traits:
            return
        cheque = await self.drawn(wallet, outside, outside.bill())
        outside.lag()
        self.past(outside, cheque)
        with suppress(Unavailable):
            assert (await wallet.look(cheque)).fate(cheque) is ChequeState.SIGNED
        outside.catch_up()
        assert (await wallet.look(cheque)).fate(cheque) is ChequeState.VOID

    async def test_something_else_took_its_place(self, wallet: Wallet, outside: Outside) -> None:
        """It can never be carried out, and that is known before it runs out."""
        if Trait.COUNTS not in outside.traits:
            return
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        outside.overtake(cheque.draft)
        outside.seen(cheque)
        look = await wallet.look(cheque)
        assert (look.sight, look.fate(cheque)) == (Sight.NEVER, ChequeState.VOID)
        await self.presented(wallet, cheque)
        outside.seen(cheque)
        assert outside.paid(bill) == 0
        assert (await outside.anew().look(cheque)).sight is Sight.NEVER

    async def test_carried_out_is_not_paid(self, wallet: Wallet, outside: Outside) -> None:
        """Where a cheque may be carried out without what it should pay, that is told."""
        if Trait.LEAVES_OUT not in outside.traits:
            return
        cheque = await self.drawn(wallet, outside, bill := outside.bill())
        outside.leave_out()
        await self.presented(wallet, cheque)
        outside.seen(cheque)
        assert outside.paid(bill) == 0
        look = await wallet.look(cheque)
        assert (look.sight, list(look.paid)) == (Sight.CASHED, [False])

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_what_cannot_be_read_is_not_known(
        self, wallet: Wallet, outside: Outside, trouble: Trouble
    ) -> None:
        """Before it was presented, after it was carried out, and long after it ran out."""
        cheque = await self.drawn(wallet, outside, outside.bill())
        outside.trouble(Call.LOOK, trouble)
        with pytest.raises(Unavailable) as doubt:
            await wallet.look(cheque)
        self.keeps_secrets(outside, doubt.value)
        await self.presented(wallet, cheque)
        outside.seen(cheque)
        outside.trouble(Call.LOOK, trouble)
        with pytest.raises(Unavailable):
            await wallet.look(cheque)
        outside.pass_time(LONG)
        outside.trouble(Call.LOOK, trouble)
        with pytest.raises(Unavailable):
            await wallet.look(cheque)
        assert (await wallet.look(cheque)).sight is Sight.CASHED
