"""What Prometheus reads of what was told, and what mistakes of ours cannot do."""

import logging
from enum import StrEnum

import pytest
from prometheus_client.parser import text_string_to_metric_families

from altyn.adapters.prometheus import MEDIA_TYPE, PrometheusSignals
from altyn.core.signals import Signals


class State(StrEnum):
    OPEN = "open"


def read(signals: PrometheusSignals) -> dict[str, float]:
    """Every series as a reader of the text finds it."""
    return {
        sample.name
        + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): (
            sample.value
        )
        for family in text_string_to_metric_families(signals.text().decode())
        for sample in family.samples
    }


@pytest.fixture
def signals() -> PrometheusSignals:
    return PrometheusSignals()


def test_it_is_the_port(signals: PrometheusSignals) -> None:
    """Whoever tells numbers can tell them to it; before the first it has none."""
    told: Signals = signals
    told.count("things_total")
    assert MEDIA_TYPE == "text/plain; version=0.0.4; charset=utf-8"
    assert signals.text().startswith(b"# HELP altyn_things_total")
    assert PrometheusSignals().text() == b""


def test_counts(signals: PrometheusSignals) -> None:
    """Totals grow, each combination of labels for itself."""
    signals.count("calls_total", to="redis", how="well")
    signals.count("calls_total", 2, how="well", to="redis")
    signals.count("calls_total", to=State.OPEN, how="badly")
    assert read(signals) == {
        "altyn_calls_total how=well to=redis": 3,
        "altyn_calls_total how=badly to=open": 1,
    }


def test_gauges(signals: PrometheusSignals) -> None:
    """The last value stands."""
    signals.gauge("breaker_state", 3, name="redis")
    signals.gauge("breaker_state", 1.5, name="redis")
    assert read(signals) == {"altyn_breaker_state name=redis": 1.5}


def test_histograms(signals: PrometheusSignals) -> None:
    """Values fall into ranges of seconds, from a millisecond to a minute."""
    for seconds in (0.0004, 0.02, 0.3, 90):
        signals.observe("call_seconds", seconds)
    told = read(signals)
    assert told["altyn_call_seconds_count"] == 4
    assert told["altyn_call_seconds_sum"] == pytest.approx(90.3204)
    ranges = {"0.001": 1, "0.025": 2, "0.25": 2, "0.5": 3, "60.0": 3, "+Inf": 4}
    assert {end: told[f"altyn_call_seconds_bucket le={end}"] for end in ranges} == ranges
    assert not [name for name in told if "_created" in name]


def test_two_of_them_know_nothing_of_each_other(signals: PrometheusSignals) -> None:
    """Several containers in one process have their own."""
    signals.count("things_total")
    PrometheusSignals().count("things_total", 5, label="of another")
    assert read(signals) == {"altyn_things_total": 1}


@pytest.mark.parametrize(
    "mistake",
    [
        lambda signals: signals.count("calls_total"),
        lambda signals: signals.count("calls_total", to="a", of="b"),
        lambda signals: signals.count("calls_total", of="b"),
        lambda signals: signals.gauge("calls_total", 1, to="a"),
        lambda signals: signals.observe("calls_total", 1, to="a"),
        lambda signals: signals.gauge("calls", 1, to="a"),
        lambda signals: signals.count("calls_total", -1, to="a"),
        lambda signals: signals.count("calls total"),
        lambda signals: signals.count("zähler_total"),
        lambda signals: signals.count("more_total", **{"to whom": "a"}),
        lambda signals: signals.count("more_total", __name__="a"),
        lambda signals: signals.observe("more_seconds", 1, le="a"),
        lambda signals: signals.gauge("more", "much"),
        lambda signals: signals.observe("more", None),
    ],
)
def test_mistakes_of_ours(
    signals: PrometheusSignals, mistake: object, caplog: pytest.LogCaptureFixture
) -> None:
    """A number that does not fit is left out; the log tells once, and nobody who tells it fails."""
    assert callable(mistake)
    signals.count("calls_total", to="a")
    with caplog.at_level(logging.ERROR):
        mistake(signals)
        mistake(signals)
    (record,) = caplog.records
    assert "was left out" in record.getMessage()
    signals.count("calls_total", to="a")
    assert read(signals)["altyn_calls_total to=a"] == 2


def test_labels_without_end() -> None:
    """However many values a label has, memory is bounded: the further ones are told together."""
    signals = PrometheusSignals(series_max=2)
    for address in ("a", "b", "c", "d", "b", "c"):
        signals.count("calls_total", address=address, how="well")
    assert read(signals) == {
        "altyn_calls_total address=a how=well": 1,
        "altyn_calls_total address=b how=well": 2,
        "altyn_calls_total address=other how=other": 3,
    }
    assert PrometheusSignals().series_max == 1_000
