"""Spans, told to a collector of OpenTelemetry."""

from .sending import open_tracer
from .tracing import OtelTracer

__all__ = ["OtelTracer", "open_tracer"]
