"""What importing costs and brings along, and what the repository must not name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOORS = ["altyn.core", "altyn.core.balances"]


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Where coverage is counted, what is ours is slower, and attrs is not.
    uncounted = {name: to for name, to in os.environ.items() if not name.startswith("COVERAGE_")}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=True,
        cwd="/",
        env=uncounted,
        text=True,
    )


@pytest.mark.parametrize("door", DOORS)
def test_core_brings_attrs_and_nothing_else(door: str) -> None:
    """Importing the core imports the standard library, attrs, and the core."""
    program = f"""
import sys
before = set(sys.modules)
import {door}
tops = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(tops - sys.stdlib_module_names))
print(*sorted(name for name in sys.modules if name.startswith("altyn.")
              and not name.startswith("altyn.core")))
"""
    tops, other_rooms, *_ = [*python("-c", program).stdout.splitlines(), ""]
    assert set(tops.split()) <= {"altyn", "attr", "attrs"}
    assert other_rooms == ""


@pytest.mark.parametrize("door", DOORS)
def test_core_is_quick_to_import(door: str) -> None:
    """Importing it takes at most three times what attrs, which it needs, takes by itself."""
    # A busy machine makes a run slow, never quick: the best of several is the true one.
    assert min(import_ratio(door) for _ in range(5)) <= 3


def import_ratio(door: str) -> float:
    report = python("-X", "importtime", "-c", f"import attrs, {door}").stderr
    # import time: self [us] | cumulative | imported package, deeper ones indented
    lines = re.findall(
        r"^import time: +\d+ \| +(\d+) \| (attrs|altyn[\w.]*)$", report, re.MULTILINE
    )
    spent = {name: int(cumulative) for cumulative, name in lines}
    assert {"attrs", door} <= spent.keys()
    return sum(spent.values()) / spent["attrs"]


def texts() -> dict[str, str]:
    """Every text file that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    found: dict[str, str] = {}
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (raw := path.read_bytes()):
            found[name] = raw.decode()
    return found


def test_no_registry_is_named() -> None:
    """A mirror must be able to serve everything, so no file names the host of a registry."""
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"))]
    assert [(name, host) for name, text in texts().items() for host in hosts if host in text] == []


def test_no_path_of_a_machine() -> None:
    """No file knows where somebody's checkout or home is."""
    pattern = re.compile(r"(?<![\w.])/(?:home|Users|root|work|farm)/[\w.]")
    found = [(name, m.group()) for name, text in texts().items() for m in pattern.finditer(text)]
    assert found == []
