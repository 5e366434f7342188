"""What providers tell us: stored before it is acknowledged, believed only when they are asked."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError
from ..transaction import Transaction
from .arrival import Deposit, Reversal
from .booking import BookInflows
from .checking import CheckPayment
from .errors import ArrivalMissing, NoticeUnreadable, PaymentMissing
from .gateways import Gateways
from .notice import RAW_MAX, Notice, RenewalChange, Told
from .ports import Notices
from .reversing import BookReversal

AGAIN_SECONDS: Final = (5, 30, 120, 600, 3600)


@frozen
class TakeNotice:
    """Store what a provider tells us; it is read afterwards."""

    gateways: Gateways
    notices: Notices
    clock: Clock

    async def __call__(self, method: str, raw: bytes, headers: Mapping[str, str]) -> bool:
        """
        Whether it was new. When this returns, the notice is safe and may be acknowledged.

        Raises:
            MethodUnknown: nobody is expected to tell us anything by that method.
            NoticeForged, NoticeUnreadable: it was not stored.
        """
        gateway = self.gateways.of(method)
        short(method, raw)
        return await self.keep(Told(method, gateway.prove(raw, headers)), raw)

    async def keep(self, told: Told, raw: bytes) -> bool:
        """
        The same of what is proven already. It is read when its method is enabled.

        Raises:
            NoticeUnreadable: it was not stored.
        """
        short(told.method, raw)
        now = self.clock.now()
        notice = Notice(method=told.method, hint=told.hint, raw=raw, taken_at=now, read_at=now)
        return await self.notices.add(notice)


def short(method: str, raw: bytes) -> None:
    """That it is short enough to be kept, or NoticeUnreadable."""
    if len(raw) > RAW_MAX:
        raise NoticeUnreadable(method, f"longer than {RAW_MAX} bytes")


@frozen
class ReadNotices:
    """Act on what was stored: ask the provider about it."""

    notices: Notices
    gateways: Gateways
    check: CheckPayment
    book: BookInflows
    transaction: Transaction
    clock: Clock
    reverse: BookReversal

    async def __call__(self, limit: int = 100) -> int:
        """Read those that wait, the oldest first; answers how many are done."""
        done = 0
        for notice in await self.notices.waiting(self.clock.now(), limit):
            try:
                read = notice.done(await self._read(notice))
                done += 1
            except AltynError as failed:
                wait = AGAIN_SECONDS[min(notice.tries, len(AGAIN_SECONDS) - 1)]
                read = notice.put_off(self.clock.now() + timedelta(seconds=wait), str(failed))
            await self._keep(read)
        return done

    async def _keep(self, read: Notice) -> None:
        async with self.transaction():
            await self.notices.put(read)
            if read.read_at is not None and read.tries == len(AGAIN_SECONDS):
                # It is read on, and perhaps nothing will come of that before somebody looks.
                facts = {"method": read.method, "key": read.hint.key, "why": read.outcome}
                await self.book.cashbook.tell("notice.unread", dict(facts))

    async def _read(self, notice: Notice) -> str:
        gateway = self.gateways.of(notice.method)
        if said := gateway.told(notice.raw):
            return await self._booked(notice, said)
        if notice.hint.payment is not None:
            try:
                return (await self.check(notice.hint.payment)).state
            except PaymentMissing:
                pass  # none of ours, as far as we know
        inflows = await gateway.find(notice.hint)
        async with self.transaction():
            fitted = await self.book.all(notice.method, notice.hint.payment, inflows)
        return f"{fitted} of {len(inflows)} were ours"

    async def _booked(
        self, notice: Notice, said: Sequence[Deposit | Reversal | RenewalChange]
    ) -> str:
        """What is proven by the notice itself."""
        async with self.transaction():
            for each in said:
                match each:
                    case Deposit():
                        await self.book.told(notice.method, each)
                    case RenewalChange():
                        await self.book.renewal(notice.method, each)
        for back in said:
            if isinstance(back, Reversal) and not await self.reverse(notice.method, back):
                # What came is told of by another notice, which may be slower than this one.
                if notice.tries < len(AGAIN_SECONDS):
                    raise ArrivalMissing(notice.method, back.key)
                return "nothing of what went back had come"
        return f"{len(said)} booked"
