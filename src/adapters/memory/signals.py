"""Signals kept as numbers that can be read again."""

from collections import Counter, defaultdict

from attrs import field, frozen

Labels = frozenset[tuple[str, str]]


@frozen
class MemorySignals:
    """Everything that was told, by name and labels."""

    counts: Counter[tuple[str, Labels]] = field(factory=Counter)
    gauges: dict[tuple[str, Labels], float] = field(factory=dict)
    observed: defaultdict[tuple[str, Labels], list[float]] = field(
        factory=lambda: defaultdict(list)
    )

    def count(self, name: str, by: int = 1, /, **labels: str) -> None:
        """As the port says."""
        self.counts[name, frozenset(labels.items())] += by

    def gauge(self, name: str, value: float, /, **labels: str) -> None:
        """As the port says."""
        self.gauges[name, frozenset(labels.items())] = value

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """As the port says."""
        self.observed[name, frozenset(labels.items())].append(value)

    def total(self, name: str, /, **labels: str) -> int:
        """How often that was counted, over all labels that were not named."""
        wanted = set(labels.items())
        return sum(n for (told, its), n in self.counts.items() if told == name and wanted <= its)
