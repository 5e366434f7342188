"""Whatever comes, goes back, fails or stays silent: each part of it is in one place, and once."""

import asyncio
import sys
from collections import Counter
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar
from uuid import UUID

from attrs import define, evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from altyn.core.balances import (
    Account,
    AccountName,
    Move,
    Receipt,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.errors import AltynError, Refused
from altyn.core.money import RUB, TON, UNITS_MAX, USDT, Asset, Money
from altyn.core.payments import (
    SUSPENSE,
    Approvals,
    Arrival,
    Case,
    Inflow,
    NotCancellable,
    Order,
    Origin,
    PaymentId,
    Quote,
    Refund,
    RefundId,
    RefundStage,
    RefundState,
    Returning,
    Reversal,
    Rules,
    Treatment,
    clearing,
    losses,
    returning,
)
from tests.unit.machines import played
from tests.unit.payments_house import House, usdt, wish
from tests.unit.payments_till import FATES, LOOKS, Death, Till
from tests.unit.staff import ANNA, BORIS

Told = TypeVar("Told")

ASSETS: Final = (USDT, RUB, TON)
SHOP: Final = account_name("income:shop")
PEOPLE: Final = tuple(account_name(f"user:{name}") for name in ("alice", "bob", "carol"))
LARGE: Final = usdt(700)
"""More than that two people have to agree to."""
ASKED: Final = (RefundState.UNKNOWN, RefundState.ACCEPTED)
UNDONE: Final = (RefundState.FAILED, RefundState.DECLINED)
GOING: Final = (RefundState.DUE, RefundState.UNKNOWN, RefundState.ACCEPTED)
AMOUNTS: Final = st.one_of(st.none(), st.integers(1, 1500))
"""None: what was asked for."""
TREATED: Final = st.sampled_from(
    [Treatment.CREDIT, Treatment.CREDIT, Treatment.HOLD, Treatment.HOLD, Treatment.RETURN]
)
KEPT: Final = st.sampled_from([Treatment.HOLD, Treatment.HOLD, Treatment.RETURN])
STEPS: Final = st.lists(st.tuples(st.sampled_from(FATES), st.sampled_from(LOOKS)), max_size=3)
"""What happens each time that a refund is gone on with."""


def whole_of(key: str) -> str:
    """What a part of an inflow is a part of."""
    return key.partition("+")[0]


def asset_of(code: str) -> Asset:
    """By its name."""
    return next(each for each in ASSETS if each.code == code)


@define
class Part:
    """What we believe of an arrival: where each of its units is."""

    payment: PaymentId | None
    amount: Money
    credited: int
    held: int
    away: int = 0
    back: int = 0
    given_to: AccountName | None = None
    given: int = 0
    """How much of what was credited a person gave to them."""

    def agrees(self, arrival: Arrival) -> bool:
        """Whether the books say the same."""
        parts = (arrival.credited.units, arrival.held.units, arrival.returned.units)
        mine = (self.credited, self.held, self.away + self.back)
        return mine == parts and self.given_to == arrival.given_to


class PaymentsMachine(RuleBasedStateMachine):
    """
    People pay and are paid back, by a provider who does it once, twice or never, and says so or
    not; the process dies now and then; clerks decide. Everything is compared with what should be.
    """

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.orders: dict[PaymentId, Order] = {}
        self.net: Counter[PaymentId] = Counter()
        """How much of what came for it its target has had and still has."""
        self.parts: dict[str, Part] = {}
        self.has: Counter[tuple[AccountName, str]] = Counter()
        """What people have."""
        self.lost: Counter[str] = Counter()
        """What went back without us and was spent before."""
        self.by_hand: set[RefundId] = set()
        """Refunds of ours that were somebody else's in the end."""
        self.ceilings: dict[tuple[AccountName, str], int] = {}
        self.count = 0

    def run(self, asked: Coroutine[Any, Any, Told]) -> Told:
        """Wait for it on the machine's own event loop."""
        return self.runner.run(asked)

    @initialize(
        single=st.booleans(),
        how_much=st.sampled_from([Returning.ONCE, Returning.ONCE, Returning.WHOLE]),
        treatments=st.fixed_dictionaries(
            {
                **dict.fromkeys((Case.UNDER, Case.OVER, Case.DOUBLE, Case.LATE), TREATED),
                **dict.fromkeys((Case.WRONG_ASSET, Case.UNMATCHED), KEPT),
            }
        ),
    )
    def begin(
        self, single: bool, how_much: Returning, treatments: Mapping[Case, Treatment]
    ) -> None:
        """A house with such rules, and a provider of that kind."""
        self.till = Till(single, how_much)
        self.house = House(Rules(treatments), gateway=self.till)
        self.till.now = self.house.clock.now()
        approvals = Approvals({"USDT": LARGE})
        self.house.ask_back = evolve(self.house.ask_back, approvals=approvals)
        for name in (SHOP, *PEOPLE):
            for asset in ASSETS:
                self.run(self.house.ledger.open(Account(name, asset)))

    def teardown(self) -> None:
        """In the end the provider answers, and nothing is left open."""
        try:
            if hasattr(self, "house") and sys.exception() is None:
                self.end()
        finally:
            self.runner.close()

    # What happens outside.

    @rule(
        units=st.integers(1, 1000),
        gives=st.one_of(st.none(), st.integers(1, 50)),
        who=st.sampled_from(PEOPLE),
        came=st.lists(st.tuples(AMOUNTS, st.booleans()), min_size=1, max_size=3),
        back=st.none() | STEPS,
    )
    def order(
        self,
        units: int,
        gives: int | None,
        who: AccountName,
        came: list[tuple[int | None, bool]],
        back: list[tuple[str, str]] | None,
    ) -> None:
        """Somebody is asked for money, as it comes or for roubles, pays, and perhaps regrets it."""
        self.count += 1
        order = Order(
            id=PaymentId(UUID(int=self.count)),
            payer=who,
            target=who,
            method="fake",
            quote=Quote(usdt(units), usdt(units) if gives is None else Money(gives, RUB)),
        )
        self.run(self.house.open(order))
        self.orders[order.id] = order
        for each, sender in came:
            self.comes(order.id, usdt(units if each is None else each), sender)
        if back is not None:
            self.run(self.house.check(order.id))
            self.learn()
            key = next(key for key, part in self.parts.items() if part.payment == order.id)
            self.ask_for(key, None, back)

    @rule(
        data=st.data(),
        units=AMOUNTS,
        asset=st.sampled_from([USDT, USDT, TON]),
        sender=st.booleans(),
    )
    def pay(self, data: st.DataObject, units: int | None, asset: Asset, sender: bool) -> None:
        """Something comes for a payment or for nobody: exactly what is asked for, or any amount."""
        whom = data.draw(st.sampled_from([None, *self.orders]))
        if units is None:
            units = self.orders[whom].quote.pays.units if whom is not None else 1000
        self.comes(whom, Money(units, asset), sender)

    def comes(self, whom: PaymentId | None, amount: Money, sender: bool) -> None:
        """He takes it for us, and knows from whom or not."""
        self.count += 1
        inflow = Inflow(
            key=f"in-{self.count}",
            amount=amount,
            at=self.house.clock.now(),
            sender="somebody" if sender else "",
        )
        self.till.took.setdefault(whom, {})[inflow.key] = inflow

    @precondition(lambda self: any(self.till.took.values()))
    @rule(data=st.data(), units=st.integers(1, 500))
    def grow(self, data: st.DataObject, units: int) -> None:
        """More comes under the same name."""
        lot = [(whom, key) for whom, of in self.till.took.items() for key in of]
        whom, key = data.draw(st.sampled_from(lot))
        inflow = self.till.took[whom][key]
        more = Money(units, inflow.amount.asset)
        self.till.took[whom][key] = evolve(inflow, amount=inflow.amount + more)

    @precondition(lambda self: RefundStage.ACCEPTED in self.till.stages.values())
    @rule(data=st.data(), well=st.booleans())
    def settle(self, data: st.DataObject, well: bool) -> None:
        """What he has accepted he does, or does not."""
        waiting = [id for id, stage in self.till.stages.items() if stage is RefundStage.ACCEPTED]
        id = data.draw(st.sampled_from(waiting))
        self.till.stages[id] = RefundStage.DONE if well else RefundStage.FAILED
        self.till.paid[id] -= not well

    @precondition(lambda self: any(self.till.took.values()))
    @rule(data=st.data(), share=st.sampled_from([1, 1, 2, 3]), arrived=st.booleans())
    def send_back(self, data: st.DataObject, share: int, arrived: bool) -> None:
        """He sends back some of it without us, and perhaps we hear of that at once."""
        keys = [key for of in self.till.took.values() for key in of]
        key = data.draw(st.sampled_from(keys))
        self.till.outside[key] += self.till.there(key) // share
        if data.draw(st.booleans()):
            self.hear_back(key, arrived)

    @precondition(lambda self: any(self.till.took.values()))
    @rule(data=st.data(), arrived=st.booleans())
    def hear_what_went_back(self, data: st.DataObject, arrived: bool) -> None:
        """He says how much it is in all, whoever wanted it."""
        keys = [key for of in self.till.took.values() for key in of]
        self.hear_back(data.draw(st.sampled_from(keys)), arrived)

    def hear_back(self, key: str, arrived: bool) -> None:
        """What of it we do not know of is taken from whoever has it."""
        if not (said := self.till.back(key, arrived)):
            return
        asset = next(of[key].amount.asset for of in self.till.took.values() if key in of)
        parts = {name: each for name, each in self.parts.items() if whole_of(name) == key}
        refunds = [each for each in self.refunds() if each.key in parts]
        left = said - sum(each.amount.units for each in refunds if each.state is RefundState.DONE)
        for refund in sorted(refunds, key=lambda each: each.state not in ASKED):
            if not refund.ended and refund.amount.units <= left:
                left -= refund.amount.units
                if arrived or refund.state not in ASKED:
                    part = parts[refund.key]
                    part.back, part.away = part.back + part.away, 0
                    self.by_hand.add(refund.id)
        for name in sorted(parts, key=lambda each: int(each.partition("+")[2] or 0)):
            took = min(max(left, 0), parts[name].held + parts[name].credited)
            left -= took
            self.lose(parts[name], took)
        reversal = Reversal(
            key=key, amount=Money(said, asset), at=self.house.clock.now(), arrived=arrived
        )
        assert self.run(self.house.reverse("fake", reversal)) == bool(parts)

    def lose(self, part: Part, units: int) -> None:
        """So much of it went back without us: first what is nobody's, last what was given."""
        held = min(units, part.held)
        of_given = part.given if part.payment is not None else part.credited
        theirs = min(units - held, part.credited - of_given)
        given = units - held - theirs
        part.held, part.credited = part.held - held, part.credited - theirs - given
        part.given = max(part.given - given, 0)
        part.back += units
        if theirs and part.payment is not None:
            self.credit(part.payment, -theirs)
        if part.given_to is not None:
            self.has[part.given_to, part.amount.asset.code] -= given
        for (name, code), has in self.has.items():
            if has < 0:
                self.lost[code] -= has
                self.has[name, code] = 0

    @precondition(lambda self: self.orders)
    @rule(minutes=st.sampled_from([1, 30, 90]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.house.clock.advance(minutes=minutes)
        self.till.now = self.house.clock.now()

    # What we hear.

    @precondition(lambda self: self.till.took)
    @rule(data=st.data())
    def hear(self, data: st.DataObject) -> None:
        """A notice of something that is none of ours is read, or he is asked about a payment."""
        if id := data.draw(st.sampled_from([None, *self.orders])):
            self.run(self.house.check(id))
        else:
            self.read()
            self.run(self.house.poll())
        self.learn()

    def read(self) -> None:
        """Read such a notice."""
        self.count += 1
        self.run(self.house.take("fake", f"k-{self.count}".encode(), {}))
        self.run(self.house.read())

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """Somebody changes their mind, perhaps too late."""
        with suppress(NotCancellable):
            self.run(self.house.cancel(data.draw(st.sampled_from(list(self.orders))), ANNA, "why"))

    # What people do with it.

    @precondition(lambda self: any(self.has.values()))
    @rule(
        data=st.data(),
        room=st.sampled_from([0, 0, 100, UNITS_MAX]),
        spends=st.sampled_from([0, 0, 1, 2]),
    )
    def spend(self, data: st.DataObject, room: int, spends: int) -> None:
        """Somebody buys something for half of what they have, and may have only a little more."""
        rich = [purse for purse, units in self.has.items() if units and purse[0] in PEOPLE]
        who, code = data.draw(st.sampled_from(rich or [(PEOPLE[0], "USDT")]))
        asset = asset_of(code)
        if units := self.has[who, code] * spends // 2:
            self.count += 1
            bought = Transfer(
                id=TransferId(UUID(int=self.count)),
                source=who,
                target=SHOP,
                amount=Money(units, asset),
                kind="purchase",
            )
            (verdict,) = self.run(self.house.ledger.carry_out([Move((bought,))]))
            assert isinstance(verdict, Receipt)
            self.has[who, code] -= units
            self.has[SHOP, code] += units
        ceiling = min(self.has[who, code] + room, UNITS_MAX)
        self.run(self.house.ledger.limit(Account(who, asset, ceiling_units=ceiling)))
        self.ceilings[who, code] = ceiling

    # What clerks do with it.

    @precondition(lambda self: self.parts)
    @rule(
        data=st.data(),
        units=st.one_of(st.none(), st.none(), st.integers(1, 1500)),
        steps=STEPS,
    )
    def ask_back(
        self, data: st.DataObject, units: int | None, steps: list[tuple[str, str]]
    ) -> None:
        """Somebody wants it back."""
        whole = [key for key, part in self.parts.items() if not part.away and not part.back]
        self.ask_for(data.draw(st.sampled_from(whole or list(self.parts))), units, steps)

    def ask_for(self, key: str, units: int | None, steps: list[tuple[str, str]]) -> None:
        """It is set aside exactly when that can be, and gone on with."""
        part = self.parts[key]
        self.count += 1
        amount = None if units is None else Money(units, part.amount.asset)
        asked = wish(self.count, key, amount=amount)
        left = part.held or part.credited
        takes = left if units is None else units
        drawer, name, worth = part.held > 0, *self.taken(part, takes)
        beside = [each for other, each in self.parts.items() if whole_of(other) == whole_of(key)]
        can = (
            not any(each.away for each in beside)
            and not part.back
            and takes > 0
            and takes <= left
            and not (part.payment is not None and part.given_to)
            and (self.till.returning is Returning.ONCE or takes == part.amount.units)
            and (drawer or self.has[name] >= worth)
        )
        try:
            refund = self.run(self.house.ask_back(asked))
        except Refused:
            assert not can, (asked, part)
            return
        assert can, (asked, part)
        large = part.amount.asset is not USDT or refund.amount > LARGE
        assert refund.state is (RefundState.WAITING if large else RefundState.DUE)
        assert refund.amount.units == takes
        self.move(part, takes, drawer)
        self.go_on(refund, steps)

    @precondition(lambda self: self.those(RefundState.WAITING))
    @rule(data=st.data(), agreed=st.booleans())
    def decide(self, data: st.DataObject, agreed: bool) -> None:
        """Somebody else agrees, or does not."""
        refund = data.draw(st.sampled_from(self.those(RefundState.WAITING)))
        if agreed:
            self.run(self.house.decide.approve(refund.id, by=BORIS))
        else:
            self.run(self.house.decide.decline(refund.id, by=BORIS, why="no"))
            self.undone(refund)

    @precondition(lambda self: self.those(*GOING))
    @rule(data=st.data(), steps=STEPS)
    def carry_out(self, data: st.DataObject, steps: list[tuple[str, str]]) -> None:
        """It is gone on with, due or not."""
        self.go_on(data.draw(st.sampled_from(self.those(*GOING))), steps)

    def go_on(self, refund: Refund, steps: list[tuple[str, str]]) -> None:
        """Whatever happens then: what we believe of it is true."""
        for fate, look in steps:
            self.till.fate, self.till.look = fate, look
            with suppress(Death):
                self.run(self.house.carry_out(refund.id))
        self.learn_refund(refund)

    @precondition(lambda self: self.doubtful())
    @rule(data=st.data())
    def resolve(self, data: st.DataObject) -> None:
        """Somebody has seen what he did with it."""
        refund = data.draw(st.sampled_from(self.doubtful()))
        paid = self.till.paid[refund.id] > 0
        self.run(self.house.decide.resolve(refund.id, by=BORIS, paid=paid))
        self.learn_refund(refund)

    @precondition(lambda self: any(part.held for part in self.parts.values()))
    @rule(data=st.data(), who=st.sampled_from([None, *PEOPLE]))
    def give(self, data: st.DataObject, who: AccountName | None) -> None:
        """What waits is given to whoever it was for, or to somebody."""
        key = data.draw(st.sampled_from([key for key, part in self.parts.items() if part.held]))
        part = self.parts[key]
        theirs = part.credited > 0 and part.given_to not in (None, who)
        try:
            if who is None:
                self.run(self.house.credit("fake", key, by=ANNA))
            else:
                self.run(self.house.give("fake", key, who, by=ANNA))
        except AltynError:
            return  # nothing may have moved
        assert not theirs, part  # of two nobody would know whose is what
        if who is None:
            assert part.payment is not None
            self.credit(part.payment, part.held)
        else:
            self.has[who, part.amount.asset.code] += part.held
        part.given = 0 if who is None else part.held
        part.credited, part.held, part.given_to = part.credited + part.held, 0, who

    # What should be.

    def refunds(self) -> list[Refund]:
        """All of them."""
        return list(self.house.refunds._kept.values())

    def those(self, *states: RefundState) -> list[Refund]:
        """Those in one of these states."""
        return [each for each in self.refunds() if each.state in states]

    def doubtful(self) -> list[Refund]:
        """Those in doubt with which he himself has done."""
        lot = self.those(RefundState.UNKNOWN, RefundState.ACCEPTED)
        return [each for each in lot if self.till.stages.get(each.id) != RefundStage.ACCEPTED]

    def worth(self, id: PaymentId, net: int) -> int:
        """What the target of a payment has for so much."""
        quote = self.orders[id].quote
        return net * quote.gives.units // quote.pays.units

    def purse(self, id: PaymentId) -> tuple[AccountName, str]:
        """Where it is credited."""
        return self.orders[id].target, self.orders[id].quote.gives.asset.code

    def credit(self, id: PaymentId, units: int) -> None:
        """So much more of what came is the target's, or less of it."""
        before = self.worth(id, self.net[id])
        self.net[id] += units
        self.has[self.purse(id)] += self.worth(id, self.net[id]) - before

    def taken(self, part: Part, units: int) -> tuple[tuple[AccountName, str], int]:
        """From whom how much is taken when so much of what was credited goes back."""
        if part.given_to is not None or part.payment is None:
            return (part.given_to or SUSPENSE, part.amount.asset.code), units
        net = self.net[part.payment]
        worth = self.worth(part.payment, net) - self.worth(part.payment, net - units)
        return self.purse(part.payment), worth

    def move(self, part: Part, units: int, drawer: bool) -> None:
        """So much sets out."""
        part.away += units
        if drawer:
            part.held -= units
        else:
            part.credited -= units
            if part.given_to is not None:
                self.has[part.given_to, part.amount.asset.code] -= units
            elif part.payment is not None:
                self.credit(part.payment, -units)

    def undone(self, refund: Refund) -> None:
        """It did not go back: it is whose it was, unless they cannot take it."""
        part = self.parts[refund.key]
        units, part.away = part.away, 0
        if refund.origin.value == "drawer":
            part.held += units
            return
        if part.given_to is not None:
            purse, worth = (part.given_to, part.amount.asset.code), units
        else:
            assert part.payment is not None
            net, purse = self.net[part.payment], self.purse(part.payment)
            worth = self.worth(part.payment, net + units) - self.worth(part.payment, net)
        if self.has[purse] + worth > self.ceilings.get(purse, UNITS_MAX):
            part.held += units
        elif part.given_to is not None:
            part.credited += units
            self.has[purse] += units
        elif part.payment is not None:
            part.credited += units
            self.credit(part.payment, units)

    def learn_refund(self, before: Refund) -> None:
        """What we believe of it now is what he did."""
        after = self.run(self.house.refunds.get(before.id))
        part, done = self.parts[before.key], self.till.paid[before.id]
        if after.state is RefundState.DONE:
            assert done == 1 or after.id in self.by_hand
            part.back, part.away = part.back + part.away, 0
        elif after.state is RefundState.FAILED:
            assert done == 0
            self.undone(before)

    def learn(self) -> None:
        """What was heard is in the books: of what is new all is somewhere, the rest stays."""
        for arrival in self.house.arrivals._kept.values():
            key, amount = arrival.inflow.key, arrival.inflow.amount
            known = self.parts.get(key)
            if known is None:
                known = Part(arrival.payment, amount, 0, amount.units)
                self.parts[key] = known
                by_rule = self.run(self.house.refunds.of_arrival("fake", key))
                assert arrival.inflow.sender or not by_rule
            if known.payment is None:
                assert arrival.credited.units == known.credited
            elif more := arrival.credited.units - known.credited:
                assert 0 < more <= known.held, (known, arrival)
                known.credited, known.held = arrival.credited.units, known.held - more
                self.credit(known.payment, more)
            if not known.away and not known.back and arrival.returned.units:
                assert arrival.returned.units <= known.held
                self.move(known, arrival.returned.units, drawer=True)

    @invariant()
    def each_part_is_in_one_place(self) -> None:
        """What came is somebody's, or waits, or is on its way, or is back."""
        self.run(self.compare())

    async def compare(self) -> None:
        """Compare the books with what should be."""
        should = Counter(self.has)
        for key, part in self.parts.items():
            arrival, code = self.house.arrivals._kept["fake", key], part.amount.asset.code
            assert part.agrees(arrival), (part, arrival)
            should[SUSPENSE, code] += part.held
            should[returning("fake"), code] += part.away
            should[clearing("fake"), code] -= part.amount.units - part.back
        for code, units in self.lost.items():
            should[losses("fake"), code] -= units
        for (name, code), units in should.items():
            assert await self.house.holds(name, asset_of(code)) == units, (name, code)
        await self.house.sound()

    @invariant()
    def nobody_has_more_than_came(self) -> None:
        """What we have heard of is not more than what he took."""
        took: Counter[str] = Counter()
        for of in self.till.took.values():
            for inflow in of.values():
                took[inflow.amount.asset.code] += inflow.amount.units
        for part in self.parts.values():
            took[part.amount.asset.code] -= part.amount.units
        assert all(units >= 0 for units in took.values())

    @invariant()
    def nothing_goes_back_twice(self) -> None:
        """He pays each refund once at most, of an arrival no more than came, and what is no more
        to be paid never."""
        back: Counter[str] = Counter()
        for refund in self.refunds():
            paid = self.till.paid[refund.id]
            assert paid <= 1
            assert not (paid and refund.state in UNDONE)
            outside = refund.origin is Origin.OUTSIDE or refund.id in self.by_hand
            assert paid or outside or refund.state is not RefundState.DONE
            back[refund.key] += (refund.state is RefundState.DONE) * refund.amount.units
        for key, units in back.items():
            assert units <= self.parts[key].amount.units
        for key in {whole_of(key) for key in back}:
            known = sum(units for name, units in back.items() if whole_of(name) == key)
            assert known <= self.till.back(key, arrived=False)

    def end(self) -> None:
        """He answers everything, a person says the rest, and nothing is on its way any more."""
        self.till.fate, self.till.look = "done", "truth"
        for id in self.till.stages:
            self.till.stages[id] = RefundStage.DONE if self.till.paid[id] else RefundStage.FAILED
        for payment in self.orders:
            self.run(self.house.check(payment))
        self.read()
        self.learn()
        for refund in self.refunds():
            if refund.state is RefundState.WAITING:
                self.run(self.house.decide.approve(refund.id, by=BORIS))
        for refund in self.refunds():
            if not refund.ended:
                after = self.run(self.house.carry_out(refund.id))
                if not after.ended:
                    paid = self.till.paid[refund.id] > 0
                    self.run(self.house.decide.resolve(refund.id, by=BORIS, paid=paid))
                self.learn_refund(refund)
        for key in [key for of in self.till.took.values() for key in of]:
            self.hear_back(key, arrived=True)
        self.each_part_is_in_one_place()
        self.nothing_goes_back_twice()
        assert all(refund.ended for refund in self.refunds())
        for asset in (USDT, TON):
            taken = sum(
                inflow.amount.units
                for of in self.till.took.values()
                for inflow in of.values()
                if inflow.amount.asset is asset
            )
            gone = sum(
                self.till.back(key, arrived=True)
                for of in self.till.took.values()
                for key, inflow in of.items()
                if inflow.amount.asset is asset
            )
            assert self.run(self.house.holds(clearing("fake"), asset)) == gone - taken
            assert self.run(self.house.holds(returning("fake"), asset)) == 0


TestPayments = PaymentsMachine.TestCase
TestPayments.settings = played(examples=50, steps=30)
