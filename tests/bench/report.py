"""The results as tables."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from .goal import table_of
from .goals import goals
from .results import OURS, Audit, Cell, Results
from .table import Table
from .traffic import ACCOUNTS, Shape

SHAPED: Final[dict[Shape, str]] = {
    "spread": f"spread over {ACCOUNTS:,} accounts",
    "hot": "everybody pays one account",
}


def tables(results: Results) -> Iterator[Table]:
    """All there is to show."""
    groups: dict[tuple[str, Shape], list[Cell]] = {}
    for cell in results.cells:
        groups.setdefault((cell.storage, cell.shape), []).append(cell)
    for (storage, shape), cells in groups.items():
        yield _of_cells(f"{storage}, {SHAPED[shape]}", cells, results)
    if results.audits:
        yield _of_audits(results.audits)
    yield table_of(goals(results))


def _of_cells(title: str, cells: Sequence[Cell], results: Results) -> Table:
    contenders = list(dict.fromkeys(cell.contender for cell in cells))
    contenders.sort(key=lambda name: name != OURS)
    rows: list[list[str]] = []
    for workers in sorted({cell.workers for cell in cells}):
        line = [_only(cells, workers, name) for name in contenders]
        rows.append([str(workers), "transfers/s", *map(_rate, line)])
        rows.append(["", "p50 / p99, ms", *map(_latency, line)])
        rows.append(["", f"{OURS} is", *(_ratio(cell, results) for cell in line)])
    notes = [
        f"{cell.contender}, {cell.workers} workers, is WRONG: {cell.fault}"
        for cell in cells
        if cell.fault
    ]
    return Table(title, ["workers", "", *contenders], rows, words=2, notes=notes)


def _only(cells: Iterable[Cell], workers: int, contender: str) -> Cell:
    return next(each for each in cells if (each.workers, each.contender) == (workers, contender))


def _rate(cell: Cell) -> str:
    return "WRONG" if cell.fault else f"{cell.per_second:,.0f}"


def _latency(cell: Cell) -> str:
    return "–" if cell.fault else f"{cell.p50_ms:.2f} / {cell.p99_ms:.1f}"


def _ratio(cell: Cell, results: Results) -> str:
    ratio = results.ratio(cell.storage, cell.shape, cell.workers, cell.contender)
    return "–" if ratio is None or cell.contender == OURS else f"{ratio:.2f} ×"


def _of_audits(audits: Sequence[Audit]) -> Table:
    rows: list[list[str]] = []
    for audit in audits:
        rows.append([audit.storage, "all laws", f"{audit.entries:,}", f"{audit.seconds:.2f}"])
        rows += [["", law.law, f"{law.rows:,}", f"{law.seconds:.2f}"] for law in audit.laws]
    notes = [
        f"{audit.storage}: the history was seeded in {audit.seeding_seconds:.0f} s"
        for audit in audits
    ]
    notes += [
        f"{audit.storage} is WRONG: {law.finding}"
        for audit in audits
        for law in audit.laws
        if law.finding
    ]
    return Table("Full audit", ["storage", "law", "rows", "seconds"], rows, words=2, notes=notes)
