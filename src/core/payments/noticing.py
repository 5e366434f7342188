"""What providers tell us: stored before it is acknowledged, believed only when they are asked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError
from ..transaction import Transaction
from .cashbook import Cashbook
from .checking import CheckPayment
from .errors import NoticeUnreadable, PaymentMissing
from .gateways import Gateways
from .notice import RAW_MAX, Notice
from .ports import Notices

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
        if len(raw) > RAW_MAX:
            raise NoticeUnreadable(method, f"longer than {RAW_MAX} bytes")
        hint = gateway.prove(raw, headers)
        now = self.clock.now()
        return await self.notices.add(
            Notice(method=method, hint=hint, raw=raw, taken_at=now, read_at=now)
        )


@frozen
class ReadNotices:
    """Act on what was stored: ask the provider about it."""

    notices: Notices
    gateways: Gateways
    check: CheckPayment
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock

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
            await self.notices.put(read)
        return done

    async def _read(self, notice: Notice) -> str:
        if notice.hint.payment is not None:
            try:
                return (await self.check(notice.hint.payment)).state
            except PaymentMissing:
                pass  # none of ours, as far as we know
        inflows = await self.gateways.of(notice.method).find(notice.hint)
        async with self.transaction():
            held = await self.cashbook.hold(notice.method, inflows)
        return f"unmatched: {held} held"
