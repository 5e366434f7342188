"""What is done with money that is not what was asked for, as the operator decided."""

from collections.abc import Mapping
from typing import Final

from ...core.payments import Case, Rules, Treatment
from .methods import TREATMENTS
from .tables import each, known, table

EXAMPLE: Final = 'late = "hold", or ton = { double = "return" }'

Treatments = Mapping[Case, Treatment]


def treatments(written: object) -> Rules:
    """
    The rules: by case for every method, in a table named for a method for that one.

    What is written for all methods goes before what is shipped for one.

    Raises:
        ValueError: with the name of what is wrong.
    """
    found = table(written, EXAMPLE)
    every = _treatments({name: its for name, its in found.items() if not _is_table(its)})
    single = each(
        {name: its for name, its in found.items() if _is_table(its)},
        lambda _, its: _treatments(table(its, EXAMPLE)),
    )
    shipped = {
        method: {case: its for case, its in cases.items() if case not in every}
        for method, cases in TREATMENTS.items()
    }
    names = {*shipped, *single}
    return Rules(every, {name: {**shipped.get(name, {}), **single.get(name, {})} for name in names})


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _treatments(written: Mapping[str, object]) -> Treatments:
    return {Case(name): its for name, its in each(written, _treatment).items()}


def _treatment(name: str, written: object) -> Treatment:
    case = Case(known(name, map(str, Case), "case"))
    treatment = Treatment(known(str(written), map(str, Treatment), "treatment"))
    Rules({case: treatment})  # which knows what makes no sense
    return treatment
