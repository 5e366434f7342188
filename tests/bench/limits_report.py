"""What was measured of limits, as tables, and against the goals."""

from collections.abc import Iterator, Sequence
from typing import Final

from .goal import Goal, table_of
from .limiter import KINDS, OURS, PLENTY, TEN, Kind
from .limits_load import HOT_DECISIONS, KEYS, Load, Shape
from .limits_rounds import CALLERS, CROWDS, Cell, Results
from .limits_rush import PROCESSES, RUSHED, TASKS
from .table import Table

SHAPED: Final[dict[Shape, str]] = {
    "hot": "one key",
    "uniform": "many keys",
    "refused": "a spent key",
}
ASKED: Final = (
    f"{PLENTY.limit:,} in {PLENTY.seconds} s for each key, of {KEYS:,} or of one, so that "
    f"nobody is refused; the one key is another one after {HOT_DECISIONS:,} decisions; the spent "
    f"key may have {TEN.limit} in {TEN.seconds // 3600} h and had them"
)
# Storage, tasks, shapes, at least so many times the fastest peer.
AT_LEAST: Final[Sequence[tuple[str, int, Sequence[Shape], float]]] = (
    ("memory", 1, ("hot", "uniform"), 5),
    ("memory", 64, ("hot", "uniform"), 5),
    ("redis", 1, ("hot", "uniform"), 1),
    ("redis", 64, ("hot", "uniform"), 5),
)
REMEMBERED_AT_LEAST: Final = 50


def tables(results: Results) -> Iterator[Table]:
    """All there is to show."""
    for storage in dict.fromkeys(cell.storage for cell in results.cells):
        for kind in KINDS:
            cells = [cell for cell in results.cells if cell.storage == storage]
            yield _of_kind(f"{storage}, {kind}", kind, cells)
    if results.crowds:
        yield _of_crowds(results)
    if results.rushes:
        yield _of_rushes(results)
    yield table_of(goals(results))


def _of_kind(title: str, kind: Kind, cells: Sequence[Cell]) -> Table:
    ours = [cell for cell in cells if cell.limiter.ours and cell.limiter.kind == _ours(kind)]
    peers = [cell for cell in cells if not cell.limiter.ours and cell.limiter.kind == kind]
    names = list(dict.fromkeys(cell.limiter.name for cell in peers))
    rows: list[list[str]] = []
    for load in dict.fromkeys(cell.load for cell in cells):
        mine = next(cell for cell in ours if cell.load == load)
        theirs = [_only(peers, name, load) for name in names]
        line = [mine, *theirs]
        best = _fastest(theirs)
        where = [SHAPED[load.shape], str(load.tasks)]
        rows.append([*where, "decisions/s", *map(_rate, line), _times(mine, best)])
        rows.append(["", "", "p99, µs", *map(_latency, line), best.limiter.name if best else "–"])
    notes = [
        f"{cell.limiter.name}, {SHAPED[cell.load.shape]}, {cell.load.tasks} tasks: {cell.fault}"
        for cell in [*ours, *peers]
        if cell.fault
    ]
    head = OURS if _ours(kind) == kind else f"{OURS}, {_ours(kind)}"
    heads = ["keys", "tasks", "", head, *names, "times the fastest peer"]
    return Table(title, heads, rows, words=3, notes=notes)


def _ours(kind: Kind) -> Kind:
    """What ours is compared with a kind that we do not have."""
    return "GCRA" if kind == "another kind" else kind


def _only(cells: Sequence[Cell], name: str, load: Load) -> Cell:
    return next(cell for cell in cells if (cell.limiter.name, cell.load) == (name, load))


def _fastest(cells: Sequence[Cell]) -> Cell | None:
    right = [cell for cell in cells if not cell.fault]
    return max(right, key=lambda cell: cell.per_second, default=None)


def _rate(cell: Cell) -> str:
    return "WRONG" if cell.fault else f"{cell.per_second:,.0f}"


def _latency(cell: Cell) -> str:
    return "–" if cell.fault else f"{cell.p99_microseconds:,.1f}"


def _times(ours: Cell, theirs: Cell | None) -> str:
    if theirs is None or ours.fault:
        return "–"
    return f"{ours.per_second / theirs.per_second:.2f} ×"


