"""Our spans as those of OpenTelemetry."""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from attrs import frozen
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)

from ...core.spans import NOWHERE, Fact, Sort, Told

KINDS: Final = {
    Sort.STEP: SpanKind.INTERNAL,
    Sort.REQUEST: SpanKind.SERVER,
    Sort.CALL: SpanKind.CLIENT,
}
METHOD: Final = "http_method"
ROUTE: Final = "http_route"
NAMES: Final = {
    METHOD: "http.request.method",
    ROUTE: "http.route",
    "http_status": "http.response.status_code",
}
"""What everybody calls by one name; the rest is called by ours."""
ELSEWHERE: Final = "traceparent"


@frozen
class OtelTold:
    """A span of theirs."""

    span: Span
    facts: Mapping[str, Fact]
    """Those that it began with."""

    @property
    def ids(self) -> Mapping[str, str]:
        """As the port says."""
        if not self.span.is_recording():
            return NOWHERE
        where = self.span.get_span_context()
        return MappingProxyType(
            {
                "trace_id": format_trace_id(where.trace_id),
                "span_id": format_span_id(where.span_id),
            }
        )

    def tell(self, facts: Mapping[str, Fact]) -> None:
        """As the port says; a request is called by its route."""
        self.span.set_attributes(attributes_of(facts))
        if ROUTE in facts:
            self.span.update_name(f"{self.facts.get(METHOD, '')} {facts[ROUTE]}".strip())

    def end(self, outcome: str, *, failed: bool) -> None:
        """As the port says."""
        self.span.set_attribute("altyn.outcome", outcome)
        if failed:
            self.span.set_attribute("error.type", outcome)
            self.span.set_status(StatusCode.ERROR)
        self.span.end()


@frozen
class OtelTracer:
    """Tells them to a tracer of theirs, and looks at nothing that others have told it."""

    tracer: Tracer

    def moment(self) -> int:
        """As the port says: nanoseconds since 1970."""
        return time.time_ns()

    def begin(
        self, name: str, sort: Sort, at: int, inside: Told | None, facts: Mapping[str, Fact]
    ) -> Told:
        """As the port says."""
        above = Context()
        if inside is not None:
            above = set_span_in_context(cast(OtelTold, inside).span, above)
        span = self.tracer.start_span(
            name,
            above,
            KINDS[sort],
            attributes_of(facts),
            links_of(facts),
            start_time=at,
            record_exception=False,
            set_status_on_exception=False,
        )
        return OtelTold(span, facts)


def attributes_of(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts by the names that are known there."""
    return {
        NAMES.get(name, f"altyn.{name}"): fact for name, fact in facts.items() if name != ELSEWHERE
    }


def links_of(facts: Mapping[str, Fact]) -> list[Link]:
    """Where a stranger says that he comes from, if that can be."""
    _, trace_id, span_id, flags = str(facts.get(ELSEWHERE, "00-0-0-0")).split("-")
    where = SpanContext(int(trace_id, 16), int(span_id, 16), True, TraceFlags(int(flags, 16)))
    return [Link(where)] if where.is_valid else []
