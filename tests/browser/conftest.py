"""A browser, and a shop in the sandbox for it: both are started once for those who share them."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen
from playwright.sync_api import Browser, sync_playwright

from tests.integration.test_cli_program import Program
from tests.integration.test_cli_sandbox import free_ports

from .eyes import Visit, visiting

SERVERS = 7
START_SECONDS = 180
"""Browsers and two programs of two processes each leave little room on a small machine."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@frozen
class Shop:
    """It runs, and the command line looks into its books."""

    page: str
    program: Program
    config: str

    def __call__(self, *words: str) -> object:
        """What a command answers."""
        return self.program.json("--config", self.config, *words)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """In an empty folder, with nothing said but where there is room."""
    folder = tmp_path_factory.mktemp("shop")
    program = Program(folder, {"ALTYN_API_PORT": str(free_ports(SERVERS))})
    with program.running("up", "--json") as running:
        told = json.loads(running.until("\n", START_SECONDS))
        yield Shop(told["page"], program, told["config"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the machine has it."""
    path = os.environ.get("ALTYN_TEST_CHROMIUM") or shutil.which("chromium")
    assert path, "there is no Chromium: run `nox -s browser`, which looks for one"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        yield found
        found.close()


@pytest.fixture
def screens(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where pictures of this test are kept."""
    kept = os.environ.get("ALTYN_TEST_SCREENS")
    name = re.sub(r"[^a-z0-9]+", "_", request.node.name.removeprefix("test_")).strip("_")
    folder = Path(kept, name) if kept else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, browser: Browser, shop: Shop, screens: Path
) -> Iterator[Visit]:
    """The page, in the language and at the width that the test is about."""
    language, width = request.param
    renewed = os.environ.get("ALTYN_TEST_PICTURES")
    pictures = Path(renewed) if renewed else None
    with visiting(browser, shop.page, language, width, screens, pictures) as visit:
        yield visit
