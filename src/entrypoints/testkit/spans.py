"""A tracer that keeps what it is told, so that a test can read the story again."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field

from ...core.spans import Fact, Sort, Told


@define(eq=False)
class RecordedSpan:
    """A span, and what became of it; `outcome` is empty while it goes on."""

    number: int
    name: str
    sort: Sort
    at: int
    inside: "RecordedSpan | None"
    facts: dict[str, Fact]
    outcome: str = ""
    failed: bool = False

    @property
    def ids(self) -> Mapping[str, str]:
        """As the port says: the number of the outermost, and its own."""
        *_, first = self.path
        return {"trace_id": str(first.number), "span_id": str(self.number)}

    @property
    def path(self) -> Iterator["RecordedSpan"]:
        """Itself, what it was inside of, and so on outwards."""
        one: RecordedSpan | None = self
        while one is not None:
            yield one
            one = one.inside

    def tell(self, facts: Mapping[str, Fact]) -> None:
        """As the port says."""
        self.facts.update(facts)

    def end(self, outcome: str, *, failed: bool) -> None:
        """As the port says."""
        assert not self.outcome, f"{self.name} has ended before"
        self.outcome, self.failed = outcome, failed


@define(eq=False)
class Recorder:
    """Keeps spans in the order in which it was told of them; its moments are counted."""

    spans: list[RecordedSpan] = field(factory=list, init=False)
    _moments: int = field(default=0, init=False)

    def moment(self) -> int:
        """As the port says."""
        self._moments += 1
        return self._moments

    def begin(
        self, name: str, sort: Sort, at: int, inside: Told | None, facts: Mapping[str, Fact]
    ) -> Told:
        """As the port says."""
        assert inside is None or isinstance(inside, RecordedSpan)
        span = RecordedSpan(len(self.spans), name, sort, at, inside, dict(facts))
        self.spans.append(span)
        return span

    def told(self, name: str | None = None, **facts: Fact) -> Sequence[RecordedSpan]:
        """Those of that name, or of any, of which at least this is known."""
        return [
            each
            for each in self.spans
            if name in (None, each.name) and facts.items() <= each.facts.items()
        ]
