"""Any history of refreshing, stealing and signing out: what was shown twice is always found out."""

import asyncio
from typing import Any

import hypothesis.strategies as st
from attrs import field, frozen
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from altyn.adapters.memory import (
    ManualClock,
    ManualTicks,
    MemoryMeter,
    MemoryOutbox,
    MemorySessions,
    MemoryStore,
)
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import (
    AccessTokens,
    Ended,
    NotKnown,
    RefreshSession,
    Session,
    SessionId,
    SignedIn,
    Token,
    UserId,
)
from altyn.core.limits import SignInAttempts
from altyn.entrypoints.testkit.access.ground import NOON
from altyn.entrypoints.testkit.access.sessions import digest
from tests.unit.machines import played

ANN = UserId(42)


@frozen
class Shown:
    """A refresh token, and whose it is."""

    session: SessionId
    text: str


@frozen
class Model:
    """A session as it should be: the one token that is good, and whether it has ended."""

    newest: list[str] = field(factory=list)
    spent: set[str] = field(factory=set)
    ended: list[Ended] = field(factory=list)


class SessionsMachine(RuleBasedStateMachine):
    """One who refreshes properly, one who has stolen some token, both at any time or at once."""

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        store, self.clock, ticks = MemoryStore(), ManualClock(NOON), ManualTicks()
        self.sessions, self.outbox = MemorySessions(store), MemoryOutbox(store)
        self.ids = TimeOrdered(self.clock)
        self.ticks = ticks
        self.refresh = RefreshSession(
            sessions=self.sessions,
            tokens=AccessTokens({"new": bytes(32)}),
            attempts=SignInAttempts(MemoryMeter(ticks)),
            outbox=self.outbox,
            transaction=store,
            clock=self.clock,
            identifiers=self.ids,
        )
        self.models: dict[SessionId, Model] = {}

    def teardown(self) -> None:
        self.runner.close()

    def shows(self, *shown: Shown) -> list[Any]:
        """Those are shown at once, each by somebody else."""

        async def all() -> list[Any]:
            tries = (
                self.refresh(each.text, f"192.0.2.{number}") for number, each in enumerate(shown)
            )
            return list(await asyncio.gather(*tries, return_exceptions=True))

        self.ticks.advance(seconds=301)  # how often one may guess is proven elsewhere
        return self.runner.run(all())

    def expect(self, shown: Shown, answer: Any) -> list[Shown]:
        """What the model says of it; the token that came of it."""
        model = self.models[shown.session]
        if shown.text in model.spent:
            if not model.ended:
                model.ended.append(Ended.REUSED)
            assert isinstance(answer, NotKnown)
            return []
        model.spent.add(shown.text)
        if model.ended:
            assert isinstance(answer, NotKnown)
            return []
        assert isinstance(answer, SignedIn)
        model.newest[0] = answer.refresh.reveal()
        return [Shown(shown.session, model.newest[0])]

    @rule(target=tokens)
    def begins(self) -> Shown:
        """Somebody signs in."""
        token = Token.fresh("rt")
        session = Session.begin(SessionId(self.ids()), ANN, "", self.clock.now())
        self.runner.run(self.sessions.begin(session, digest(), token.digest))
        self.models[session.id] = Model([token.reveal()])
        return Shown(session.id, token.reveal())

    @rule(target=tokens, shown=tokens)
    def one_refreshes(self, shown: Shown) -> Any:
        """With any token that ever was: the newest, or one that was kept."""
        (answer,) = self.shows(shown)
        return self.kept(shown, self.expect(shown, answer))

    @rule(target=tokens, shown=tokens, others=st.integers(1, 3))
    def many_refresh_at_once(self, shown: Shown, others: int) -> Any:
        """With the same token: whichever comes first, none of them stays."""
        answers = self.shows(*[shown] * (others + 1))
        came = [each for answer in answers for each in self.expect(shown, answer)]
        assert self.models[shown.session].ended
        return self.kept(shown, came)

    @rule(shown=tokens)
    def leaves(self, shown: Shown) -> None:
        """They sign out."""
        now = self.clock.now()
        self.runner.run(self.sessions.end(ANN, now, Ended.LEFT, only=shown.session))
        model = self.models[shown.session]
        if not model.ended:
            model.ended.append(Ended.LEFT)

    @rule(minutes=st.integers(1, 60))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    def kept(self, shown: Shown, came: list[Shown]) -> Shown:
        """Bundles need something: the token that was shown can be shown again."""
        return came[0] if came else shown

    @invariant()
    def sessions_are_as_they_should_be(self) -> None:
        """Ended for that reason, or going on; every theft was told once."""
        for id, model in self.models.items():
            session = self.runner.run(self.sessions.get(id))
            assert session.ended is (model.ended[0] if model.ended else None)
        told = [event.facts["session"] for event in self.runner.run(self.outbox.pending(999))]
        stolen = [id for id, model in self.models.items() if model.ended == [Ended.REUSED]]
        assert sorted(map(str, told)) == sorted(map(str, stolen))


TestSessions = SessionsMachine.TestCase
TestSessions.settings = played(15, 15)
