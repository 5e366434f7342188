"""Sending spans to a collector, in a thread of its own: whatever it does holds nobody up."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final

from attrs import define, field
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from .tracing import OtelTracer

NAME: Final = "altyn"
UNNAMED: Final = "unknown_service"
CLOSING_SECONDS: Final = 2.0

log = logging.getLogger("altyn.otel")


@define(eq=False)
class Careful(SpanExporter):
    """
    Sends what may be seen, and tells once when it is not taken, however long that lasts.

    `redact` is shown every value with its name. Here that keeps nobody waiting.
    """

    inner: SpanExporter
    redact: Callable[[Any, str], Any]
    _trouble: bool = field(default=False, init=False)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """As the library wants it."""
        result = self.inner.export([self._shown(span) for span in spans])
        trouble = result is not SpanExportResult.SUCCESS
        if trouble and not self._trouble:
            log.warning("the collector does not take our spans: those of meanwhile are lost")
        if self._trouble and not trouble:
            log.warning("the collector takes our spans again")
        self._trouble = trouble
        return result

    def shutdown(self) -> None:
        """As the library wants it."""
        self.inner.shutdown()

    def _shown(self, span: ReadableSpan) -> ReadableSpan:
        attributes = {
            name: self.redact(told, name.rpartition(".")[2])
            for name, told in (span.attributes or {}).items()
        }
        return ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes=attributes,
            links=span.links,
            kind=span.kind,
            status=span.status,
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )


@contextmanager
def open_tracer(role: str, version: str, redact: Callable[[Any, str], Any]) -> Iterator[OtelTracer]:
    """
    A tracer that sends to where the variables `OTEL_*` say, for as long as the block lasts.

    What waits at its end is sent, for a moment.
    """
    # What it has to say of a collector that is away we say ourselves, once.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    resource = Resource.create({SERVICE_VERSION: version, "altyn.role": role})
    if str(resource.attributes[SERVICE_NAME]).startswith(UNNAMED):
        resource = resource.merge(Resource({SERVICE_NAME: NAME}))
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Careful(OTLPSpanExporter(), redact)))
    try:
        yield OtelTracer(provider.get_tracer(NAME, version))
    finally:
        closing = Thread(target=provider.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSING_SECONDS)
