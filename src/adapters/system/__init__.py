"""What the machine itself provides."""

from .clock import SystemClock

__all__ = ["SystemClock"]
