"""Going on with what wallets have to pay."""

from contextlib import suppress

from attrs import frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import AltynError
from ..mishaps import surviving
from ..spans import detail, span
from .drawing import DrawCheque
from .ports import Cheques
from .presenting import CashCheque
from .wallets import Wallets


@frozen
class PollWallets:
    """Go on with what wallets have to pay, wallet by wallet."""

    cheques: Cheques
    wallets: Wallets
    draw: DrawCheque
    cash: CashCheque
    clock: Clock

    async def __call__(self) -> int:
        """Draw where nothing is open, cash what is open and due; answers how many went on."""
        gone_on = 0
        for name in self.wallets.names:
            # What was refused is kept, and gone on with later; a mistake of ours stops no other.
            with (
                suppress(AltynError),
                concerning(wallet=name),
                surviving("going on with wallet", name),
                detail("go on with wallet"),
            ):
                gone_on += await self.of(name)
        return gone_on

    async def of(self, name: str) -> bool:
        """Go on with one wallet; answers whether there was anything to do."""
        book = await self.cheques.book(name)
        if book.open is None:
            cheque = await self.draw(name)
        else:
            await self.draw.lapse(name)
            cheque = await self.cheques.get(book.open)
        if cheque is None or cheque.check_at is None or cheque.check_at > self.clock.now():
            return False
        with concerning(cheque=cheque.id), span("go on with cheque"):
            await self.cash(cheque.id)
        return True
