"""A collector of OpenTelemetry: a real server that takes spans, refuses them, or never answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from attrs import define, field
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@define(eq=False)
class Collector:
    """What it was sent, and how it answers."""

    address: str = ""
    status: int = 200
    hangs: bool = False
    waiting: bool = False
    """Whether somebody who asked it has no answer yet."""
    sent: list[bytes] = field(factory=list)
    headers: list[dict[str, str]] = field(factory=list)
    asked: Event = field(factory=Event)
    ended: Event = field(factory=Event)

    @property
    def environment(self) -> dict[str, str]:
        """What leads to it, quickly."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.address,
            "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }

    @property
    def resources(self) -> list[dict[str, Any]]:
        """Who sent them."""
        return [_facts(each.resource.attributes) for each in self._of_resources()]

    @property
    def spans(self) -> list[Any]:
        """All spans, as they were sent."""
        scopes = [scope for each in self._of_resources() for scope in each.scope_spans]
        return [span for scope in scopes for span in scope.spans]

    def named(self, name: str) -> list[Any]:
        """Those of that name."""
        return [each for each in self.spans if each.name == name]

    def _of_resources(self) -> Iterator[Any]:
        for body in self.sent:
            yield from ExportTraceServiceRequest.FromString(body).resource_spans


def facts(span: Any) -> dict[str, Any]:
    """What is told of a span."""
    return _facts(span.attributes)


def _facts(attributes: Any) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value") or "") for each in attributes
    }


@contextmanager
def collecting() -> Iterator[Collector]:
    """One that takes everything until it is told otherwise."""
    collector = Collector()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.headers.append({name.lower(): each for name, each in self.headers.items()})
            collector.asked.set()
            if collector.hangs:
                collector.waiting = True
                collector.ended.wait(30)
                collector.waiting = False
                return
            if collector.status == 200:
                collector.sent.append(body)
            self.send_response(collector.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    collector.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield collector
    finally:
        collector.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
