"""What a collector of OpenTelemetry is told, and what becomes of us when it does not listen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from altyn.core.correlation import concerning
from altyn.core.errors import Refused, Unavailable
from altyn.core.spans import UNTOLD, calling, detail, request, span, whereabouts
from altyn.entrypoints.wiring import SettingWrong, read_settings
from altyn.entrypoints.wiring.redaction import Redaction
from altyn.entrypoints.wiring.traces import telling_traces
from tests.unit.collector import Collector, collecting, facts

TOKEN = "7000000001:a-token-of-some-length-nobody-may-see"
ELSEWHERE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as collector:
        for name, value in collector.environment.items():
            monkeypatch.setenv(name, value)
        yield collector


def test_a_story(collector: Collector) -> None:
    """All of a trace arrives when the block ends: what was inside of what, and how it went."""
    with telling_traces(True, "worker"), request("request", http_method="POST") as asked:
        asked.tell(http_route="/v1/purchases", http_status=503)
        with concerning(purchase="0193"), detail("transaction"):
            pass
        with pytest.raises(Unavailable), calling("fragment", "look"):
            raise Unavailable
        with pytest.raises(Refused), span("step"):
            raise Refused
        asked.fail("status_503")
        where = dict(whereabouts())
    (root,) = collector.named("POST /v1/purchases")
    (transaction,) = collector.named("transaction")
    (call,), (step,) = collector.named("fragment look"), collector.named("step")
    assert facts(root) == {
        "http.request.method": "POST",
        "http.route": "/v1/purchases",
        "http.response.status_code": 503,
        "altyn.outcome": "status_503",
        "error.type": "status_503",
    }
    assert (root.trace_id.hex(), root.span_id.hex()) == (where["trace_id"], where["span_id"])
    assert {each.trace_id for each in collector.spans} == {root.trace_id}
    assert {each.parent_span_id for each in (transaction, call, step)} == {root.span_id}
    assert facts(transaction) == {"altyn.purchase": "0193", "altyn.outcome": "done"}
    assert facts(call)["error.type"] == "unavailable"
    assert (root.kind, transaction.kind, call.kind) == (2, 1, 3)
    assert (root.status.code, call.status.code, step.status.code) == (2, 2, 0)
    assert facts(step)["altyn.outcome"] == "refused"
    (resource,) = collector.resources
    assert (resource["service.name"], resource["altyn.role"]) == ("altyn", "worker")
    assert "host.name" not in resource


def test_who_comes_from_elsewhere(collector: Collector) -> None:
    """A stranger's trace is pointed at, and ours is another; one that cannot be is passed over."""
    with telling_traces(True, "api"):
        with request("request", traceparent=ELSEWHERE):
            pass
        with request("nobody", traceparent=f"00-{'0' * 32}-{'0' * 16}-01"):
            pass
    (told,), (nobody,) = collector.named("request"), collector.named("nobody")
    (link,) = told.links
    assert link.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert link.span_id.hex() == "b7ad6b7169203331"
    assert (told.trace_id != link.trace_id, told.parent_span_id) == (True, b"")
    assert list(nobody.links) == []


def test_no_secret(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fact or an id should never have held is hidden as in the log; no error says more."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-collector=Marked-for-collector")
    monkeypatch.setattr("altyn.entrypoints.wiring.traces.hidden", Redaction())
    with telling_traces(True, "up"), concerning(request=f"/bot{TOKEN}/getMe"):
        with pytest.raises(ValueError, match="a-token"), span("step", token="abc", about=TOKEN):
            raise ValueError(TOKEN)
        with span("other", about="Marked-for-collector"):
            pass
    assert collector.headers[0]["x-collector"] == "Marked-for-collector"
    written = b"".join(collector.sent)
    for marked in (TOKEN, TOKEN.partition(":")[2], "abc", "Marked-for-collector"):
        assert marked.encode() not in written
    assert facts(collector.named("step")[0])["error.type"] == "ValueError"


def test_what_nobody_keeps(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which traces are kept is for the variables to say; of others no line of the log has an id."""
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop")
    with telling_traces(True, "api"), span("step"):
        assert dict(whereabouts()) == {}
    assert collector.sent == []


def test_a_collector_that_refuses(collector: Collector, caplog: pytest.LogCaptureFixture) -> None:
    """It is said once, and once more when it takes them again."""
    collector.status = 400
    with telling_traces(True, "up"):
        for _ in range(2):
            collector.asked.clear()
            with span("lost"):
                pass
            assert collector.asked.wait(10)
        collector.status = 200
        with span("taken"):
            pass
    assert [each.name for each in collector.spans][-1] == "taken"
    assert [(each.levelname, each.name) for each in caplog.records] == [
        ("WARNING", "altyn.otel"),
        ("WARNING", "altyn.otel"),
    ]
    assert "again" in caplog.messages[-1]


@pytest.mark.parametrize("away", ["hangs", "is away"])
def test_a_collector_that_does_not_answer(
    collector: Collector,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    away: str,
) -> None:
    """However much there is to tell, nobody waits for it, and at the end only for a moment."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "30")
    collector.hangs = True
    if away == "is away":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    with telling_traces(True, "up"):
        for _ in range(5_000):
            with span("step"):
                pass
    assert collector.waiting == (away == "hangs")  # it would have let us wait for longer
    assert len(caplog.records) <= 1


def test_settings(tmp_path: Path) -> None:
    """Nobody is told anything unless that was chosen."""
    assert not read_settings({}, tmp_path).traces
    assert read_settings({"ALTYN_TRACES": "yes"}, tmp_path).traces
    with telling_traces(False, "up"):
        assert span("step") is UNTOLD


def test_wrong_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the library cannot read stops the start with one line."""
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "0")
    with pytest.raises(SettingWrong, match=r"OTEL_\*: max_queue_size"), telling_traces(True, "up"):
        pass


def test_not_installed() -> None:
    """Whoever does not want it need not have it; whoever does is told what to install."""
    program = """
import json, sys
sys.modules["opentelemetry"] = None
from altyn.entrypoints.cli import bot, up
from altyn.entrypoints.wiring import SettingWrong
from altyn.entrypoints.wiring.traces import telling_traces
with telling_traces(False, "up"):
    pass
try:
    with telling_traces(True, "up"):
        pass
except SettingWrong as wrong:
    print(json.dumps(str(wrong)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert "pip install 'altyn[otel]'" in json.loads(done.stdout)
