"""Shells complete what is typed: tried in a real bash, over the script as it is printed."""

import subprocess
from contextlib import redirect_stdout
from io import StringIO

import pytest

from altyn.entrypoints.cli.commands import COMMANDS
from altyn.entrypoints.cli.completing import places
from altyn.entrypoints.cli.program import parser_for, run

EVERYWHERE = {"-h", "--help", "--json", "--config", "--debug"}

TYPED = """
offered() {
    COMP_WORDS=(altyn "$@"); COMP_CWORD=$#
    _altyn
    echo "${COMPREPLY[*]}"
}
"""


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    """What is printed for each shell."""
    found = {}
    for shell in ("bash", "zsh", "fish"):
        with redirect_stdout(StringIO()) as out:
            assert run(["completion", shell]) == 0
        found[shell] = out.getvalue()
    return found


def offered(script: str, *typed: str) -> list[str]:
    """What a real bash offers when one presses Tab behind these words."""
    done = subprocess.run(
        ["bash", "--norc", "-euc", f'{script}\n{TYPED}\noffered "$@"', "bash", *typed],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (("u",), {"up", "users"}),
        (("users", "e"), {"export", "erase"}),
        (("users", "list", "--role", ""), {"customer", "support", "operator", "owner"}),
        (("tasks", "list", "--state", "w"), {"waiting"}),
        (("--json", "che"), {"check"}),
        (("--config", "users", "che"), {"check"}),
        (("cases", "--limit", ""), set()),
        (("cases", "--limit", "5", "--l"), {"--limit"}),
        (("completion", "f"), {"fish"}),
        (("check", ""), EVERYWHERE),
        (("nonsense", "u"), {"up", "users"}),
    ],
)
def test_bash(scripts: dict[str, str], typed: tuple[str, ...], wanted: set[str]) -> None:
    """Commands, options and choices, wherever options stand; of numbers nothing is offered."""
    assert set(offered(scripts["bash"], *typed)) == wanted


def test_everything_is_there(scripts: dict[str, str]) -> None:
    """Every word that a parser knows is in the script of every shell."""
    for place in places(parser_for([*COMMANDS])):
        for word in place.words:
            assert word in scripts["bash"]
            assert word in scripts["zsh"]
            assert word.lstrip("-") in scripts["fish"]


def test_files(scripts: dict[str, str]) -> None:
    """Behind --config files are offered."""
    assert "/etc/passwd" in offered(scripts["bash"], "check", "--config", "/etc/passw")
