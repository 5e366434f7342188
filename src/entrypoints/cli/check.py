"""Derive every balance again from the history and say, law by law, whether the books agree.

Nothing is written, and nobody who moves money meanwhile has to wait. Ends with 1 when a law is
broken, and names the first row that breaks it."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ...core.balances import Auditor, Examined
from .exits import Exit
from .output import Output
from .session import session, settings_of

NAME: Final = "check"

LAW_WIDTH: Final = 60


def arguments(parser: ArgumentParser) -> None:
    """It takes none."""


async def run(arguments: Namespace, output: Output) -> int:
    """Examine every law."""
    laws: list[Examined] = []
    async with session(settings_of(arguments)) as house, output.progress("checking"):
        async for examined in (await house.get(Auditor)).examine():
            laws.append(examined)
            output.say(_line(examined))
    broken = sum(examined.finding is not None for examined in laws)
    output.document({"well": not broken, "laws": laws})
    if broken:
        output.say(f"{broken} of {len(laws)} laws broken")
        return Exit.REFUSED
    output.say(f"all {len(laws)} laws hold")
    return Exit.DONE


def _line(examined: Examined) -> str:
    rows = f"{examined.rows:,}".replace(",", " ")
    counted = f"{examined.law:<{LAW_WIDTH}} {rows:>11} rows"
    if (finding := examined.finding) is None:
        return f"ok      {counted}"
    return (
        f"BROKEN  {counted}\n"
        f"        {finding.where}: expected {finding.expected}, found {finding.found}"
    )
