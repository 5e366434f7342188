"""The world finds mistakes: each one that is planted is caught within the ordinary seeds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from uuid import NAMESPACE_OID, uuid5

import pytest
from attrs import evolve, frozen

from altyn.adapters.heleket import wire
from altyn.adapters.memory import MemoryArrivals, MemoryStore
from altyn.core.balances import Transfer, TransferId
from altyn.core.errors import AltynError, Missing, Refused, Unavailable
from altyn.core.money import WELL_KNOWN, Money
from altyn.core.payments import (
    Arrival,
    Arrivals,
    Cashbook,
    Gateway,
    Hint,
    Inflow,
    Invoice,
    InvoicePayment,
    Notice,
    Payment,
    PaymentId,
    ProviderRefused,
    Quote,
    ReadNotices,
    Report,
    Rules,
    Stage,
    State,
)
from altyn.entrypoints.testkit import run_virtually
from tests.unit.payments_world import World, story
from tests.unit.test_payments_world import SEEDS, STRICT


@frozen
class Wrapped:
    """A gateway, of which somebody changed a part."""

    gateway: Gateway
    world: World

    @property
    def method(self) -> str:
        return self.gateway.method

    @property
    def lifetime_seconds(self) -> int:
        return self.gateway.lifetime_seconds

    async def accept(self, amount: Money) -> None:
        await self.gateway.accept(amount)

    async def open(self, payment: Payment) -> Invoice:
        return await self.gateway.open(payment)

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        return self.gateway.prove(raw, headers)

    async def inquire(self, payment: Payment) -> Report:
        return await self.gateway.inquire(payment)

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        return await self.gateway.find(hint)


@frozen
class Everything(MemoryArrivals):
    """Says of everything that it is new."""

    async def add(self, arrival: Arrival) -> bool:
        await super().add(arrival)
        return True


@frozen
class BooksAgain(Cashbook):
    """Books whatever it is told, under ids that are new each time."""

    async def _new_part(self, method: str, inflow: Inflow) -> Inflow | None:
        return inflow

    async def book(self, payment: Payment, inflows: Iterable[Inflow]) -> Payment:
        for inflow in inflows:
            payment = await self._book(payment, inflow)
        return payment

    async def _refused(self, *transfers: Transfer) -> Refused | None:
        fresh = [evolve(each, id=TransferId(self.identifiers())) for each in transfers]
        return await super()._refused(*fresh)


class EverythingIsNew(World):
    """Nothing is recognised: neither arrivals nor transfers."""

    def __attrs_post_init__(self) -> None:
        self.cashbook_kind = BooksAgain
        super().__attrs_post_init__()

    def place_of_arrivals(self) -> Arrivals:
        return Everything(self.store)


class ByStatusOnly(World):
    """Notices are told apart by their invoice and its status."""

    def gateway(self) -> Gateway:
        return _ByStatus(super().gateway(), self)


@frozen
class _ByStatus(Wrapped):
    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        hint = super().prove(raw, headers)
        return evolve(hint, key=hint.key.rpartition(":")[0])


@frozen
class _Impatient(ReadNotices):
    async def _read(self, notice: Notice) -> str:
        try:
            return await super()._read(notice)
        except AltynError as silence:
            return str(silence)


class DoneInSilence(World):
    """A notice is done with although the provider did not answer."""

    def __attrs_post_init__(self) -> None:
        self.read_kind = _Impatient
        super().__attrs_post_init__()


@frozen
class _Gullible(ReadNotices):
    async def _read(self, notice: Notice) -> str:
        assert notice.hint.payment is not None
        said = json.loads(notice.raw)
        if not said["is_final"] or not said["payment_amount"]:
            return await super()._read(notice)
        report = Report(Stage.CLOSED, [wire.inflow_of(said, WELL_KNOWN, self.clock.now())])
        return (await self.check._keep(notice.hint.payment, report)).state


class NoticesAreBelieved(World):
    """What came is read from the notice."""

    def __attrs_post_init__(self) -> None:
        self.read_kind = _Gullible
        super().__attrs_post_init__()


class SeenIsHere(World):
    """What is not final is taken for good."""

    def gateway(self) -> Gateway:
        return _Hasty(super().gateway(), self)


@frozen
class _Hasty(Wrapped):
    async def inquire(self, payment: Payment) -> Report:
        report = await super().inquire(payment)
        shown = self.world.desk._shown(self.world.desk.invoices[payment.id.hex])
        if report.inflows or not shown["payment_amount"]:
            return report
        inflow = wire.inflow_of(shown, WELL_KNOWN, self.world.clock.now())
        return Report(report.stage, [inflow])


class ArrivalsApart(World):
    """An arrival stays although its transaction is undone."""

    def place_of_arrivals(self) -> Arrivals:
        return MemoryArrivals(MemoryStore())


@frozen
class _Punctual(Cashbook):
    async def book(self, payment: Payment, inflows: Iterable[Inflow]) -> Payment:
        in_time = [each for each in inflows if each.at <= payment.expires_at]
        return await super().book(payment, in_time)


class LateIsLost(World):
    """What comes after the payment has expired is nobody's."""

    def __attrs_post_init__(self) -> None:
        self.cashbook_kind = _Punctual
        super().__attrs_post_init__()


