"""Drawing a cheque: it is signed, and written down before anybody outside can see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import uuid5

from attrs import frozen

from ..clock import Clock
from ..errors import Refused
from ..spans import span
from ..transaction import Transaction
from .cheque import CHEQUES, Cheque, Draft
from .chequebook import Caps, Chequebook
from .errors import BillRefused, ChequebookMoved, OutlayReused
from .outlay import ChequeId, Outlay, OutlayState
from .paybook import Paybook
from .ports import Cheques, Outlays, Wallet
from .schedule import SEND_WINDOW
from .wallets import Wallets

NOTHING: Final = Caps(a_bill={}, a_day={})
"""What a wallet pays of which nobody said how much it may."""

LATE: Final = "it is too late for that"
LAPSING_MAX: Final = 100
"""So many of those that are due are looked at together."""


@frozen
class RequestOutlay:
    """Write down that a bill is to be paid; nobody outside hears of it yet."""

    outlays: Outlays
    wallets: Wallets

    async def __call__(self, outlay: Outlay) -> Outlay:
        """
        The outlay; the same one again is answered as it is by then.

        Raises:
            WalletUnknown: none has that name.
            BillRefused: this wallet does not pay in that asset.
            OutlayReused: the id is known with other contents.
            OutlayDoubled: the same thing is being paid, or was.
        """
        wallet = self.wallets.of(outlay.wallet)
        if outlay.amount.asset not in wallet.assets:
            raise BillRefused(wallet.name, f"it is in {outlay.amount.asset}")
        kept = await self.outlays.add(outlay)
        told = (kept.wallet, kept.bill, kept.target, kept.reference)
        if told != (outlay.wallet, outlay.bill, outlay.target, outlay.reference):
            raise OutlayReused(kept.id)
        return kept


@frozen
class DrawCheque:
    """Sign for what is due, and write down what was signed."""

    outlays: Outlays
    cheques: Cheques
    wallets: Wallets
    caps: Mapping[str, Caps]
    paybook: Paybook
    transaction: Transaction
    clock: Clock

    async def __call__(self, name: str) -> Cheque | None:
        """
        The new cheque, or None when there is nothing to pay, one is open, or signing took too long.

        What this wallet does not pay, or cannot pay in time, is unpaid from then on.

        Raises:
            WalletUnknown: none has that name.
            Unavailable: what is needed for signing could not be read; nothing was signed.
            ChequebookMoved, ChequeOpen: somebody else drew one meanwhile.
        """
        wallet = self.wallets.of(name)
        book = await self.cheques.book(name)
        if book.open is not None:
            return None
        bills = await self._payable(book, await self.outlays.due(name, wallet.bills_max))
        if not bills:
            return None
        with span("sign cheque") as signing:
            if (cheque := await self._drawn(wallet, book, bills)) is not None:
                signing.tell(cheque=str(cheque.id))
            return cheque

    async def lapse(self, name: str) -> None:
        """Give up what has run out, also while it is not known what became of a cheque."""
        now = self.clock.now()
        for outlay in await self.outlays.due(name, LAPSING_MAX):
            if now >= outlay.bill.pay_before:
                await self._give_up(outlay, BillRefused(name, LATE))

    async def _drawn(
        self, wallet: Wallet, book: Chequebook, bills: Sequence[Outlay]
    ) -> Cheque | None:
        await self.paybook.ahead(bills)
        began = self.clock.now()
        try:
            draft = await wallet.draw([each.bill for each in bills], book.sequence)
        except Refused as no:
            if len(bills) > 1:  # one of them is in the way of the others: begin with the oldest
                return await self._alone(wallet, book, bills[0])
            await self._give_up(bills[0], no)
            return None
        return await self._written(book, bills, draft, began)

    async def _alone(self, wallet: Wallet, book: Chequebook, outlay: Outlay) -> Cheque | None:
        began = self.clock.now()
        try:
            draft = await wallet.draw([outlay.bill], book.sequence)
        except Refused as no:
            await self._give_up(outlay, no)
            return None
        return await self._written(book, [outlay], draft, began)

    async def _payable(self, book: Chequebook, due: Sequence[Outlay]) -> Sequence[Outlay]:
        """Those that this wallet may pay today, together."""
        now, bills = self.clock.now(), list[Outlay]()
        for outlay in due:
            try:
                if now >= outlay.bill.pay_before:
                    raise BillRefused(outlay.wallet, LATE)
                book.on(now).room(self.caps.get(outlay.wallet, NOTHING), outlay, bills)
            except Refused as no:
                await self._give_up(outlay, no)
            else:
                bills.append(outlay)
        return bills

    async def _written(
        self, book: Chequebook, bills: Sequence[Outlay], draft: Draft, began: datetime
    ) -> Cheque | None:
        """
        Kept with its number, if nobody was faster; what was signed in vain nobody has seen.

        When it runs out was counted from when we began, so we are late from then on, too.
        """
        now, present_before = self.clock.now(), began + SEND_WINDOW
        if now >= present_before:
            return None
        number = book.number + 1
        cheque = Cheque(
            id=ChequeId(uuid5(CHEQUES, f"{book.wallet}\n{number}")),
            wallet=book.wallet,
            number=number,
            draft=draft,
            outlays=tuple(each.id for each in bills),
            present_before=present_before,
            signed_at=now,
            check_at=now,
        )
        async with self.transaction():
            current = await self.cheques.book(book.wallet)
            if current.number != book.number:
                raise ChequebookMoved(book.wallet)
            await self.cheques.draw(cheque, current.draws(cheque.id, bills, now))
            for each in bills:
                await self.outlays.put(each.signed(cheque.id))
        return cheque

    async def _give_up(self, outlay: Outlay, why: Refused) -> None:
        """Nothing that could pay it exists, so it is certainly not paid."""
        async with self.transaction():
            kept = await self.outlays.get(outlay.id)
            if kept.state is OutlayState.DUE:
                unpaid = kept.unpaid(why)
                await self.outlays.put(unpaid)
                await self.paybook.tell_outlays([unpaid])
