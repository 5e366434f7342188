"""Spans: what is being done, inside of what, and how long it takes, for whoever follows it."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from enum import Enum
from types import MappingProxyType, TracebackType
from typing import Any, Final, Protocol

from attrs import define, field, frozen

from .correlation import concerns
from .errors import AltynError, Unavailable

Fact = str | int

DONE: Final = "done"
BROKEN_OFF: Final = "broken_off"
NOWHERE: Final[Mapping[str, str]] = MappingProxyType({})


class Sort(Enum):
    """Between whom something is done."""

    STEP = "step"
    """By us, for ourselves."""
    REQUEST = "request"
    """By us, for somebody who asks from outside."""
    CALL = "call"
    """By somebody outside, whom we ask."""


class Told(Protocol):
    """A span that a tracer was told of, and that has not ended."""

    @property
    def ids(self) -> Mapping[str, str]:
        """What lines of the log can name it by, such as `trace_id`; nothing if nobody keeps it."""
        ...

    def tell(self, facts: Mapping[str, Fact]) -> None:
        """This as well is known of it."""
        ...

    def end(self, outcome: str, *, failed: bool) -> None:
        """It is over."""
        ...


class Tracer(Protocol):
    """
    Where spans are told.

    Telling one costs little, never waits and never raises. Names are words of ours, few, and
    without anything that was filled in; facts hold no secret, no address of anybody, and no words
    of somebody else. A fact `traceparent` is where a stranger says that his request comes from: it
    is something to point at, and never what a span is inside of.
    """

    def moment(self) -> int:
        """What the present is called when `begin` is told of it."""
        ...

    def begin(
        self, name: str, sort: Sort, at: int, inside: Told | None, facts: Mapping[str, Fact]
    ) -> Told:
        """Something began at that moment, inside of another or of nothing."""
        ...


class Span(Protocol):
    """Something that is being done."""

    def tell(self, **facts: Fact) -> None:
        """This as well is known of it."""
        ...

    def fail(self, why: str) -> None:
        """It will have failed, in that word, though nothing is raised."""
        ...


@frozen
class Untold:
    """A span that nobody is told of."""

    def __enter__(self) -> Span:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self, **facts: Fact) -> None:
        """As the port says."""

    def fail(self, why: str) -> None:
        """As the port says."""


UNTOLD: Final = Untold()


@define
class _Ear:
    tracer: Tracer | None = None


_ear: Final = _Ear()
"""That of the process, as its log is."""
_innermost: ContextVar["Going | None"] = ContextVar("altyn_span", default=None)


@contextmanager
def followed_by(tracer: Tracer) -> Iterator[None]:
    """What this process does inside the block is told to that tracer."""
    before, _ear.tracer = _ear.tracer, tracer
    try:
        yield
    finally:
        _ear.tracer = before


def span(name: str, /, **facts: Fact) -> AbstractContextManager[Span]:
    """What is done inside the block has that name."""
    tracer = _ear.tracer
    return UNTOLD if tracer is None else Going(tracer, name, Sort.STEP, facts, at_once=True)


def detail(name: str, /, **facts: Fact) -> AbstractContextManager[Span]:
    """
    The same of what is of interest only inside something that is told, or around it, or when it
    fails: who looks every second whether there is anything to do says nothing when there is not.
    """
    tracer = _ear.tracer
    return UNTOLD if tracer is None else Going(tracer, name, Sort.STEP, facts)


def request(name: str, /, **facts: Fact) -> AbstractContextManager[Span]:
    """The same of a request from outside that is answered inside the block."""
    tracer = _ear.tracer
    return UNTOLD if tracer is None else Going(tracer, name, Sort.REQUEST, facts, at_once=True)


def calling(provider: str, operation: str, **facts: Fact) -> AbstractContextManager[Span]:
    """A detail: the block asks somebody outside."""
    tracer = _ear.tracer
    if tracer is None:
        return UNTOLD
    facts = {"provider": provider, "operation": operation, **facts}
    return Going(tracer, f"{provider} {operation}", Sort.CALL, facts)


def innermost() -> Span:
    """What is being done here."""
    return _innermost.get() or UNTOLD


def whereabouts() -> Mapping[str, str]:
    """What a line of the log can name it by."""
    here = _innermost.get()
    return here.told.ids if here is not None and here.told is not None else NOWHERE


def ending(error: BaseException | None) -> tuple[str, bool]:
    """How something ended, in a word of ours, and whether that is a failure: a no is an answer."""
    match error:
        case None:
            return DONE, False
        case AltynError():
            return error.code, isinstance(error, Unavailable)
        case Exception():
            return type(error).__name__, True
    return BROKEN_OFF, False


@define(eq=False)
class Going:
    """A span while it goes on: the tracer is told of it at once, or when it has to be."""

    tracer: Tracer
    name: str
    sort: Sort
    facts: dict[str, Any]
    at_once: bool = False
    told: Told | None = field(default=None, init=False)
    _began: int = field(default=0, init=False)
    _above: "Going | None" = field(default=None, init=False)
    _over: bool = field(default=False, init=False)
    _why: str = field(default="", init=False)

    def __enter__(self) -> Span:
        above = self._above = _innermost.get()
        self.facts = {**concerns(), **self.facts}
        self._began = self.tracer.moment()
        if self.at_once or (above is not None and above.told is not None):
            self._begin()
        _innermost.set(self)
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        # Not by a token: one that is ended for us by somebody else must not fail at that.
        _innermost.set(self._above)
        outcome, failed = (self._why, True) if self._why and error is None else ending(error)
        if failed or self.told is not None:
            self._begin().end(outcome, failed=failed)
        self._over = True

    def tell(self, **facts: Fact) -> None:
        """As the port says."""
        if self.told is not None:
            self.told.tell(facts)
        else:
            self.facts.update(facts)

    def fail(self, why: str) -> None:
        """As the port says."""
        self._why = why

    def _begin(self) -> Told:
        if self.told is None:
            above = self._above
            while above is not None and above._over and above.told is None:
                above = above._above  # it is too late to tell of that one
            inside = above._begin() if above is not None else None
            self.told = self.tracer.begin(self.name, self.sort, self._began, inside, self.facts)
        return self.told
