"""Signals as counters, gauges and histograms that Prometheus reads."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from attrs import define, field, frozen
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

PREFIX: Final = "altyn_"
MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
SERIES_MAX: Final = 1_000
OTHER: Final = "other"
SECONDS: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
)  # fmt: skip
"""The bounds of histograms: from a look into memory to the patience of a person."""

log = logging.getLogger("altyn.prometheus")

Kind = TypeVar("Kind", Counter, Gauge, Histogram)


@frozen
class Family:
    """All series of one name."""

    metric: Counter | Gauge | Histogram
    labels: tuple[str, ...]
    series: dict[tuple[str, ...], Any] = field(factory=dict)


@define(eq=False)
class PrometheusSignals:
    """
    What was told, by name, each made when it is first told.

    A name that comes as another kind of number or with other labels than before, or that is none,
    is a mistake of ours: the number is left out, and the log tells the first time. Of a name
    `series_max` combinations of label values are told apart, and all further ones together.
    """

    series_max: int = SERIES_MAX
    _registry: CollectorRegistry = field(factory=CollectorRegistry, init=False)
    _families: dict[str, Family] = field(factory=dict, init=False)
    _mistaken: set[str] = field(factory=set, init=False)

    def count(self, name: str, by: int = 1, /, **labels: str) -> None:
        """As the port says."""
        try:
            self._series(Counter, name, labels).inc(by)
        except (TypeError, ValueError) as mistake:
            self._admit(name, mistake)

    def gauge(self, name: str, value: float, /, **labels: str) -> None:
        """As the port says."""
        try:
            self._series(Gauge, name, labels).set(value)
        except (TypeError, ValueError) as mistake:
            self._admit(name, mistake)

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """As the port says."""
        try:
            self._series(Histogram, name, labels).observe(value)
        except (TypeError, ValueError) as mistake:
            self._admit(name, mistake)

    def text(self) -> bytes:
        """All of it, in the text format of `MEDIA_TYPE`."""
        return generate_latest(self)

    def collect(self) -> Iterator[Metric]:
        """What the library asks for; when each series began is left out, as nobody asks for it."""
        for metric in self._registry.collect():
            metric.samples = [one for one in metric.samples if not one.name.endswith("_created")]
            yield metric

    def _series(self, kind: type[Kind], name: str, labels: Mapping[str, str]) -> Kind:
        family = self._families.get(name)
        if family is None:
            family = self._families[name] = self._begun(kind, name, tuple(labels))
        if not isinstance(family.metric, kind) or labels.keys() != set(family.labels):
            raise ValueError(f"it began as a {family.metric._type} with labels {family.labels}")
        values = tuple(labels[label] for label in family.labels)
        if values not in family.series and len(family.series) >= self.series_max:
            values = (OTHER,) * len(values)
        if values not in family.series:
            family.series[values] = family.metric.labels(*values) if values else family.metric
        one: Kind = family.series[values]
        return one

    def _begun(self, kind: type[Kind], name: str, labels: tuple[str, ...]) -> Family:
        # The library takes nearly anything for a name, and quotes it.
        if not all(word.isascii() and word.isidentifier() for word in (name, *labels)):
            raise ValueError("a name has letters, digits and _")
        options: dict[str, Any] = {"buckets": SECONDS} if kind is Histogram else {}
        metric = kind(PREFIX + name, "", labels, registry=self._registry, **options)
        return Family(metric, labels)

    def _admit(self, name: str, mistake: Exception) -> None:
        if name not in self._mistaken:
            self._mistaken.add(name)
            log.error("a number for %r was left out: %s", name, mistake)
