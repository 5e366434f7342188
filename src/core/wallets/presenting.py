"""Presenting a cheque, and finding out what became of it: the same cheque, and no other."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from attrs import evolve, frozen

from ..clock import Clock
from ..errors import AltynError, Refused, Unavailable
from ..identity import Audit, Caller, Permission
from ..standstill import Standstill, must_move
from ..transaction import Transaction
from .cheque import Cheque, ChequeState, Look, Sight
from .errors import ChequeAlive, ChequeMoved, NotItsBills
from .outlay import ChequeId, Outlay, OutlayState
from .paybook import Paybook
from .ports import Cheques, Outlays
from .schedule import CLOCKS_APART, next_look
from .wallets import Wallets

WITHOUT: Final = "it was carried out without this payment"
NEVER: Final = "it was not carried out, and never will be"


@frozen
class CashCheque:
    """Present a cheque that was drawn, or look what became of it."""

    outlays: Outlays
    cheques: Cheques
    wallets: Wallets
    paybook: Paybook
    transaction: Transaction
    clock: Clock
    standstill: Standstill

    async def __call__(self, id: ChequeId) -> Cheque:
        """
        The cheque after what was seen.

        Raises:
            ChequeMissing: none has this id.
            ChequeMoved: somebody else goes on with it.
            WalletUnknown: its wallet is not enabled any more.
            StandsStill: the books were restored; it was not presented.
        """
        cheque = await self.cheques.get(id)
        if cheque.ended:
            return cheque
        wallet = self.wallets.of(cheque.wallet)
        if not cheque.presented:
            return await self._present(cheque, first=True)
        try:
            look = await wallet.look(cheque)
        except (Refused, Unavailable) as silence:
            return await self.keep(cheque, None, words=silence)
        again = look.fate(cheque) is ChequeState.SIGNED and wallet.presents_are_single
        if again and self.clock.now() < cheque.draft.expires_at:
            return await self._present(cheque, first=False)
        return await self.keep(cheque, look)

    async def paid_for_all_to_see(self, cheque: Cheque) -> Look | None:
        """What is seen of it outside now, where that is that it was cashed; else None."""
        try:
            look = await self.wallets.of(cheque.wallet).look(cheque)
        except AltynError:
            return None
        return look if look.sight is Sight.CASHED else None

    async def _present(self, cheque: Cheque, *, first: bool) -> Cheque:
        """Written down before it is done; the clock is asked again at the last moment."""
        wallet = self.wallets.of(cheque.wallet)
        claimed = evolve(cheque, presented=cheque.presented + 1)
        async with self.transaction():
            await must_move(self.standstill)
            await self.cheques.put(claimed, was=cheque)
        if first and self.clock.now() >= cheque.present_before:
            # Nobody but us has ever had it, and it is never handed out: but that we die here and
            # are believed to have presented it is possible, so it has to run out all the same.
            return await self.keep(cheque, None, words="it was not presented in time")
        try:
            look = await wallet.present(claimed)
        except Refused as no:
            never = Look(sight=Sight.NEVER, as_of=self.clock.now())
            return await self.keep(cheque, never, words=no, alone=True)
        except Unavailable as doubt:
            return await self.keep(cheque, None, words=doubt)
        return await self.keep(cheque, look)

    async def keep(
        self,
        seen: Cheque,
        look: Look | None,
        *,
        words: object = "",
        by: str = "",
        alone: bool = False,
        then: Callable[[Cheque], Awaitable[None]] | None = None,
    ) -> Cheque:
        """
        Keep what was seen, and move money and outlays as that says.

        What is done then is a part of it, and the last; where somebody was faster it is not done.
        What was seen alone says something only of a cheque that was presented once.
        """
        now = self.clock.now()
        async with self.transaction():
            # Books before cheques before outlays, as everywhere.
            book = await self.cheques.book(seen.wallet)
            cheque = await self.cheques.get(seen.id)
            if cheque.ended:
                return cheque  # somebody else has seen it before
            if alone and cheque.presented > 1:
                look = None  # one time was refused, and another one was perhaps not
            fate = ChequeState.SIGNED if look is None else look.fate(cheque)
            after = evolve(cheque, state=fate, checks=cheque.checks + 1, decided_by=by)
            after = evolve(after.told_that(words), check_at=next_look(after, now))
            await self.cheques.put(after, was=cheque)
            if look is not None and after.ended:
                unpaid = await self._settle(after, look)
                await self.cheques.close(book.closes(after, unpaid))
            elif after.check_at is None and cheque.check_at is not None:
                await self.paybook.tell_unresolved(after)
            if then is not None:
                await then(after)
        return after

    async def _settle(self, cheque: Cheque, look: Look) -> Sequence[Outlay]:
        """Say of each outlay whether this paid it; answers those that it did not."""
        cashed = cheque.state is ChequeState.CASHED
        settled = list[Outlay]()
        for id, paid in zip(cheque.outlays, paid_of(cheque, look), strict=True):
            outlay = await self.outlays.get(id)
            # A message may be carried out, and what it should send be left out.
            left_out = cheque.told or (WITHOUT if cashed else NEVER)
            outlay = outlay.paid(look.proof) if paid else outlay.unpaid(left_out)
            await self.outlays.put(outlay)
            settled.append(outlay)
        paid_ones = [each for each in settled if each.state is OutlayState.PAID]
        if paid_ones:
            await self.paybook.paid(paid_ones)
        await self.paybook.tell_outlays(settled)
        if cashed and look.fee is not None and look.fee.units > 0:
            await self.paybook.cost(cheque, look.fee)
        return [each for each in settled if each.state is OutlayState.UNPAID]


def paid_of(cheque: Cheque, look: Look) -> Sequence[bool]:
    """Of each of its outlays whether it was paid."""
    return look.paid if cheque.state is ChequeState.CASHED else [False] * len(cheque.outlays)


@frozen
class DecideCheque:
    """
    A person says what became of a cheque, having seen it outside.

    It is looked at once more: what is there for all to see is no matter of opinion, and says what
    it cost besides.
    """

    cheques: Cheques
    cash: CashCheque
    clock: Clock
    audit: Audit

    async def __call__(self, id: ChequeId, by: Caller, paid: Sequence[bool], proof: str) -> Cheque:
        """
        Say of each of its bills whether it was paid; nothing paid means that it never will be.

        A cheque that is seen to have been cashed is kept as it is seen, whatever was said.

        Raises:
            NotAllowed: they may not say what became of things.
            NotSure: they have not shown their second factor just now.
            ChequeMissing: none has this id.
            NotItsBills: it pays fewer bills, or more.
            ChequeMoved: it is known what became of it.
            ChequeAlive: it can still be carried out, so nobody can know that it never was.
        """
        by.must(Permission.DECIDE)
        by.must_be_sure()

        async def then(after: Cheque) -> None:
            said = ", ".join("paid" if each else "unpaid" for each in paid)
            await self.audit(
                by, "cheque.decided", f"cheque:{id}", wallet=after.wallet, said=said, proof=proof
            )

        cheque, now = await self.cheques.get(id), self.clock.now()
        if cheque.ended:
            raise ChequeMoved(id, cheque.state)
        if len(paid) != len(cheque.outlays):
            raise NotItsBills(id, len(cheque.outlays), len(paid))
        if (seen := await self.cash.paid_for_all_to_see(cheque)) is not None:
            return await self.cash.keep(cheque, seen, by=by.name, then=then)
        if not any(paid):
            dead = cheque.draft.expires_at + CLOCKS_APART
            if now < dead:
                raise ChequeAlive(id, dead)
            never = Look(sight=Sight.NEVER, as_of=now)
            return await self.cash.keep(cheque, never, by=by.name, then=then)
        look = Look(sight=Sight.CASHED, as_of=now, paid=paid, proof=proof)
        return await self.cash.keep(cheque, look, by=by.name, then=then)
