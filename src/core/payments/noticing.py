"""What providers tell us: stored before it is acknowledged, believed only when they are asked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..correlation import concerning
from ..errors import AltynError
from ..events import Fact
from ..identity import Audit, Caller, Permission
from ..mishaps import mishap
from ..spans import span
from ..transaction import Transaction
from .arrival import Deposit, Inflow, Reversal, Uncounted
from .booking import BookInflows
from .cashbook import Cashbook
from .checking import CheckPayment
from .deciding import thing
from .errors import (
    ArrivalMissing,
    NothingUnresolved,
    NoticeUnconfirmed,
    NoticeUnreadable,
    PaymentMissing,
)
from .gateways import Gateways
from .notice import RAW_MAX, Notice, RenewalChange, Told
from .ports import Gateway, Notices
from .reversing import BookReversal

AGAIN_SECONDS: Final = (5, 30, 120, 600, 3600)
IN_VAIN: Final = timedelta(hours=6)
"""For how long a notice is read that says more than its provider does, or that we cannot read."""


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
            with (
                concerning(method=notice.method, notice=notice.hint.key),
                span("read notice"),
            ):
                read, call = await self._after(notice)
                await self._keep(read, call)
            done += read.read_at is None and not read.unresolved
        return done

    async def _after(self, notice: Notice) -> tuple[Notice, str]:
        """
        The notice after reading it: done with, to be read again, or for a person; and the event
        that calls one now, if any does.
        """
        try:
            return notice.done(await self._read(notice)), ""
        except NoticeUnconfirmed as unconfirmed:
            return self._again(notice, str(unconfirmed), leads_nowhere=True)
        except AltynError as failed:
            return self._again(notice, str(failed))
        except Exception as bug:  # which keeps no other from being read
            words = mishap(f"reading a notice of {notice.method}:", notice.hint.key, bug)
            return self._again(notice, words, leads_nowhere=True)

    def _again(
        self, notice: Notice, why: str, *, leads_nowhere: bool = False
    ) -> tuple[Notice, str]:
        """To be read again; what leads nowhere is for a person after a while."""
        now = self.clock.now()
        if leads_nowhere and now >= notice.taken_at + IN_VAIN:
            return notice.given_up(why), "notice.unresolved"
        wait = AGAIN_SECONDS[min(notice.tries, len(AGAIN_SECONDS) - 1)]
        later = notice.put_off(now + timedelta(seconds=wait), why)
        # What does not end by itself is read on, perhaps in vain until somebody has looked.
        long_unread = not leads_nowhere and later.tries == len(AGAIN_SECONDS)
        return later, "notice.unread" if long_unread else ""

    async def _keep(self, read: Notice, call: str) -> None:
        async with self.transaction():
            await self.notices.put(read)
            if call:
                await self.book.cashbook.tell(call, facts_of(read))

    async def _read(self, notice: Notice) -> str:
        """
        What became of it.

        Raises:
            NoticeUnconfirmed: it says that money came, and asking does not show that (yet).
        """
        gateway = self.gateways.of(notice.method)
        if said := gateway.told(notice.raw):
            return await self._booked(notice, said)
        outcome, shown = await self._asked(gateway, notice)
        for claim in gateway.claims(notice.raw):
            if isinstance(claim, Inflow):
                amount, confirmed = str(claim.amount), await self._has(notice.method, claim)
            else:
                amount, confirmed = claim.said, shown is None or claim.key in shown
            if not confirmed:
                raise NoticeUnconfirmed(notice.method, claim.key, amount)
        return outcome

    async def _has(self, method: str, claim: Inflow) -> bool:
        async with self.transaction():  # so that all parts of it are of one moment
            return await self.book.cashbook.has(method, claim)

    async def _asked(self, gateway: Gateway, notice: Notice) -> tuple[str, set[str] | None]:
        """What asking has led to, and under which keys something is; None: a payment is watched."""
        if notice.hint.payment is not None:
            try:
                return (await self.check(notice.hint.payment)).state, None
            except PaymentMissing:
                pass  # none of ours, as far as we know
        found = await gateway.find(notice.hint)
        inflows = [each for each in found if isinstance(each, Inflow)]
        uncounted = [each for each in found if isinstance(each, Uncounted)]
        about = notice.hint.payment
        async with self.transaction():
            fitted = await self.book.all(notice.method, about, inflows)
            for each in uncounted:
                await self.book.cashbook.tell_uncounted(notice.method, about, each)
        counted = f"{fitted} of {len(inflows)} were ours"
        return "; ".join([counted, *map(str, uncounted)]), {each.key for each in found}

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


@frozen
class DecideNotice:
    """A person has looked at a notice that could not be resolved by reading it."""

    notices: Notices
    cashbook: Cashbook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def again(self, method: str, key: str, by: Caller) -> Notice:
        """
        Have it read once more; if it is still not shown, it waits for a person again.

        Raises:
            NotAllowed: they may not decide about it.
            NoticeMissing: we were never told that.
            NothingUnresolved: it waits for nobody.
        """
        by.must(Permission.DECIDE)
        now = self.clock.now()
        return await self._decided(
            method, key, by, "notice.begun_again", lambda it: it.begun_again(now)
        )

    async def set_aside(self, method: str, key: str, by: Caller) -> Notice:
        """
        Let it rest: it was sent to try us out, or what it told of is in the books otherwise.

        Raises:
            NotAllowed: they may not decide about it.
            NoticeMissing: we were never told that.
            NothingUnresolved: it waits for nobody.
        """
        by.must(Permission.DECIDE)
        return await self._decided(method, key, by, "notice.set_aside", Notice.set_aside)

    async def _decided(
        self, method: str, key: str, by: Caller, what: str, change: Callable[[Notice], Notice]
    ) -> Notice:
        async with self.transaction():
            notice = await self.notices.get(method, key)
            if not notice.unresolved:
                raise NothingUnresolved(method, key)
            await self.notices.put(after := change(notice))
            facts = {**facts_of(after), "by": by.name, "again": after.read_at is not None}
            await self.cashbook.tell("notice.decided", facts)
            await self.audit(by, what, thing("notice", method, key), key=key)
        return after


def facts_of(notice: Notice) -> dict[str, Fact]:
    """What a notice is about, and what became of it."""
    hint = notice.hint
    return {
        "method": notice.method,
        "key": hint.key,
        "payment": str(hint.payment) if hint.payment else None,
        "provider_id": hint.provider_id,
        "tries": notice.tries,
        "outcome": notice.outcome,
    }
