"""Plans of campaigns are read as they were written, or not at all."""

from collections.abc import Callable
from types import ModuleType
from typing import Final

import pytest

from altyn.adapters.postgres import plans as on_postgres
from altyn.adapters.sqlite import plans as in_sqlite
from altyn.core.transaction import StorageBroken
from altyn.entrypoints.testkit.purchases.campaigning import PLANS, campaign_id, plan

WRONG: Final[dict[str, Callable[[str], str]]] = {
    "no plan": lambda text: "{}",
    "a list": lambda text: "[]",
    "no JSON": lambda text: text[:-1],
    "nothing wanted": lambda text: text.replace('"wanted":6', '"wanted":0'),
    "of no kind": lambda text: text.replace('"pack"', '"gold"'),
    "of nobody's money": lambda text: text.replace("budget:campaigns", "budget"),
    "in other words": lambda text: text.replace(":", ": "),
    "with something else": lambda text: text.replace("{", '{"also":1,', 1),
}

both = pytest.mark.parametrize("plans", [in_sqlite, on_postgres], ids=["sqlite", "postgres"])


@both
def test_a_plan_is_read_as_it_was_written(plans: ModuleType) -> None:
    """And written the same way again, whatever is planned."""
    for each in PLANS.values():
        text = plans.written(each)
        assert plans.plan_of(each.id, text) == each
        assert plans.written(plans.plan_of(each.id, text)) == text


@both
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_we_never_write_is_no_plan(plans: ModuleType, wrong: Callable[[str], str]) -> None:
    """Nobody buys by it."""
    one = plan()
    text = plans.written(one)
    assert wrong(text) != text
    with pytest.raises(StorageBroken, match=str(one.id)):
        plans.plan_of(one.id, wrong(text))


@both
def test_the_plan_of_another_campaign_is_not_its_own(plans: ModuleType) -> None:
    """Whoever put it into that row."""
    with pytest.raises(StorageBroken, match="not as it was written"):
        plans.plan_of(campaign_id(), plans.written(plan()))
