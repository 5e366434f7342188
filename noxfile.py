"""`nox` runs everything that must pass; `nox -s unit` one part; `nox -s unit -- -k money` less."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True

ROOT = Path(__file__).parent
MACHINES = (
    "breaker_machine",
    "endpoints_machine",
    "memory_ledger",
    "memory_meter",
    "payments_machine",
    "ton_machine",
)
NIGHTLY = {
    "worlds": (["tests/unit/test_payments_world.py"], {"ALTYN_TEST_WORLD_SEEDS": "10000"}),
    "purchases": (["tests/unit/test_purchases_world.py"], {"ALTYN_TEST_WORLD_SEEDS": "20000"}),
    "machines": (
        [f"tests/unit/test_{name}.py" for name in MACHINES],
        {"ALTYN_TEST_MACHINES_TIMES": "100"},
    ),
    "serving": (
        ["tests/integration/test_api_kills.py"],
        {"ALTYN_TEST_KILLS_BUYERS": "60", "ALTYN_TEST_KILLS": "120"},
    ),
    "buying": (
        ["tests/integration/test_buying_kills.py"],
        {"ALTYN_TEST_KILLS_BUYERS": "200", "ALTYN_TEST_KILLS": "300"},
    ),
    "talking": (
        ["tests/integration/test_bot_kills.py"],
        {"ALTYN_TEST_KILLS": "100"},
    ),
    "kills": (
        ["tests/integration/test_payment_kills.py"],
        {"ALTYN_TEST_KILLS_PEOPLE": "200", "ALTYN_TEST_KILLS": "300"},
    ),
}
"""What is played at night, and for how long; a variable that is given already goes before."""
SPREAD = ("--numprocesses=auto", "--maxprocesses=8", "--dist=worksteal", "--durations=25")
"""On every core; what takes the longest is told, so that it is seen when tests grow slow."""
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 4 * 1024**3
PROJECT = nox.project.load_toml("pyproject.toml")


def install(session: nox.Session, *groups: str) -> None:
    """The package as it stands in src with all it can do, and the named dependency groups."""
    session.install(
        "-e", ".[ton,stars,sentry,otel]", *nox.project.dependency_groups(PROJECT, *groups)
    )


def only(group: str, tool: str) -> str:
    """The requirement of one tool of a group, for sessions that need nothing else."""
    wanted = nox.project.dependency_groups(PROJECT, group)
    return next(one for one in wanted if re.match(rf"{tool}\b", one))


@nox.session
def lint(session: nox.Session) -> None:
    """Formatting and the rules of ruff."""
    session.install(only("lint", "ruff"))
    session.run("ruff", "format", "--check", "--diff", ".")
    session.run("ruff", "check", ".")


@nox.session
def imports(session: nox.Session) -> None:
    """Which parts may know which: the contracts of import-linter."""
    # Imports are read, not run, so the package comes without its dependencies.
    session.install("--no-deps", "-e", ".")
    session.install(only("lint", "import-linter"))
    session.run("lint-imports", "--no-cache")


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict, over the package, the tests and the two build files."""
    install(session, "types")
    session.run("mypy", "-p", "altyn")
    session.run("mypy", "tests")
    session.run("mypy", "noxfile.py", "hatch_build.py")


@nox.session
def unit(session: nox.Session) -> None:
    """Tests without servers; every branch of the core is taken."""
    install(session, "unit")
    data = {"COVERAGE_FILE": str(Path(session.create_tmp(), "coverage")), **compiled(session)}
    # What a run before left behind would count for this one.
    session.run("coverage", "erase", env=data)
    session.run(
        "coverage", "run", "-m", "pytest", "tests/unit", *SPREAD, *session.posargs, env=data
    )
    session.run("coverage", "combine", "--quiet", env=data)
    # A chosen part of the tests cannot cover the whole core: report it, demand nothing.
    demand = ["--fail-under=0"] if session.posargs else []
    session.run("coverage", "report", *demand, env=data)


@nox.session
def integration(session: nox.Session) -> None:
    """Tests on real PostgreSQL and Redis, which are found or started: tests/integration/servers."""
    install(session, "test")
    # Each process has servers of its own; `-- -n 0` is one process.
    with in_memory() as files:
        words = ["tests/integration", *SPREAD, *files, *session.posargs]
        session.run("pytest", *words, env=compiled(session))


@contextmanager
def in_memory() -> Iterator[list[str]]:
    """Options by which the files of tests lie in memory, where there is room, and not on a disk.

    A database in a file waits for the disk at each commit; whom `kill -9` ends leaves the same
    behind in memory. What a test that passed has written goes with it, the rest with the session.
    """
    if not (MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN):
        yield []
        return
    with TemporaryDirectory(prefix="altyn-tests-", dir=MEMORY) as folder:
        yield [f"--basetemp={Path(folder, 'files')}", "-o", "tmp_path_retention_policy=failed"]


def compiled(session: nox.Session) -> dict[str, str]:
    """Tests start many processes: what they compile is kept, also of wheels, and not in src."""
    bytecode = str(session.cache_dir.resolve() / "bytecode")
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}


