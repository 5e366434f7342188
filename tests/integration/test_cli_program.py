"""The program itself: how it is started, what it brings along, and how it answers nonsense."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import define, frozen

DEADLINE_SECONDS = 60.0


@frozen
class Answer:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The error that the document tells."""
        assert self.err == ""
        return self.document["error"]


@define
class Running:
    """A program that goes on until it is told to stop."""

    process: subprocess.Popen[str]
    out: str = ""

    def until(self, words: str, patience_seconds: float = DEADLINE_SECONDS) -> str:
        """What it has said once these words were among it."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + patience_seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while words not in self.out:
                assert selector.select(deadline - time.monotonic()), self.out
                said = os.read(self.process.stdout.fileno(), 65536).decode()
                assert said, self.out  # it ended without saying them
                self.out += said
        return self.out

    def stop(self, how: signal.Signals) -> Answer:
        """Send the signal, and wait for the end."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=DEADLINE_SECONDS)
        return Answer(self.process.returncode, self.out + out, err)


@frozen
class Program:
    """`altyn` as people start it: a process of its own, in a folder, with an environment."""

    folder: Path
    settings: Mapping[str, str] = {}

    def __call__(self, *words: str, **settings: str) -> Answer:
        """Run it to its end."""
        with self._started(words, settings) as process:
            out, err = process.communicate(timeout=DEADLINE_SECONDS)
        assert "Traceback" not in err
        return Answer(process.returncode, out, err)

    def json(self, *words: str) -> Any:
        """The document of a command that does what it was asked to."""
        answer = self(*words, "--json")
        assert answer.code == 0, answer
        return answer.document

    @contextmanager
    def running(self, *words: str, **settings: str) -> Iterator[Running]:
        """Run it until the end of the block, however it is left."""
        with self._started(words, settings) as process:
            yield Running(process)

    @contextmanager
    def _started(
        self, words: tuple[str, ...], settings: Mapping[str, str]
    ) -> Iterator[subprocess.Popen[str]]:
        # Whoever runs the tests has neither settings for the program nor a terminal of some width.
        inherited = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith("ALTYN_") and name != "COLUMNS"
        }
        with subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "altyn.entrypoints.cli", *words],
            cwd=self.folder,
            env={**inherited, **self.settings, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()


@pytest.fixture
def altyn(tmp_path: Path) -> Program:
    """The program in an empty folder, without any settings."""
    return Program(tmp_path)


def test_help_tells_commands_settings_and_exit_codes(altyn: Program) -> None:
    """`--help` is enough to begin with."""
    answer = altyn("--help")
    assert (answer.code, answer.err) == (0, "")
    for word in ("up", "migrate", "check", "open", "balance", "statement", "transfer"):
        assert f"    {word} " in answer.out
    assert "ALTYN_DATABASE" in answer.out
    assert "exit codes:" in answer.out
    assert "exit codes:" in altyn("transfer", "--help").out


def test_version(altyn: Program) -> None:
    """The version is one line."""
    answer = altyn("--version")
    assert answer.code == 0
    assert answer.out.startswith("altyn ")
    assert len(answer.out.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--help"], {"dishka", "litestar", "uvicorn", "psycopg", "redis", "aiogram", "sqlite3"}),
        (["balance", "user:42"], {"litestar", "uvicorn", "psycopg", "redis", "aiogram"}),
    ],
)
def test_commands_bring_only_what_they_use(
    words: list[str], absent: set[str], tmp_path: Path
) -> None:
    """Help comes at once, and a look at a balance needs no web framework."""
    program = f"""
import sys
from altyn.entrypoints.cli.program import run
try:
    run({words!r})
except SystemExit:
    pass
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=tmp_path, text=True
    )
    assert absent.isdisjoint(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], ""),
        (["fly"], "altyn: argument COMMAND: invalid choice: 'fly' (see `altyn --help`)"),
        (["balance"], "altyn: the following arguments are required: NAME"),
        (["balance", "user:42", "--att", "x"], "altyn: unrecognized arguments: --att x"),
        (["balance", "user:42", "--at", "2026-01-01T00:00:00Z"], "altyn: --at needs an ASSET"),
        (
            ["statement", "user:42", "RUB", "--limit", "0"],
            "altyn: argument --limit: 0 is not between",
        ),
        (
            ["statement", "user:42", "RUB", "--limit", "x"],
            "altyn: argument --limit: 'x' is not a whole",
        ),
        (["statement", "user:42", "RUB", "--before", "9" * 19], "altyn: argument --before: 99"),
        (
            ["statement", "user:42", "RUB", "--limit", "5", "--all"],
            "altyn: argument --all: not allowed",
        ),
        (
            ["open", "user:42", "RUB", "--floor", "-1", "--unlimited"],
            "altyn: argument --unlimited: not",
        ),
        (["transfer", "a:1", "b:1", "-1e5", "RUB"], "altyn: the following arguments are required"),
    ],
)
def test_wrong_usage(altyn: Program, words: list[str], line: str) -> None:
    """Words that make no command are answered in one line, with 2, and nothing is created."""
    answer = altyn(*words)
    assert answer.code == 2
    if line:
        assert answer.err.startswith(line)
        assert len(answer.err.splitlines()) == 1
        assert answer.out == ""
        told = altyn(*words, "--json")
        assert (told.code, told.error["code"]) == (2, "wrong_usage")
    assert list(altyn.folder.iterdir()) == []


def test_wrong_settings(altyn: Program) -> None:
    """A setting that cannot be stops every command with one line, and nothing is created."""
    for command in (["up"], ["migrate"], ["check"], ["balance", "user:42"]):
        answer = altyn(*command, ALTYN_DATABSE="x")
        assert answer.code == 2
        assert answer.err == (
            "altyn: ALTYN_DATABSE: there is no such setting; did you mean ALTYN_DATABASE?\n"
        )
    answer = altyn("up", "--json", ALTYN_API_HOST="0.0.0.0")
    assert answer.code == 2
    assert answer.error["code"] == "setting_missing"
    assert answer.error["facts"]["setting"] == "ALTYN_API_KEYS"
    assert list(altyn.folder.iterdir()) == []


def test_settings_from_a_file(altyn: Program) -> None:
    """`--config` names a file, before the command as well as after it."""
    (altyn.folder / "shop.toml").write_text('database = "sqlite:///shop.db"\n')
    assert altyn("migrate", "--config", "shop.toml").code == 0
    assert (altyn.folder / "shop.db").exists()
    answer = altyn("--config", "shop.toml", "--json", "migrate")
    assert answer.document == {"database": str(altyn.folder / "shop.db"), "applied": []}
    assert altyn("migrate", "--config", "absent.toml").code == 2


def test_mistakes_of_ours_are_one_line(altyn: Program) -> None:
    """What nobody foresaw is one line and a hint; with --debug it tells where it happened."""
    mistake = (
        "import sys; from altyn.entrypoints.cli import program, migrate\n"
        "def stumble(arguments): raise ZeroDivisionError('oh')\n"
        "migrate.settings_of = stumble\n"
        "sys.exit(program.run(sys.argv[1:]))"
    )
    for words, traceback in ((["migrate"], False), (["migrate", "--debug"], True)):
        done = subprocess.run(
            [sys.executable, "-c", mistake, *words],
            capture_output=True,
            text=True,
            cwd=altyn.folder,
        )
        assert done.returncode == 70
        assert "altyn: a mistake inside Altyn: ZeroDivisionError: oh\n" in done.stderr
        assert ("Traceback" in done.stderr) == traceback


def test_reader_that_has_seen_enough(altyn: Program) -> None:
    """A pipe that is closed early is no error of ours."""
    with altyn.running("--help") as running:
        assert running.process.stdout is not None
        running.process.stdout.close()
        assert running.process.stderr is not None
        assert running.process.stderr.read() == ""
        assert running.process.wait(DEADLINE_SECONDS) == 0
