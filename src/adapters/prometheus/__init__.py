"""What Prometheus reads about us."""

from .signals import MEDIA_TYPE, PrometheusSignals

__all__ = ["MEDIA_TYPE", "PrometheusSignals"]
