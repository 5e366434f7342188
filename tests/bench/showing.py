"""What a benchmark says in the end, for people or for a page."""

import os
import shlex
import sys
from collections.abc import Iterable, Mapping

from .progress import say
from .table import Table


def command(module: str) -> str:
    """What was asked for, to ask for it again."""
    servers = os.environ.get("ALTYN_TEST_SERVERS")
    asked = [f"ALTYN_TEST_SERVERS={servers}"] if servers else []
    return " ".join([*asked, shlex.join(["python", "-m", module, *sys.argv[1:]])])


def show(facts: Mapping[str, str], tables: Iterable[Table], *, markdown: bool) -> None:
    """Print it."""
    say("done")
    if markdown:
        print("\n".join(f"- {name}: {fact}" for name, fact in facts.items()), end="\n\n")
    else:
        width = max(map(len, facts))
        print("\n".join(f"{name.ljust(width)}  {fact}" for name, fact in facts.items()), end="\n\n")
    for table in tables:
        print(table.markdown() if markdown else table.text())
