"""The tie-out: our books against the provider's list, each difference named."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from ..balances import Ledger, Posted, TransferId, TransferMissing
from ..money import Money, zero
from .arrival import Arrival, Case, Entries, Uncounted, clearing
from .cashbook import GREW, parts_of
from .errors import ListMissing
from .gateways import Gateways
from .payment import PaymentId
from .ports import Arrivals, Line, Refunds
from .refund import UNDONE, Origin, Refund, RefundState
from .returns import Returns

MARGIN: Final = timedelta(hours=26)
"""How far from each other the two sides may date the same thing."""
AT_MOST: Final = "at most"
PAGE: Final = 200
NOT_BACK: Final = UNDONE | {RefundState.WAITING, RefundState.DUE}
"""States in which it did not go back, or he was certainly not asked."""


class Kind(StrEnum):
    """How the two sides differ."""

    MISSING_HERE = "missing_here"
    """He has it, and we do not."""
    MISSING_THERE = "missing_there"
    """We have it, and he does not."""
    AMOUNT_DIFFERS = "amount_differs"
    REFUNDED_OUTSIDE = "refunded_outside"
    """It went back, and not by us."""
    UNMATCHED = "unmatched"
    """Both have it, and nobody has decided what it is for."""
    BOOKS_DIFFER = "books_differ"
    """The ledger does not hold what was noted."""
    UNCOUNTED = "uncounted"
    """He has it, and our books cannot say how much: they know no such asset, or nothing so fine."""


@frozen(kw_only=True)
class Difference:
    """One of them; amounts that a side does not have are None."""

    kind: Kind
    key: str
    back: bool = False
    """Whether it is about money that went back."""
    ours: Money | None
    theirs: Money | None
    at: datetime
    payment: PaymentId | None = None
    fee: Money | None = None
    """What others had of theirs besides."""
    said: str = ""
    """His words, where our books cannot say how much he has, or he does not say it himself."""

    @property
    def his(self) -> str:
        """How much he has, as far as he says it."""
        return f"{self.theirs or ''} {self.said}".strip()


@frozen(kw_only=True)
class TieOut:
    """What came of it."""

    method: str
    since: datetime
    until: datetime
    compared: int
    """How many arrivals and refunds were looked at, here or there."""
    differences: Sequence[Difference]


Place = tuple[str, str]
"""A key and the code of an asset."""


@frozen
class Side:
    """What one side says: what came, and what of it went back, as many parts as it has."""

    came: Mapping[Place, Sequence[Line]]
    back: Mapping[Place, Sequence[Line]]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Side":
        """Lines by their place: parts of one thing are one thing."""
        came: dict[Place, list[Line]] = {}
        back: dict[Place, list[Line]] = {}
        for line in lines:
            place = line.key, line.amount.asset.code
            (back if line.back else came).setdefault(place, []).append(line)
        return cls(came, back)


Perhaps = Mapping[Place, Sequence[Money]]
"""What went back that he may list by now, or not."""


def compared(
    ours: Side, theirs: Side, perhaps: Perhaps, since: datetime, until: datetime
) -> tuple[int, list[Difference]]:
    """How many things either side dates into that time, and those of them that differ."""
    count, found = 0, []
    for here, there, missing_here in (
        (ours.came, theirs.came, Kind.MISSING_HERE),
        (ours.back, theirs.back, Kind.REFUNDED_OUTSIDE),
    ):
        for place in {*here, *there}:
            lines = [*here.get(place, ()), *there.get(place, ())]
            if not any(since <= each.at < until for each in lines):
                continue
            count += 1
            one, other = _sum(here.get(place)), _sum(there.get(place))
            allowed = perhaps.get(place, ()) if lines[0].back else ()
            nothing, vague = zero(lines[0].amount.asset), any(each.at_most for each in lines)
            if _agree(one or nothing, other or nothing, allowed, vague=vague):
                continue
            if one is None:
                kind = missing_here
            else:
                kind = Kind.MISSING_THERE if other is None else Kind.AMOUNT_DIFFERS
            found.append(
                Difference(
                    kind=kind,
                    key=place[0],
                    back=lines[0].back,
                    ours=one,
                    theirs=other,
                    said=AT_MOST if vague else "",
                    at=lines[0].at,
                    payment=next((each.payment for each in lines if each.payment), None),
                    fee=_sum_of(each.fee for each in there.get(place, ())),
                )
            )
    return count, found


def _agree(ours: Money, theirs: Money, perhaps: Sequence[Money], *, vague: bool) -> bool:
    """Whether both may mean the same, with any of what he may list by now or not."""
    known = {ours - each for each in _sums(zero(ours.asset), perhaps)}
    if not vague:
        return theirs in known
    return any(0 < each.units <= theirs.units for each in known)  # some of it, he says


@frozen
class Books:
    """What stands in ours."""

    lines: list[Line] = field(factory=list)
    perhaps: dict[Place, list[Money]] = field(factory=dict)
    wrong: list[Difference] = field(factory=list)


@frozen
class TieOutMethod:
    """Compare what one provider lists with what we have noted, and that with the ledger."""

    arrivals: Arrivals
    refunds: Refunds
    ledger: Ledger
    gateways: Gateways

    async def __call__(self, method: str, since: datetime, until: datetime) -> TieOut:
        """
        Everything that differs of what either side dates into that time; its end is not part of it.

        What was noted in that time is compared with the ledger also when it is dated otherwise.

        Raises:
            MethodUnknown: there is no such way of paying.
            ListMissing: its provider keeps none.
            Unavailable: the provider's list could not be read to the end.
        """
        gateway = self.gateways.of(method)
        if not gateway.lists:
            raise ListMissing(method)
        begin, end = since - MARGIN, until + MARGIN
        listed = [line async for page in gateway.lines(begin, end) for line in page]
        theirs = Side.of(each for each in listed if isinstance(each, Line))
        uncounted = [
            _uncounted(each)
            for each in listed
            if isinstance(each, Uncounted) and since <= each.at < until
        ]
        named = {key for key, _ in (*theirs.came, *theirs.back)}
        books = Books()
        for base, arrivals in (await self._whole(method, begin, end, named)).items():
            for arrival in arrivals:
                # What looks like a part of another is not one if he knows it by that name.
                key = arrival.inflow.key if arrival.inflow.key in named else base
                dates = arrival.inflow.at, arrival.noted_at
                fee = await self._fee(arrival)
                books.lines.append(_line(key, arrival, fee))
                if any(since <= each < until for each in dates):
                    books.wrong.extend(await self._wrong(key, arrival))
                for refund in await self.refunds.of_arrival(*arrival.key):
                    whole = refund.amount == arrival.inflow.amount
                    await self._look(books, key, refund, begin, fee if whole else None)
        count, differences = compared(Side.of(books.lines), theirs, books.perhaps, since, until)
        # An arrival was looked at by when it was noted, too; a refund only by when it went back.
        differences += [each for each in books.wrong if not each.back or since <= each.at < until]
        differences += uncounted
        return TieOut(
            method=method,
            since=since,
            until=until,
            compared=count + sum(each.key not in named for each in uncounted),
            differences=sorted(differences, key=lambda each: (each.at, each.key, each.kind)),
        )

    async def _whole(
        self, method: str, since: datetime, until: datetime, named: set[str]
    ) -> dict[str, list[Arrival]]:
        """Everything noted in that time or named there, with all parts in which it grew."""
        keys, after = set(named), None
        while page := await self.arrivals.noted(method, since, until, PAGE, after):
            keys |= {each.inflow.key for each in page}
            after = page[-1].noted_at, page[-1].inflow.key
        place = None
        while backs := await self.refunds.noted(method, since, until, PAGE, place):
            keys |= {each.key for each in backs}
            place = backs[-1].created_at, backs[-1].id
        whole: dict[str, list[Arrival]] = {}
        seen: set[str] = set()
        for key in sorted(keys):
            base, _, grown = key.rpartition(GREW)
            # First as a part of what began under another key.
            for begun in (base, key) if grown.isdecimal() else (key,):
                if key not in seen and (parts := await parts_of(self.arrivals, method, begun)):
                    whole.setdefault(begun, []).extend(
                        each for each in parts if each.inflow.key not in seen
                    )
                    seen |= {each.inflow.key for each in parts}
        return whole

    async def _wrong(self, key: str, arrival: Arrival) -> list[Difference]:
        """What is wrong with an arrival that is here."""
        found: list[Difference] = []
        if arrival.case is Case.UNMATCHED and arrival.held.units:
            found.append(_about(Kind.UNMATCHED, key, arrival, arrival.held))
        booked, source = zero(arrival.inflow.amount.asset), clearing(arrival.method)
        for id in Entries.of(arrival).out_of_clearing:
            posted = await self._posted(id)
            if posted is not None and posted.transfer.source == source:
                booked += _as(booked, posted)
        if booked != arrival.inflow.amount:
            found.append(_about(Kind.BOOKS_DIFFER, key, arrival, booked))
        return found

    async def _fee(self, arrival: Arrival) -> Money | None:
        """What others had of it, as far as we know."""
        posted = await self._posted(Entries.of(arrival).fee(arrival.inflow.amount).id)
        return None if posted is None else posted.transfer.amount

    async def _look(
        self, books: Books, key: str, refund: Refund, begin: datetime, fee: Money | None
    ) -> None:
        """Whether it went back, when, and whether the ledger agrees; a fee goes back with it."""
        gone = Returns(refund).gone()
        posted = await self._posted(gone.id)
        done = refund.state is RefundState.DONE
        ours = refund.origin is not Origin.OUTSIDE  # else it was before we heard of it
        at = posted.at if done and posted and ours else refund.created_at
        left = refund.amount if fee is None else refund.amount - fee
        line = Line(key=key, amount=left, at=at, back=True, payment=refund.payment)
        if refund.state not in NOT_BACK:
            books.lines.append(line)
            if not done or refund.created_at < begin:
                # On its way, or so long that he may date it before what was read of his list.
                place = key, refund.amount.asset.code
                books.perhaps.setdefault(place, []).append(left)
        nothing = zero(refund.amount.asset)
        ways = gone.source, gone.target
        fits = posted and (posted.transfer.source, posted.transfer.target) == ways
        booked = _as(nothing, posted) if posted and fits else nothing
        if booked != (refund.amount if done else nothing):
            books.wrong.append(
                Difference(
                    kind=Kind.BOOKS_DIFFER,
                    key=key,
                    back=True,
                    ours=refund.amount,
                    theirs=booked,
                    at=at,
                    payment=refund.payment,
                )
            )

    async def _posted(self, id: TransferId) -> Posted | None:
        with suppress(TransferMissing):
            return await self.ledger.transfer(id)
        return None


def _as(nothing: Money, posted: Posted) -> Money:
    """How much of that asset it moved."""
    amount = posted.transfer.amount
    return amount if amount.asset == nothing.asset else nothing


def _sum(lines: Sequence[Line] | None) -> Money | None:
    if not lines:
        return None
    return sum((each.amount for each in lines[1:]), lines[0].amount)


def _sums(nothing: Money, amounts: Sequence[Money]) -> set[Money]:
    """What any of them are together."""
    sums = {nothing}
    for each in amounts:
        sums |= {one + each for one in sums}
    return sums


def _sum_of(fees: Iterable[Money | None]) -> Money | None:
    known = [each for each in fees if each is not None]
    return sum(known[1:], known[0]) if known else None


def _line(key: str, arrival: Arrival, fee: Money | None) -> Line:
    inflow = arrival.inflow
    amount = inflow.amount if fee is None else inflow.amount - fee
    return Line(key=key, amount=amount, at=inflow.at, payment=arrival.payment)


def _about(kind: Kind, key: str, arrival: Arrival, theirs: Money) -> Difference:
    inflow, payment = arrival.inflow, arrival.payment
    return Difference(
        kind=kind, key=key, ours=inflow.amount, theirs=theirs, at=inflow.at, payment=payment
    )


def _uncounted(told: Uncounted) -> Difference:
    return Difference(
        kind=Kind.UNCOUNTED,
        key=told.key,
        ours=None,
        theirs=None,
        said=told.said,
        at=told.at,
        payment=told.payment,
    )
