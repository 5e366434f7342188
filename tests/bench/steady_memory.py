"""How much memory processes have, moment by moment, and whether that grows."""

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

from attrs import field, frozen

PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
MEGABYTE: Final = 2**20
WARM_UP_SHARE: Final = 0.25
"""Of the samples: by then caches are full, and what is imported at need is imported."""
PART: Final = 0.25
"""Of the rest: so much of its beginning is compared with so much of its end."""


def resident_bytes(pid: int) -> int:
    """What a process has in memory now; nothing, when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (FileNotFoundError, ProcessLookupError):
        return 0


def growth(samples: Sequence[int]) -> float:
    """By which share the end is above the beginning, once it was warm; by medians, so that one
    moment says nothing."""
    warm = samples[int(len(samples) * WARM_UP_SHARE) :]
    part = max(1, int(len(warm) * PART))
    return median(warm[-part:]) / median(warm[:part]) - 1


@frozen
class Watched:
    """A process whose memory is looked at."""

    name: str
    pid: int
    samples: list[int] = field(factory=list)

    def look(self) -> None:
        """Now."""
        self.samples.append(resident_bytes(self.pid))

    @property
    def grows(self) -> float:
        """By which share."""
        return growth(self.samples)

    @property
    def row(self) -> Sequence[str]:
        """For people: at first, in the end, at most, and the growth."""
        shown = (self.samples[0], self.samples[-1], max(self.samples))
        return [self.name, *(f"{each / MEGABYTE:.1f}" for each in shown), f"{self.grows:+.1%}"]
