"""What is done with money that is not what was asked for: a rule for each case, never silence."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from ..money import Money, zero
from .arrival import Case, Inflow
from .errors import RuleNotKept
from .gateways import Gateways
from .payment import Payment, State


class Treatment(StrEnum):
    """What is done with it."""

    CREDIT = "credit"
    """Whoever was asked gets it, at the rate of the quote."""
    HOLD = "hold"
    """A person decides; until then it waits where everybody can see it."""
    RETURN = "return"
    """It goes back to whoever sent it; for methods that do that without being told where."""


DEFAULTS: Final[Mapping[Case, Treatment]] = {
    Case.EXACT: Treatment.CREDIT,
    Case.UNDER: Treatment.CREDIT,
    Case.OVER: Treatment.CREDIT,
    Case.DOUBLE: Treatment.CREDIT,
    Case.LATE: Treatment.CREDIT,
    Case.WRONG_ASSET: Treatment.HOLD,
    Case.UNMATCHED: Treatment.HOLD,
}
MAY_BE: Final[Mapping[Case, frozenset[Treatment]]] = {
    Case.EXACT: frozenset({Treatment.CREDIT}),
    Case.WRONG_ASSET: frozenset({Treatment.HOLD, Treatment.RETURN}),
    Case.UNMATCHED: frozenset({Treatment.HOLD, Treatment.RETURN}),
}
"""Where not everything makes sense: another asset has no rate, and of the unmatched nobody's is."""


@frozen
class Rules:
    """How each case is treated; cases that are not named as the defaults say."""

    treatments: Mapping[Case, Treatment] = field(factory=dict)
    of_method: Mapping[str, Mapping[Case, Treatment]] = field(factory=dict)
    """What goes before that, for single methods."""

    def __attrs_post_init__(self) -> None:
        for treatments in (self.treatments, *self.of_method.values()):
            for case, treatment in treatments.items():
                allowed = MAY_BE.get(case, frozenset(Treatment))
                if treatment not in allowed:
                    others = " or ".join(sorted(allowed))
                    raise ValueError(f"{case} can be treated by {others}, not by {treatment}")

    def check(self, gateways: Gateways) -> None:
        """
        See that these methods can do what is asked of them, before anything is promised.

        Raises:
            RuleNotKept: one is to return what it cannot return by itself.
        """
        for method, gateway in gateways.by_method.items():
            cases = [each for each in Case if self.treatment(each, method) is Treatment.RETURN]
            if cases and not gateway.returns_to_sender:
                raise RuleNotKept(method, tuple(cases))

    def treatment(self, case: Case, method: str) -> Treatment:
        """What is done in that case."""
        general = self.treatments.get(case, DEFAULTS[case])
        return self.of_method.get(method, {}).get(case, general)

    def parts(self, payment: Payment, inflow: Inflow) -> tuple[Case, Money, Money]:
        """The case, what of it is credited, and what is held."""
        case = case_of(payment, inflow)
        nothing = zero(inflow.amount.asset)
        if self.treatment(case, payment.order.method) is Treatment.CREDIT:
            return case, inflow.amount, nothing
        if case is Case.OVER:  # what was still missing is not in question
            missing = payment.asked - payment.came
            return case, missing, inflow.amount - missing
        return case, nothing, inflow.amount


def by_rule(case: Case) -> str:
    """Why something is held when nobody but a rule says so."""
    return f"held by rule: {case}"


def case_of(payment: Payment, inflow: Inflow) -> Case:
    """How what came compares with what was asked."""
    if inflow.amount.asset != payment.asked.asset:
        return Case.WRONG_ASSET
    if payment.came >= payment.asked:
        return Case.DOUBLE
    if _late(payment, inflow.at):
        return Case.LATE
    total = payment.came + inflow.amount
    if total < payment.asked:
        return Case.UNDER
    return Case.OVER if total > payment.asked else Case.EXACT


def _late(payment: Payment, at: datetime) -> bool:
    return at > payment.expires_at or payment.state is State.CANCELLED