def _of_crowds(results: Results) -> Table:
    storages = list(dict.fromkeys(crowd.storage for crowd in results.crowds))
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for crowd in results.crowds:
        row = rows.setdefault((crowd.kind, crowd.library), {})
        row[crowd.storage] = f"{max(crowd.admitted)} of {CALLERS}, {crowd.too_many} too many"
    return Table(
        f"{CALLERS} callers at once where {TEN.limit} may: the most that were admitted",
        ["policy", "library", *storages],
        [[*of, *(row.get(storage, "–") for storage in storages)] for of, row in rows.items()],
        words=2,
        notes=[f"With {CROWDS} keys, one after the other; «too many» of all of them together."],
    )


def _of_rushes(results: Results) -> Table:
    rows = [
        [each.kind, each.library, f"{each.asked:,}", f"{each.admitted:,}", f"{each.too_many:,}"]
        for each in results.rushes
    ]
    note = (
        f"{TASKS} tasks in each process, or a thread that blocks. «Too many» are those beyond what "
        "the policy says of itself, in the worst stretch of time."
    )
    return Table(
        f"redis: {PROCESSES} processes rush one key of {RUSHED.limit} in {RUSHED.seconds} s",
        ["policy", "library", "asked", "admitted", "surely too many"],
        rows,
        words=2,
        notes=[note],
    )


def goals(results: Results) -> Iterator[Goal]:
    """All of them; whatever has several parts is met when the worst of them is."""
    for storage, tasks, shapes, least in AT_LEAST:
        where = f"{storage}, {_tasks(tasks)}"
        yield _at_least(
            f"{where}: GCRA against the fastest peer of any kind",
            least,
            [_against(results, storage, "GCRA", None, Load(shape, tasks)) for shape in shapes],
            shapes,
        )
        if storage == "redis":
            yield _at_least(
                f"{where}: GCRA against the fastest peer that lets other tasks run meanwhile",
                least,
                [
                    _against(results, storage, "GCRA", None, Load(shape, tasks), blocking=False)
                    for shape in shapes
                ],
                shapes,
            )
        for kind in KINDS[:3]:
            yield _at_least(
                f"{where}: {kind} against the fastest {kind}",
                least,
                [_against(results, storage, kind, kind, Load(shape, tasks)) for shape in shapes],
                shapes,
            )
    for tasks in (1, 64):
        yield _at_least(
            f"redis, {_tasks(tasks)}: a remembered refusal against the fastest peer's refusal",
            REMEMBERED_AT_LEAST,
            [_against(results, "redis", "GCRA", None, Load("refused", tasks))],
            ("refused",),
        )
    ours = [crowd for crowd in results.crowds if crowd.library == OURS]
    rushes = [rush for rush in results.rushes if rush.library == OURS]
    too_many = sum(crowd.too_many for crowd in ours) + sum(rush.too_many for rush in rushes)
    asked = len(ours) * CROWDS * CALLERS + sum(rush.asked for rush in rushes)
    yield Goal(
        f"{OURS}: admitted beyond what the policy says",
        "0",
        f"{too_many} of {asked:,}" if ours else None,
        bool(ours) and not too_many,
    )


def _against(
    results: Results,
    storage: str,
    kind: Kind,
    of: Kind | None,
    load: Load,
    *,
    blocking: bool = True,
) -> float | None:
    """How many times the fastest peer of that kind, or of any; perhaps without blocking ones."""
    here = [cell for cell in results.cells if (cell.storage, cell.load) == (storage, load)]
    ours = next((cell for cell in here if cell.limiter.ours and cell.limiter.kind == kind), None)
    theirs = [cell for cell in here if not cell.limiter.ours and of in (None, cell.limiter.kind)]
    best = _fastest([cell for cell in theirs if blocking or not cell.limiter.blocking])
    if ours is None or ours.fault or best is None:
        return None
    return ours.per_second / best.per_second


def _at_least(
    words: str, least: float, ratios: Sequence[float | None], shapes: Sequence[Shape]
) -> Goal:
    known = [ratio for ratio in ratios if ratio is not None]
    if len(known) < len(shapes):
        return Goal(words, f"≥ {least:g} ×", None, False)
    said = ", ".join(
        f"{ratio:.2f} × {SHAPED[shape]}" for ratio, shape in zip(known, shapes, strict=True)
    )
    return Goal(words, f"≥ {least:g} ×", said, min(known) >= least)


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"
