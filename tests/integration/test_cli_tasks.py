"""Tasks as the program does and shows them, and processes that do one thing alone."""

import asyncio
import json
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from attrs import define, field
from dishka import AsyncContainer, Provider, Scope, provide

from altyn.core.balances import (
    Account,
    Hold,
    HoldId,
    HoldState,
    Ledger,
    MoveMoney,
    PlaceHold,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.money import RUB, Money
from altyn.core.schema import Schema
from altyn.core.tasks import (
    Claimed,
    ClaimId,
    Handling,
    Task,
    TaskId,
    Tasks,
    TaskState,
)
from altyn.entrypoints.cli.program import run
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.tending import Handlings
from altyn.entrypoints.worker import worker_of

from .test_cli_program import Program

SOON_SECONDS: Final = 60.0
ANN: Final = account_name("user:ann")
BANK: Final = account_name("clearing:bank")


@define
class Told(Provider):
    """A house that knows how to tell somebody something, and remembers whom it told."""

    scope = Scope.APP
    told: list[Any] = field(factory=list)
    all: asyncio.Event = field(factory=asyncio.Event)

    def __attrs_post_init__(self) -> None:
        super().__init__()

    async def tell(self, claimed: Claimed) -> None:
        """Tell them."""
        self.told.append(claimed.task.facts["whom"])
        if len(self.told) == 2:
            self.all.set()

    @provide
    def handlings(self) -> Handlings:
        """The one kind."""
        return Handlings([Handling(kind="tell", do=self.tell)])


def tell(number: int, whom: str) -> Task:
    return Task(id=TaskId(UUID(int=number)), kind="tell", facts={"whom": whom})


@asynccontextmanager
async def house(settings: dict[str, str], folder: Path, *more: Provider) -> Any:
    """The container of these settings, over a database of the newest shape."""
    file = {"ALTYN_DATABASE": f"sqlite:///{folder / 'altyn-data' / 'altyn.db'}"}
    container = make_container(read_settings(file | settings, folder), *more, create=True)
    try:
        await (await container.get(Schema)).migrate()
        yield container
    finally:
        await container.close()


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """A database of either kind."""
    if request.param == "sqlite":
        return {}
    return {"ALTYN_DATABASE": request.getfixturevalue("postgres_url")}


async def test_the_worker_does_tasks_of_kinds_that_it_is_given(
    settings: dict[str, str], tmp_path: Path
) -> None:
    """What waited before the start, and what comes later."""
    told, stopping = Told(), asyncio.Event()
    async with house(settings, tmp_path, told) as container:
        tasks = await container.get(Tasks)
        await tasks.enqueue([tell(1, "ann")])
        worker = await worker_of(container)
        async with worker.until(stopping):
            await tasks.enqueue([tell(2, "bob")])
            async with asyncio.timeout(SOON_SECONDS):
                await told.all.wait()
            stopping.set()
        assert sorted(told.told) == ["ann", "bob"]
        assert len(await tasks.look(TaskState.DONE, "tell", 9)) == 2


async def buried(container: AsyncContainer) -> None:
    """One task waits, one was given up."""
    tasks = await container.get(Tasks)
    await tasks.enqueue([tell(1, "ann")])
    (held,) = await tasks.claim(ClaimId(uuid4()), {"tell": 1}, 600)
    await tasks.end([held.dead("nobody is there")])
    await tasks.enqueue([Task(id=TaskId(UUID(int=2)), kind="ask")])


def test_tasks_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are listed, those that were given up with the reason, and replayed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")  # a narrow terminal would cut the reason

    async def story() -> None:
        async with house({}, tmp_path) as container:
            await buried(container)

    asyncio.run(story())

    def said(*words: str) -> str:
        assert run(words) == 0
        return capsys.readouterr().out

    def told(*words: str) -> Any:
        return json.loads(said(*words, "--json"))

    (waits,) = told("tasks", "list")["tasks"]
    assert (waits["kind"], waits["state"], waits["attempts"]) == ("ask", "waiting", 0)
    (dead,) = told("tasks", "dead")["tasks"]
    assert (dead["facts"], dead["told"]) == ({"whom": "ann"}, "nobody is there")
    assert told("tasks", "list", "--state", "dead")["tasks"] == [dead]
    assert told("tasks", "dead", "--kind", "ask") == {"tasks": [], "more": False}
    assert "nobody is there" in said("tasks", "dead")
    assert said("tasks", "list", "--state", "claimed") == "no task is claimed\n"
    assert told("tasks", "replay", dead["id"]) == {"replayed": [dead["id"]]}
    assert said("tasks", "dead") == "no task was given up\n"
    one_of_two = told("tasks", "list", "--limit", "1")
    assert (len(one_of_two["tasks"]), one_of_two["more"]) == (1, True)
    assert said("tasks", "list", "--limit", "1").endswith("these come first\n")
    assert run(["tasks", "replay", dead["id"], "--json"]) != 0
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "task_not_dead"


def test_one_thing_alone(tmp_path: Path) -> None:
    """They leave the shape of the database alone; the worker works, and the API serves."""
    altyn = Program(tmp_path, {"ALTYN_API_PORT": "0"})
    behind = altyn("worker", "--json")
    assert (behind.code, behind.document["error"]["code"]) == (1, "schema_behind")
    hold = HoldId(UUID(int=1))

    async def state(expected: HoldState) -> None:
        async with house({}, tmp_path) as container, asyncio.timeout(SOON_SECONDS):
            ledger = await container.get(Ledger)
            while (await ledger.hold(hold)).state is not expected:  # noqa: ASYNC110 - a process's
                await asyncio.sleep(0.1)

    asyncio.run(_holding(tmp_path, hold))
    with altyn.running("api", "--json") as api, altyn.running("worker") as worker:
        serving = json.loads(api.until("\n"))
        assert serving["working"] is False
        assert httpx.get(f"{serving['serving']}/health/live").status_code == 200
        assert "Altyn is working, and serves nobody.\n" in worker.until("Stop it with Ctrl-C.\n")
        asyncio.run(state(HoldState.EXPIRED))
        answer = api.stop(signal.SIGTERM)
        assert (answer.code, answer.err) == (0, "")
        answer = worker.stop(signal.SIGTERM)
        assert answer.code == 0
        assert "this worker has no ALTYN_TELEGRAM_TOKEN" in answer.err


async def _holding(folder: Path, hold: HoldId) -> None:
    """Something is set aside for less time than it takes to read this."""
    async with house({}, folder) as container:
        ledger = await container.get(Ledger)
        await ledger.open(Account(BANK, RUB, floor_units=-1000))
        await ledger.open(Account(ANN, RUB))
        amount = Money(100, RUB)
        move, place = await container.get(MoveMoney), await container.get(PlaceHold)
        await move(Transfer(id=TransferId(UUID(int=7)), source=BANK, target=ANN, amount=amount))
        soon = datetime.now(UTC) + timedelta(seconds=1)
        await place(Hold(id=hold, account=ANN, amount=amount, expires_at=soon))
