"""Which limits stand before which action: data, told to whoever asks."""

from fractions import Fraction
from typing import Any

import pytest

from altyn.adapters.memory import ManualTicks, MemoryMeter
from altyn.core.limits import (
    DEMANDS_MAX,
    EVERYBODY,
    AskLimits,
    Concurrency,
    CostMalformed,
    CostNever,
    Demand,
    DemandsMalformed,
    FixedWindow,
    PolicyMalformed,
    Rate,
    Rule,
    Rulebook,
    RuleUnknown,
    StrictWindow,
    SubjectMissing,
    TooOften,
)

PREMIUM, FIRST_DAY = Fraction(2), Fraction(1, 2)
ROLES = {"premium": PREMIUM, "first_day": FIRST_DAY}

PER_USER = FixedWindow(name="buy.user", limit=4, seconds=60)
PER_CHAT = StrictWindow(name="buy.chat", limit=10, seconds=1)
OF_ALL = Rate(name="buy.all", count=100, seconds=1, burst=100)

BUY = (
    Rule(way_in="bot", action="buy", subject="user", policy=PER_USER, cost=2, roles=ROLES),
    Rule(way_in="bot", action="buy", subject="chat", policy=PER_CHAT),
    Rule(way_in="bot", action="buy", policy=OF_ALL),
)
CANCEL = Rule(
    way_in="api",
    action="cancel",
    subject="user",
    policy=Concurrency(name="cancel.user", limit=1, seconds=5),
)
BOOK = Rulebook.of([*BUY, CANCEL])
WHO = {"user": "user:42", "chat": "chat:7"}


def named(name: str, **other: Any) -> Rule:
    """A rule that makes sense, but for what is said."""
    policy = other.pop("policy", FixedWindow(name=name, limit=4, seconds=60))
    return Rule(**{"way_in": "bot", "action": "buy", "policy": policy} | other)


class TestRules:
    @pytest.mark.parametrize("cost", [0, -1, 1.5, True])
    def test_a_cost_makes_sense(self, cost: Any) -> None:
        """Or there is no such rule."""
        with pytest.raises(CostMalformed):
            named("a", cost=cost)

    def test_a_cost_is_admitted_sometimes(self) -> None:
        """To those with the smallest limit too."""
        assert named("a", cost=4).cost == 4
        with pytest.raises(CostNever):
            named("a", cost=5)
        assert named("a", cost=2, roles=ROLES).cost == 2
        with pytest.raises(CostNever) as never:
            named("a", cost=3, roles=ROLES)
        assert never.value.most == 2
        with pytest.raises(CostNever) as never:
            named("a", cost=2, roles=ROLES | {"on_trial": Fraction(1, 2)})
        assert never.value.most == 1

    def test_a_cost_above_the_limit_of_everybody_is_for_nobody(self) -> None:
        """Though those of a larger role could pay it."""
        with pytest.raises(CostNever):
            named("a", cost=5, roles={"premium": PREMIUM})

    @pytest.mark.parametrize("multiplier", [0, -1, Fraction(1, 1001), 1001, float("nan")])
    def test_a_multiplier_is_from_a_thousandth_to_a_thousand(self, multiplier: Any) -> None:
        """Nothing would be a rule of its own."""
        with pytest.raises(PolicyMalformed, match="role 'odd' multiplies by 1/1000 to 1000"):
            named("a", roles={"odd": multiplier})
        for right in (Fraction(1, 1000), Fraction(1000)):
            assert named("a", roles={"even": right}).roles == {"even": right}

    def test_multipliers_are_multiplied(self) -> None:
        """Each once; a role without one changes nothing."""
        rule = BUY[0]
        assert rule.policy_for(["premium"]) == PER_USER.times(PREMIUM)
        assert rule.policy_for(["first_day", "first_day"]) == PER_USER.times(FIRST_DAY)
        assert rule.policy_for(["premium", "first_day"]) is PER_USER
        assert rule.policy_for(["somebody"]) is PER_USER
        assert rule.policy_for([]) is PER_USER


