"""Contenders take turns: several rounds, in each another order, and an audit after every turn."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from attrs import frozen

from .contender import Contender
from .load import closed_loop
from .progress import say
from .results import Cell, Run
from .traffic import SHAPES, Shape, payments
from .turns import in_turn


@frozen(kw_only=True)
class Plan:
    """How long and how often, and with how many workers."""

    rounds: int
    seconds: float
    warm_up_seconds: float
    workers: Sequence[int]


async def measure(storage: str, contenders: Sequence[Contender], plan: Plan) -> Sequence[Cell]:
    """Every contender with every number of workers on every shape of traffic."""
    runs: defaultdict[tuple[Shape, int, str], list[Run]] = defaultdict(list)
    for turn in range(plan.rounds):
        for shape in SHAPES:
            for workers in plan.workers:
                for contender in in_turn(contenders, turn):
                    run = await _run(contender, shape, workers, turn, plan)
                    runs[shape, workers, contender.name].append(run)
                    _tell(storage, shape, workers, contender.name, turn, run)
    say(f"{storage}: the last, full audits")
    faults = {each.name: await each.fault(thorough=True) for each in contenders}
    return [
        Cell(storage, shape, workers, name, (*done, *_last(faults[name])))
        for (shape, workers, name), done in runs.items()
    ]


async def _run(contender: Contender, shape: Shape, workers: int, turn: int, plan: Plan) -> Run:
    before = await contender.stored()
    try:
        async with contender.at_work(workers) as pays:
            measured = await closed_loop(
                pays, payments(shape, seed=turn), plan.seconds, plan.warm_up_seconds
            )
    except Exception as failure:
        return Run(None, _first(failure))
    if not measured.per_second:
        return Run(None, "nothing was answered while time was taken")
    if before is not None:
        stored = (await contender.stored() or 0) - before
        if stored != measured.answered:
            return Run(None, f"{measured.answered} were acknowledged, {stored} are stored")
    if fault := await contender.fault(thorough=False):
        return Run(None, fault)
    return Run(measured)


def _first(failure: BaseException) -> str:
    """What the first worker that failed says; asyncio wraps it in groups."""
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    if isinstance(failure, asyncio.TimeoutError):
        return "it was stuck"
    return f"{type(failure).__name__}: {failure}".splitlines()[0]


def _last(fault: str | None) -> Sequence[Run]:
    return [Run(None, fault)] if fault else []


def _tell(storage: str, shape: Shape, workers: int, name: str, turn: int, run: Run) -> None:
    where = f"{storage}, {shape}, {workers} at work, round {turn + 1}, {name}"
    said = f"{run.measured.per_second:,.0f}/s" if run.measured else f"WRONG: {run.fault}"
    say(f"{where}: {said}")
