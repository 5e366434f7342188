"""Several endpoints for one thing: calls go to the best, and never where they could do harm."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeVar

from attrs import define, field

from ..clock import Clock, Ticks, ticks
from ..errors import Unavailable
from ..signals import Signals, Unheard
from .candidates import Candidate, Operation
from .course import Course, courses_of
from .endpoint_errors import NoCandidate, TurnedAway, UnknownOperation
from .outcome import Outcome, outcome_of
from .profiles import BALANCED, Profile
from .record import Begun, Record
from .reputation import Reputation

Answer = TypeVar("Answer")

BELIEVED_FOR: Final = timedelta(hours=6)
"""What was known of an endpoint before a restart is forgotten when it is older."""


@define(eq=False)
class EndpointPool:
    """
    The endpoints of a provider, for each operation in the declared order, and how they fare.

    An attempt is handed an endpoint and raises in the families of the core. `Refused`, `Missing`
    and `Conflict` are answers: they go to the caller at once, and the endpoint is well. Whatever
    else it raises is held against the endpoint, unless that was not called, turned us away, or
    the caller gave up. What may follow a failure is decided by the operation's effect alone.

    An endpoint that fails too often rests. A read then tries it again, one at a time, and gives it
    back a tenth, a half, all of the traffic; what creates or pays never tries anything out. While
    all of them rest nothing is called: a provider in trouble, or one that told us to slow down, is
    left in peace, and the caller learns when to come again.
    """

    name: str
    operations: Sequence[Operation]
    clock: Clock
    profile: Profile = field(default=BALANCED, kw_only=True)
    ticks: Ticks = field(default=ticks, kw_only=True)
    signals: Signals = field(factory=Unheard, kw_only=True)
    _courses: Mapping[str, Course] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._courses = courses_of(self.operations, self.profile)
        for course in self._courses.values():
            for record in course.records:
                self._tell_share(course, record)

    async def call(
        self, operation: str, attempt: Callable[[Candidate], Awaitable[Answer]]
    ) -> Answer:
        """
        What the attempt answers at the best endpoint, or at another where that is harmless.

        No endpoint is called twice. A caller who does not know what became of a creation or a
        payment must not call again before a read has told.

        Raises:
            NoCandidate: none of the endpoints may be called now, and none was.
            UnknownOperation: the pool has no such operation.
        """
        course = self._course(operation)
        failed: Unavailable | None = None
        for record in course.ranked(self.ticks()):
            call = record.begin(self.ticks())
            if call is None:
                continue
            try:
                return await self._call(course, record, call, attempt)
            except Unavailable as failure:
                if not course.operation.effect.goes_on_after(failure):
                    raise
                failed = failure
        raise failed or NoCandidate(operation, course.wait_seconds(self.ticks()))

    def resting(self, operation: str) -> str:
        """
        Why a call made now would reach no endpoint; empty when it would reach one.

        Raises:
            UnknownOperation: the pool has no such operation.
        """
        course, now = self._course(operation), self.ticks()
        return "" if course.ranked(now) else f"rests for {course.wait_seconds(now):.3g} s"

    def _course(self, operation: str) -> Course:
        course = self._courses.get(operation)
        if course is None:
            raise UnknownOperation(operation[:80], tuple(self._courses))
        return course

    def reputations(self) -> Sequence[Reputation]:
        """What is known of the endpoints that were called, for another day."""
        return [
            Reputation(
                pool=self.name,
                operation=course.operation.name,
                candidate=record.candidate.name,
                success=record.tally.success,
                latency_seconds=record.tally.latency_seconds,
                state=record.stage.state,
                at=record.at,
            )
            for course in self._courses.values()
            for record in course.records
            if record.at is not None
        ]

    def recall(self, reputations: Iterable[Reputation]) -> None:
        """Go on from what was known of endpoints that are still declared, unless it is too old."""
        now, present = self.ticks(), self.clock.now()
        known = {(each.operation, each.candidate): each for each in reputations}
        for course in self._courses.values():
            for record in course.records:
                reputation = known.get((course.operation.name, record.candidate.name))
                if reputation is None or reputation.pool != self.name:
                    continue
                age = max(present - reputation.at, timedelta())
                if age <= BELIEVED_FOR:
                    record.recall(reputation, now, age)
                    self._tell_share(course, record)

    async def _call(
        self,
        course: Course,
        record: Record,
        call: Begun,
        attempt: Callable[[Candidate], Awaitable[Answer]],
    ) -> Answer:
        labels = self._labels(course, record)
        self.signals.count("endpoint_calls_total", **labels)
        outcome = Outcome.UNKNOWN
        try:
            answer = await attempt(record.candidate)
            outcome = Outcome.WELL
        except BaseException as error:
            if not isinstance(error, TurnedAway):
                outcome = outcome_of(error)
            elif error.wait_seconds is not None:
                record.leave_alone(self.ticks(), error.wait_seconds)
            raise
        finally:
            now = self.ticks()
            record.end(call, outcome, now, self.clock.now())
            self.signals.observe("endpoint_call_seconds", (now - call.at) / 1_000_000, **labels)
            if outcome is Outcome.FAILED:
                self.signals.count("endpoint_failures_total", **labels)
            self._tell_share(course, record)
        return answer

    def _tell_share(self, course: Course, record: Record) -> None:
        self.signals.gauge("endpoint_share_ratio", record.share, **self._labels(course, record))

    def _labels(self, course: Course, record: Record) -> dict[str, str]:
        return {
            "pool": self.name,
            "operation": course.operation.name,
            "candidate": record.candidate.name,
        }