@nox.session
def browser(session: nox.Session) -> None:
    """The page of the sandbox in a real browser; `-- --pictures` renews those of the tutorial."""
    install(session, "browser")
    screens = Path(session.create_tmp(), "screens")
    shutil.rmtree(screens, ignore_errors=True)
    told = {"ALTYN_TEST_CHROMIUM": chromium(session), "ALTYN_TEST_SCREENS": str(screens)}
    options = [each for each in session.posargs if each != "--pictures"]
    if options != session.posargs:
        told["ALTYN_TEST_PICTURES"] = str(ROOT / "docs" / "tutorial" / "pictures")
    # Two programs side by side: most of the time is spent waiting for one that was killed.
    spread = ["--numprocesses=2", "--dist=loadfile"]
    told |= compiled(session)
    with in_memory() as files:
        session.run("pytest", "tests/browser", *spread, *files, *options, env=told)
    session.log(f"screenshots are in {screens}")


def chromium(session: nox.Session) -> str:
    """Where the browser is; on Debian it is installed where that is allowed."""
    named = [os.environ.get("ALTYN_TEST_CHROMIUM", ""), "chromium", "chromium-browser"]
    named += ["google-chrome", "google-chrome-stable"]
    for _ in range(2):
        if found := next(filter(None, map(shutil.which, filter(None, named))), None):
            return found
        if not (shutil.which("apt-get") and os.geteuid() == 0):
            break
        install_it = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        session.run("apt-get", "update", "-qq", external=True, silent=True)
        packages = ["chromium", "fonts-dejavu-core", "fonts-noto-color-emoji"]
        session.run(*install_it, *packages, external=True, silent=True)
    return session.error("no Chromium: install one, or say in ALTYN_TEST_CHROMIUM where it is")


@nox.session
def docs(session: nox.Session) -> None:
    """The pages build without a warning, their code runs, and the changelog's fragments parse."""
    install(session, "docs")
    html = Path(session.create_tmp(), "html")
    session.run("sphinx-build", "-W", "--keep-going", "--fresh-env", "-q", "docs", str(html))
    session.run("pytest", "docs", "README.md", *session.posargs)
    session.run("towncrier", "build", "--draft", "--version", PROJECT["project"]["version"])


@nox.session
def package(session: nox.Session) -> None:
    """What users get: an sdist, a wheel built from it, that wheel alone, an editable install."""
    session.install(*nox.project.dependency_groups(PROJECT, "package"))
    built = Path(session.create_tmp(), "built")
    shutil.rmtree(built, ignore_errors=True)
    session.run("uv", "build", "--quiet", "--out-dir", str(built))  # the wheel from the sdist
    (wheel,) = built.glob("*.whl")
    if wrong := differences(wheel):
        session.error(f"{wheel.name} is not what is in src:\n" + "\n".join(wrong))

    # Outside the checkout, where nothing but the installed package can answer to `altyn`.
    with TemporaryDirectory(prefix="altyn-package-") as outside:
        for name, what in {"wheel": [str(wheel)], "editable": ["--editable", "."]}.items():
            home = Path(outside, name)
            session.run("uv", "venv", "--quiet", "--python", f"{session.bin}/python", str(home))
            python, altyn = str(home / "bin" / "python"), str(home / "bin" / "altyn")
            session.run("uv", "pip", "install", "--quiet", "--python", python, *what)
            with session.chdir(outside):
                session.run(python, "-c", "import altyn, altyn.core.balances", external=True)
                session.run(altyn, "--version", external=True)


@nox.session(default=False)
def openapi(session: nox.Session) -> None:
    """Write the description of the HTTP API anew: docs/reference/openapi.json."""
    install(session)
    session.run("python", "-m", "altyn.entrypoints.api", "docs/reference/openapi.json")


@nox.session(default=False)
def nightly(session: nox.Session) -> None:
    """The same tests for longer, from other seeds each day; `-- kills` one part of them."""
    install(session, "test")
    chosen = [part for part in NIGHTLY if part in session.posargs] or list(NIGHTLY)
    options = [each for each in session.posargs if each not in NIGHTLY]
    day = datetime.now(UTC).toordinal()
    seeds = {
        "ALTYN_TEST_WORLD_FIRST": str(day * 10_000),
        "ALTYN_TEST_KILLS_SEED": str(day),
    }
    for part in chosen:
        words, longer = NIGHTLY[part]
        spread = ["--numprocesses=auto", "--maxprocesses=8", "--dist=worksteal"]
        wanted = {name: os.environ.get(name, its) for name, its in (seeds | longer).items()}
        session.run("pytest", *words, *spread, "-rP", *options, env=wanted)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """How fast it is beside what one would write or take instead; `-- limits --quick` one part."""
    install(session, "bench")
    parts = ["ledger", "limits", "purchases", "resilience", "tasks", "webhooks", "api", "bot"]
    chosen = [part for part in parts if part in session.posargs] or parts
    options = [each for each in session.posargs if each not in parts]
    for part in chosen:
        session.run("python", "-m", f"tests.bench.{part}", *options)


@nox.session(default=False)
def load(session: nox.Session) -> None:
    """Five minutes of reads and purchases: no error, no leak, a clean ledger; `-- --seconds 30`."""
    install(session, "bench")
    session.run("python", "-m", "tests.bench.steady", *session.posargs)


def differences(wheel: Path) -> list[str]:
    """What the wheel lacks of src and has beside it; an empty wheel was seen to build silently."""
    source = ROOT / "src"
    files = (path for path in source.rglob("*") if path.is_file())
    wanted = {
        f"altyn/{path.relative_to(source).as_posix()}"
        for path in files
        if "__pycache__" not in path.parts
    }
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    lacks = [f"lacks {name}" for name in sorted(wanted - packed)]
    return lacks + [f"has {name}" for name in sorted(packed - wanted)]
