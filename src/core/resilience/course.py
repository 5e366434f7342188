"""The endpoints of one operation, and in which order they are called."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import Final

from attrs import frozen

from .candidates import Candidate, Effect, Operation
from .endpoint_errors import MisdeclaredOperation
from .profiles import Profile
from .record import Rank, Record

SHORTLY_SECONDS: Final = 1.0
"""When to ask again where no longer wait is known."""


@frozen
class Course:
    """An operation and the records of its endpoints, as declared."""

    operation: Operation
    records: Sequence[Record]

    def ranked(self, now: int) -> Sequence[Record]:
        """Those that may be called, the best first: as declared, unless they clearly differ."""
        for record in self.records:
            record.look(now)
        latencies = [record.tally.latency_seconds for record in self.records]
        quickest = min((each for each in latencies if each is not None), default=inf)
        places: list[tuple[Rank, bool, bool, int]] = []
        for place, record in enumerate(self.records):
            record.tally.compare(quickest)
            if (rank := record.rank(now)) is not None:
                places.append((rank, record.tally.unsteady, record.tally.slow, place))
        return [self.records[place] for *_, place in sorted(places)]

    def wait_seconds(self, now: int) -> float:
        """After how long it is worth asking again."""
        shortest = min(record.wait_ticks(now) for record in self.records)
        return max(SHORTLY_SECONDS, shortest / 1_000_000)


def courses_of(operations: Iterable[Operation], profile: Profile) -> Mapping[str, Course]:
    """Reads first, so that what they prove can refer to them."""
    courses: dict[str, Course] = {}
    for operation in sorted(operations, key=lambda each: each.effect is not Effect.READ):
        if operation.name in courses:
            raise MisdeclaredOperation(operation.name, "it is declared twice")
        records = []
        for candidate in operation.candidates:
            proof = None
            if operation.proven_by is not None:
                proof = _proof(courses, operation, candidate)
            records.append(Record.of(candidate, operation.effect, profile, proof))
        courses[operation.name] = Course(operation, tuple(records))
    return courses


def _proof(courses: Mapping[str, Course], operation: Operation, candidate: Candidate) -> Record:
    course = courses.get(operation.proven_by or "")
    for record in course.records if course else ():
        if record.candidate.name == candidate.name and record.effect is Effect.READ:
            return record
    reason = f"no read called {operation.proven_by!r} has an endpoint {candidate.name!r}"
    raise MisdeclaredOperation(operation.name, reason)