class TestBooks:
    def test_every_rule_of_an_action_is_a_demand(self) -> None:
        """In the order in which they were written, each by its subject."""
        assert BOOK.demands("bot", "buy", WHO) == (
            ("user:42", PER_USER, 2),
            ("chat:7", PER_CHAT, 1),
            (EVERYBODY, OF_ALL, 1),
        )

    def test_rules_are_told_by_way_in_and_action(self) -> None:
        """The same action of another way in has its own."""
        assert BOOK.demands("api", "cancel", WHO) == (("user:42", CANCEL.policy, 1),)
        for way_in, action in (("bot", "cancel"), ("api", "buy"), ("cli", "buy")):
            with pytest.raises(RuleUnknown) as unknown:
                BOOK.demands(way_in, action, WHO)
            assert (unknown.value.way_in, unknown.value.action) == (way_in, action)
            assert unknown.value.nearest is None

    def test_a_rule_with_a_slip_of_the_pen_is_unknown(self) -> None:
        """It is told which one was meant."""
        with pytest.raises(RuleUnknown) as unknown:
            BOOK.demands("api", "cancell", WHO)
        assert unknown.value.nearest == "cancel"

    def test_who_is_counted_has_to_be_named(self) -> None:
        """Nobody is counted as somebody else."""
        with pytest.raises(SubjectMissing) as missing:
            BOOK.demands("bot", "buy", {"user": "user:42"})
        assert (missing.value.limit, missing.value.subject) == ("buy.chat", "chat")

    def test_all_are_counted_together_whatever_is_named(self) -> None:
        """A subject of that name is none."""
        demands = BOOK.demands("bot", "buy", WHO | {EVERYBODY: "only me"})
        assert demands[2][0] == EVERYBODY

    def test_a_role_changes_the_policies_that_speak_of_it(self) -> None:
        """And no other."""
        _, *others = BOOK.demands("bot", "buy", WHO)
        for roles, limit in (
            (["premium"], 8),
            (["first_day"], 2),
            (["premium", "first_day"], 4),
            (["nobody"], 4),
        ):
            policy = FixedWindow(name="buy.user", limit=limit, seconds=60)
            expected = (("user:42", policy, 2), *others)
            assert BOOK.demands("bot", "buy", WHO, roles) == expected

    def test_policies_of_roles_are_made_once(self) -> None:
        """Roles no rule speaks of make none, whatever is named."""

        def policy(*roles: str) -> object:
            return BOOK.demands("bot", "buy", WHO, roles)[0][1]

        assert policy("premium") is policy("premium", "x", "y") is policy("premium")
        assert policy("x", "y") is PER_USER

    def test_roles_may_come_as_they_come(self) -> None:
        """Once through is enough for all rules."""
        two = Rulebook.of([named("a", roles=ROLES), named("b", roles=ROLES)])
        demands = two.demands("bot", "buy", WHO, iter(["premium"]))
        assert [policy.most for _, policy, _ in demands] == [8, 8]

    def test_two_rules_have_two_names(self) -> None:
        """They would count together otherwise, even before other actions."""
        with pytest.raises(PolicyMalformed, match="'a': two rules have a policy of this name"):
            Rulebook.of([named("a"), named("a", action="sell")])

    def test_before_an_action_stand_no_more_rules_than_one_step_takes(self) -> None:
        """It would be refused every time."""
        rules = [named(f"rule{n}") for n in range(DEMANDS_MAX + 1)]
        assert len(Rulebook.of(rules[1:]).demands("bot", "buy", {})) == DEMANDS_MAX
        with pytest.raises(DemandsMalformed) as malformed:
            Rulebook.of([*rules, named("other", action="sell")])
        assert str(malformed.value) == (
            "17 demands in one step: 'buy' of 'bot' has more than 16 rules"
        )


class TestAsking:
    @pytest.fixture
    def ticks(self) -> ManualTicks:
        """The meter's clock."""
        return ManualTicks()

    @pytest.fixture
    def ask(self, ticks: ManualTicks) -> AskLimits:
        """By the book above."""
        return AskLimits(MemoryMeter(ticks), BOOK)

    async def test_an_action_is_counted(self, ask: AskLimits) -> None:
        """For everybody it concerns."""
        admission = await ask("bot", "buy", WHO)
        assert admission.admitted
        assert [remaining for _, remaining, _ in admission.answers] == [2, 9, 99]

    async def test_who_asks_too_often_hears_when_to_come_again(
        self, ask: AskLimits, ticks: ManualTicks
    ) -> None:
        """Nothing is counted of it, for nobody."""
        for _ in range(2):
            await ask("bot", "buy", WHO)
        ticks.advance(seconds=30)
        with pytest.raises(TooOften) as often:
            await ask("bot", "buy", WHO)
        assert often.value.like(TooOften("buy.user", 30_000_000))
        other: Demand = (EVERYBODY, OF_ALL, 1)
        assert (await ask.meter.peek(other)).remaining == 99

    async def test_the_limit_that_is_used_up_is_named(
        self, ask: AskLimits, ticks: ManualTicks
    ) -> None:
        """Whichever of them it is."""
        for number in range(10):
            await ask("bot", "buy", WHO | {"user": f"user:{number}"})
        with pytest.raises(TooOften) as often:
            await ask("bot", "buy", WHO)
        assert often.value.like(TooOften("buy.chat", 1_000_000))

    async def test_a_role_is_heard(self, ask: AskLimits) -> None:
        """It may more."""
        for _ in range(4):
            await ask("bot", "buy", WHO, ["premium"])
        with pytest.raises(TooOften):
            await ask("bot", "buy", WHO, ["premium"])

    async def test_what_is_asked_wrongly_is_refused(self, ask: AskLimits) -> None:
        """And not done unlimited."""
        with pytest.raises(RuleUnknown):
            await ask("bot", "sell", WHO)
        with pytest.raises(SubjectMissing):
            await ask("bot", "buy", {})