@frozen
class _Doubtless(InvoicePayment):
    async def _keep(
        self, id: PaymentId, outcome: Invoice | Refused | Missing | Unavailable
    ) -> Payment:
        if isinstance(outcome, Unavailable):
            outcome = ProviderRefused("heleket", "no answer is an answer")
        return await super()._keep(id, outcome)


class DoubtIsFailure(World):
    """An opening of which nobody knows has failed, and nobody asks again."""

    def __attrs_post_init__(self) -> None:
        self.invoice_kind = _Doubtless
        super().__attrs_post_init__()


class OpensAgain(World):
    """Each try to open an invoice goes under an id of its own."""

    def gateway(self) -> Gateway:
        return _Forgetful(super().gateway(), self)


@frozen
class _Forgetful(Wrapped):
    async def open(self, payment: Payment) -> Invoice:
        if payment.state is State.UNKNOWN:
            id = PaymentId(uuid5(NAMESPACE_OID, f"{payment.id} {payment.checks}"))
            payment = evolve(payment, order=evolve(payment.order, id=id))
        return await super().open(payment)


@frozen
class _Once(Cashbook):
    async def _new_part(self, method: str, inflow: Inflow) -> Inflow | None:
        part = await super()._new_part(method, inflow)
        return part if part == inflow else None


class NothingGrows(World):
    """An inflow is booked once, however much it becomes."""

    def __attrs_post_init__(self) -> None:
        self.cashbook_kind = _Once
        super().__attrs_post_init__()


@frozen
class _Rounded(Quote):
    def worth(self, before: Money, more: Money) -> Money:
        return super().worth(before - before, more)


class PartsAreRounded(World):
    """Each part is exchanged by itself."""

    def __attrs_post_init__(self) -> None:
        self.quote_kind = _Rounded
        super().__attrs_post_init__()


MISTAKES = [
    EverythingIsNew,
    ByStatusOnly,
    DoneInSilence,
    NoticesAreBelieved,
    SeenIsHere,
    ArrivalsApart,
    LateIsLost,
    DoubtIsFailure,
    OpensAgain,
    NothingGrows,
    PartsAreRounded,
]


@pytest.mark.parametrize("mistaken", MISTAKES)
def test_a_mistake_is_found(mistaken: type[World]) -> None:
    """Within the seeds that are played through anyway."""
    for seed in range(4 * SEEDS):
        for rules in (Rules(), STRICT):
            try:
                run_virtually(story(mistaken(seed, rules=rules)))
            except AssertionError:
                return
    pytest.fail("nobody noticed")
