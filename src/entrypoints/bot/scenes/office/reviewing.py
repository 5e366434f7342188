"""The queue of what waits for a person, and what they decide."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import quote, unquote

from attrs import frozen

from .....core.clock import Clock
from .....core.errors import AltynError
from .....core.identifiers import parse_id
from .....core.identity import Caller, Permission
from .....core.oversight import Doubt, DoubtKind, ReadDoubts, Thing
from .....core.payments import (
    Arrival,
    CreditHeld,
    DecideNotice,
    DecideRefund,
    Refund,
    RefundId,
    RefundState,
)
from .....core.purchases import DecidePurchase, Late, Purchase, PurchaseId, SettleLate
from .....core.wallets import ChequeId, DecideCheque
from ...views.office import doubts as views
from ...views.office.sheet import sheet
from ..guest import Facts, Guest, Shown
from .deeds import FREELY, Deed, because_of, drafted
from .sure import still

NAME: Final = "decide"
PAGE: Final = 8
SEPARATOR: Final = " "
SOON: Final = timedelta(minutes=3)

DECISIONS: Final[Mapping[DoubtKind, Sequence[str]]] = {
    DoubtKind.CHEQUE: ("paid", "unpaid"),
    DoubtKind.PURCHASE: ("delivered", "released"),
    DoubtKind.NOTICE: ("again", "aside"),
}
FREE: Final = frozenset({"decline", "again", "aside"})
"""Decisions by which no money moves anywhere but back to where it was: nobody has to be sure."""


def named_in(thing: Thing) -> Facts:
    """What of the facts names it: whatever a provider called it, it is one printable word."""
    return {"kind": thing.kind, "key": quote(thing.key), "method": thing.method}


def thing_in(facts: Facts) -> Thing:
    """What they name."""
    return Thing(DoubtKind(facts["kind"]), unquote(facts["key"]), facts["method"])


@frozen
class Reviewing:
    """Scenes about doubts."""

    read: ReadDoubts
    refunds: DecideRefund
    cheques: DecideCheque
    purchases: DecidePurchase
    late: SettleLate
    notices: DecideNotice
    credit: CreditHeld
    clock: Clock

    @property
    def deed(self) -> Deed:
        """Somebody says what became of it, or what is to become of it."""
        return Deed(tell=self._tell, do=self._do, after=self.doubt, before=self.doubt)

    async def queue(self, guest: Guest, facts: Facts) -> Shown:
        """A page of what waits, the oldest first."""
        skip = int(facts.get("skip", "0"))
        found = await self.read(Caller.of(guest.user), PAGE + 1, skip)
        shown, older = found[:PAGE], len(found) > PAGE
        view = views.queue(guest.words, shown, older=older, first=not skip)
        places = {
            f"at{number}": SEPARATOR.join(named_in(each.thing).values())
            for number, each in enumerate(shown)
        }
        told = {"skip": str(skip), **places, **still(facts)}
        return Shown(scene="review", view=view, facts=told)

    async def turn(self, guest: Guest, facts: Facts, where: str) -> Shown:
        """To the next page, or back to the first."""
        skip = int(facts.get("skip", "0")) + PAGE if where == "next" else 0
        return await self.queue(guest, {"skip": str(skip), **still(facts)})

    async def chosen(self, guest: Guest, facts: Facts, argument: str) -> Shown:
        """One of the queue."""
        place = facts.get(f"at{argument}")
        if place is None:
            return await self.queue(guest, facts)
        kind, key, method = place.split(SEPARATOR)
        return await self.doubt(guest, {"kind": kind, "key": key, "method": method, **still(facts)})

    async def doubt(self, guest: Guest, facts: Facts) -> Shown:
        """All that is known of it, and what may be decided."""
        by = Caller.of(guest.user)
        about = await self.read.one(by, thing_in(facts))
        view = views.doubt(guest.words, about, decisions(by, about))
        seen = str(getattr(about.about, "state", about.waits))
        return Shown(
            scene="doubt",
            view=view,
            facts={**named_in(about.thing), "seen": seen, **still(facts)},
            look_in_seconds=self._patience(about) if is_moving(about) else None,
        )

    def _patience(self, about: Doubt) -> float:
        """Seconds until the next look: some providers take a moment, others days."""
        return 2 if self.clock.now() - about.since < SOON else 30

    async def arrival(self, guest: Guest, thing: Thing) -> Arrival:
        """What waits in the drawer under that name."""
        about = (await self.read.one(Caller.of(guest.user), thing)).about
        if not isinstance(about, Arrival):
            raise TypeError(f"{thing} is nothing that came")
        return about

    def drafted(self, guest: Guest, facts: Facts, decision: str) -> Facts:
        """A draft of that decision about what is shown."""
        told = {name: facts[name] for name in ("kind", "key", "method")}
        free = {FREELY: "yes"} if decision in FREE else {}
        return drafted(guest, NAME, {**told, "decision": decision, **free, **still(facts)})

    async def _tell(self, guest: Guest, facts: Facts) -> str:
        about = await self.read.one(Caller.of(guest.user), thing_in(facts))
        text = sheet(guest.words, views.named(guest.words, about), views.lines(guest.words, about))
        return text + "\n\n" + guest.words(f"decide-{facts['kind']}-{facts['decision']}")

    async def _do(self, by: Caller, facts: Facts) -> None:
        """Decide; what was decided meanwhile, perhaps by this very tap, is shown and no mistake."""
        about = await self.read.one(by, thing_in(facts))
        try:
            await self._decide(by, about, facts["decision"], because_of(facts, by))
        except AltynError:
            if (await self.read.one(by, about.thing)).waits:
                raise

    async def _decide(self, by: Caller, about: Doubt, decision: str, because: str) -> None:
        key, method = about.thing.key, about.thing.method
        match about.thing.kind, decision:
            case DoubtKind.REFUND, "approve":
                await self.refunds.approve(RefundId(parse_id(key)), by)
            case DoubtKind.REFUND, "decline":
                await self.refunds.decline(RefundId(parse_id(key)), by, because)
            case DoubtKind.REFUND, "paid" | "unpaid":
                await self.refunds.resolve(RefundId(parse_id(key)), by, decision == "paid")
            case DoubtKind.CHEQUE, "paid" | "unpaid":
                paid = [decision == "paid"] * len(about.outlays)
                await self.cheques(ChequeId(parse_id(key)), by, paid, because)
            case DoubtKind.PURCHASE, "delivered" | "released":
                delivered = decision == "delivered"
                await self.purchases(
                    PurchaseId(parse_id(key)), by, delivered=delivered, because=because
                )
            case DoubtKind.PURCHASE, "charge" | "bear":
                charge = decision == "charge"
                await self.late(PurchaseId(parse_id(key)), by, charge=charge, because=because)
            case DoubtKind.NOTICE, "again":
                await self.notices.again(method, key, by)
            case DoubtKind.NOTICE, "aside":
                await self.notices.set_aside(method, key, by)
            case DoubtKind.ARRIVAL, "credit":
                await self.credit(method, key, by)


def is_moving(about: Doubt) -> bool:
    """Whether it goes on by itself, so that there will be something new to see."""
    return isinstance(about.about, Refund | Purchase) and about.about.check_at is not None


def decisions(by: Caller, about: Doubt) -> Sequence[str]:
    """What they may decide about it."""
    if not about.waits:
        return ()
    match about.about:
        case Refund(state=RefundState.WAITING):
            return ("approve", "decline") if by.may(Permission.REFUND) else ()
        case Refund():
            found: Sequence[str] = ("paid", "unpaid")
        case Purchase(late=Late.WAITING):
            found = ("charge", "bear")
        case Arrival() as arrival:
            credit = ("credit",) if arrival.payment is not None else ()
            found = (*credit, *(("back",) if by.may(Permission.REFUND) else ()))
        case _:
            found = DECISIONS[about.thing.kind]
    return found if by.may(Permission.DECIDE) else ()
