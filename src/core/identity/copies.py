"""What was read a moment ago: good for a few seconds, and never more of it than has room."""

from typing import Final, Generic, TypeVar

from attrs import field, frozen

from ..clock import Ticks

Name = TypeVar("Name")
Kept = TypeVar("Kept")

COPY_SECONDS: Final = 5
"""What was taken away is refused everywhere after so long at most."""
COPIES_MAX: Final = 1024


@frozen(eq=False)
class Copies(Generic[Name, Kept]):
    """Copies by name, each with when its reading began."""

    ticks: Ticks
    most: int = COPIES_MAX
    _kept: dict[Name, tuple[Kept, int]] = field(factory=dict, init=False, repr=False)

    def any(self, name: Name) -> Kept | None:
        """The one of that name, however old."""
        kept = self._kept.get(name)
        return None if kept is None else kept[0]

    def fresh(self, name: Name) -> Kept | None:
        """The one of that name, if it can be relied on."""
        kept = self._kept.get(name)
        if kept is None or self.ticks() - kept[1] >= COPY_SECONDS * 1_000_000:
            return None
        return kept[0]

    def put(self, name: Name, kept: Kept, read_at: int) -> None:
        """Keep one; where there is no room, the one that was read longest ago goes."""
        self._kept.pop(name, None)
        if len(self._kept) >= self.most:
            del self._kept[next(iter(self._kept))]
        self._kept[name] = kept, read_at
