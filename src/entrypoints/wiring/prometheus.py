"""Numbers about ourselves, kept for Prometheus."""

from dishka import Provider, Scope, provide

from ...adapters.prometheus import MEDIA_TYPE, PrometheusSignals
from ...core.signals import Signals
from .metrics import Exposition


class WatchedByPrometheus(Provider):
    """It asks for them now and then."""

    scope = Scope.APP

    @provide
    def prometheus(self) -> PrometheusSignals:
        """Where they are kept."""
        return PrometheusSignals()

    @provide
    def signals(self, prometheus: PrometheusSignals) -> Signals:
        """Where they are told."""
        return prometheus

    @provide
    def exposition(self, prometheus: PrometheusSignals) -> Exposition:
        """How they are read."""
        return Exposition(MEDIA_TYPE, prometheus.text)
