"""Any history of a broadcast: nobody gets it twice, and whoever may miss it is named."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from altyn.core.broadcasts import BroadcastMoved, BroadcastState, LetterState, sending
from altyn.core.identity import UserId
from altyn.core.notifications import Preference, Recipient
from altyn.core.resilience import NotExecuted, TurnedAway
from tests.unit.broadcasts_house import House, Killed, NothingHeard
from tests.unit.machines import played
from tests.unit.staff import ANNA

PEOPLE = range(1, 31)
some = st.integers(min_value=1, max_value=len(PEOPLE)).map(UserId)
PERHAPS = (LetterState.SENT, LetterState.UNKNOWN, LetterState.SENDING)


class BroadcastMachine(RuleBasedStateMachine):
    """One broadcast; processes that send it and die, people who leave, operators who steer."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.house = House()
        self.kills = self.breaks = 0

    def teardown(self) -> None:
        """Whatever happened, in the end it is over, and everybody is accounted for."""
        self.house.announcer.before.clear()
        self.house.announcer.after.clear()
        if self.now.state is BroadcastState.PAUSED:
            self.run(self.house.steer.resume(self.broadcast.id, ANNA))
        for _ in range(20):
            if self.now.ended_at is None:
                self.run(self.house.passes(301))
        after = self.now
        assert after.ended_at is not None
        assert after.counts.sending == 0
        assert after.counts.unknown <= self.kills * sending.AT_ONCE + self.breaks
        if after.state is BroadcastState.DONE:
            assert (after.counts.letters, after.counts.open) == (len(PEOPLE), 0)
        assert len(self.run(self.house.told())) == 1
        self.runner.close()

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(what)

    @property
    def now(self) -> Any:
        return self.run(self.house.now(self.broadcast))

    @initialize()
    def begins(self) -> None:
        self.run(self.house.come(*PEOPLE))
        self.broadcast = self.run(self.house.begun())

    @rule(seconds=st.sampled_from([0, 1, 6]))
    def sends(self, seconds: int) -> None:
        self.run(self.house.passes(seconds))

    @rule(many=st.integers(0, 10), after=st.booleans(), goes_on=st.booleans())
    def dies(self, many: int, after: bool, goes_on: bool) -> None:
        """While it sends, before or after some were reached; another process may go on at once."""
        announcer, at = self.house.announcer, len(self.house.reached) + many

        async def die() -> None:
            if len(self.house.reached) >= at:
                announcer.then = None
                (announcer.after if after else announcer.before).extend(
                    Killed() for _ in range(sending.AT_ONCE)
                )

        announcer.then = die
        try:
            self.run(self.house.send())
        except Killed:
            self.kills += 1
        announcer.then = None
        announcer.before.clear()
        announcer.after.clear()
        self.house.send = self.house.process(f"after {self.kills}")
        if goes_on:
            self.sends(1)

    @rule(trouble=st.sampled_from([TurnedAway("busy", 2.0), NotExecuted("no")]))
    def is_turned_away(self, trouble: Exception) -> None:
        self.house.announcer.before.append(trouble)

    @rule()
    def is_not_answered(self) -> None:
        self.breaks += 1
        self.house.announcer.after.append(NothingHeard())

    @rule(who=some)
    def leaves(self, who: UserId) -> None:
        self.house.announcer.left.add(who)

    @rule(who=some)
    def declines(self, who: UserId) -> None:
        no = Preference(recipient=Recipient(who), declined=frozenset({"announcement"}))
        if self.now.gathered:
            self.run(self.house.preferences.put(no))

    @rule(what=st.sampled_from(["pause", "resume", "pause", "resume", "cancel"]))
    def is_steered(self, what: str) -> None:
        with suppress(BroadcastMoved):
            self.run(getattr(self.house.steer, what)(self.broadcast.id, ANNA))

    @invariant()
    def nobody_gets_two(self) -> None:
        assert max(Counter(self.house.reached).values(), default=0) <= 1

    @invariant()
    def what_is_noted_is_true(self) -> None:
        """Whoever was reached is among those sent or in doubt; whoever is sent was reached."""
        if not hasattr(self, "broadcast"):
            return
        letters = {
            state: {each.recipient for each in self.run(self.house.those(self.broadcast, state))}
            for state in LetterState
        }
        reached = set(self.house.reached)
        assert letters[LetterState.SENT] <= reached
        assert reached <= set().union(*(letters[state] for state in PERHAPS))


TestBroadcastMachine = BroadcastMachine.TestCase
TestBroadcastMachine.settings = played(20, 15)
