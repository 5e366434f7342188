"""What we want to reach, and whether we did; not a test, machines differ."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from .goal import Goal
from .results import OURS, Results
from .traffic import SHAPES, Shape

AUDIT_SECONDS_MAX: Final = 10
P99_MS_MAX: Final = 10

# Storage, shape, workers, compared with, at least so many times as many transfers.
AT_LEAST: Final[Sequence[tuple[str, Shape, int, str, float]]] = (
    ("postgres", "spread", 32, "obvious", 8),
    ("postgres", "hot", 32, "obvious", 20),
    ("postgres", "spread", 32, "insert", 1),
    ("postgres", "hot", 32, "insert", 1),
    ("postgres", "spread", 1, "one call", 0.8),
    ("postgres", "hot", 1, "one call", 0.8),
    ("sqlite", "spread", 32, "one by one", 4),
    ("sqlite", "hot", 32, "one by one", 4),
    ("sqlite", "spread", 32, "one commit", 4),
    ("sqlite", "hot", 32, "one commit", 4),
)


def goals(results: Results) -> Iterator[Goal]:
    """All of them."""
    for storage, shape, workers, other, least in AT_LEAST:
        ratio = results.ratio(storage, shape, workers, other)
        yield Goal(
            f"{storage}, {shape}, {_workers(workers)}: {OURS} against {other}",
            f"≥ {least:g} ×",
            None if ratio is None else f"{ratio:.2f} ×",
            ratio is not None and ratio >= least,
        )
    for shape in SHAPES:
        ours = results.cell("postgres", shape, 32, OURS)
        p99 = None if ours is None or math.isnan(ours.p99_ms) else ours.p99_ms
        yield Goal(
            f"postgres, {shape}, {_workers(32)}: p99 of {OURS}",
            f"< {P99_MS_MAX} ms",
            None if p99 is None else f"{p99:.1f} ms",
            p99 is not None and p99 < P99_MS_MAX,
        )
    for audit in results.audits:
        sound = not any(law.finding for law in audit.laws)
        yield Goal(
            f"{audit.storage}: full audit of {audit.entries:,} entries",
            f"< {AUDIT_SECONDS_MAX} s",
            f"{audit.seconds:.1f} s" if sound else "it found something",
            sound and audit.seconds < AUDIT_SECONDS_MAX,
        )


def _workers(count: int) -> str:
    return "1 worker" if count == 1 else f"{count} workers"
