"""Webhooks over real HTTP: what is told, what is answered, and what a kill leaves behind."""

import asyncio
import io
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import (
    AsyncExitStack,
    asynccontextmanager,
    closing,
    redirect_stderr,
    redirect_stdout,
)
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from attrs import define, field, frozen
from dishka import AsyncContainer

from altyn.adapters.http import NoAnswer
from altyn.adapters.postgres import (
    PostgresDeliveries,
    PostgresOutbox,
    PostgresTrail,
    PostgresUsers,
    PostgresWebhooks,
    open_postgres,
)
from altyn.adapters.sodium import SodiumSealer
from altyn.adapters.system import SystemClock
from altyn.adapters.webhooks import HttpSender, open_sender
from altyn.core.events import Event, EventId, Outbox
from altyn.core.identifiers import parse_id
from altyn.core.identity import Audit
from altyn.core.notifications import (
    AddressRefused,
    AddWebhook,
    Deliveries,
    OwnWebhooks,
    WebhookId,
    Webhooks,
)
from altyn.core.resilience import NotExecuted
from altyn.core.schema import Schema
from altyn.entrypoints.api.listening import listen
from altyn.entrypoints.api.serving import Serving
from altyn.entrypoints.cli.program import run
from altyn.entrypoints.sandbox import Fault, ListenerDesk
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.worker import chores_of
from tests.integration.test_cli_program import Answer
from tests.integration.webhook_processes import FORKS, KEY, Ahead, telling, tells
from tests.unit.staff import ANNA


@define
class Street:
    """A listener at an address, and a sender."""

    desk: ListenerDesk
    address: str
    sender: HttpSender

    async def post(self, path: str = "/hook", **headers: str) -> Any:
        return await self.sender.send(f"{self.address}{path}", headers, b'{"a":1}')


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """An application at an address."""
    stopping = asyncio.Event()
    with closing(listen("127.0.0.1", 0)) as listener:
        server = Serving(app, listener)
        async with server.until(stopping):
            yield server.address
            stopping.set()


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    desk = ListenerDesk(SystemClock())
    async with serving(desk) as address, open_sender(private=True, deadline_seconds=0.5) as sender:
        yield Street(desk, address, sender)


class TestSending:
    async def test_what_is_answered(self, street: Street) -> None:
        """The status, and how the answer begins: on one line, and without a secret of ours."""
        street.desk.statuses["/hook"] = [200]
        street.desk.answers["/hook"] = ("«ok»\nwhsec_c2VjcmV0+x/= done".encode(), [])
        answered = await street.post()
        assert (answered.status, answered.retry_after_seconds) == (200, None)
        assert answered.beginning == "«ok» whsec_(secret) done"

    @pytest.mark.parametrize(
        ("told", "seconds"), [(b"120", 120.0), (b"soon", None), (b"-1", None), (b"9" * 20, None)]
    )
    async def test_how_long_to_wait(
        self, street: Street, told: bytes, seconds: float | None
    ) -> None:
        """Where that is said in seconds."""
        street.desk.statuses["/hook"] = [503]
        street.desk.answers["/hook"] = (b"", [(b"retry-after", told)])
        answered = await street.post()
        assert (answered.status, answered.retry_after_seconds) == (503, seconds)

    async def test_redirects_are_not_followed(self, street: Street) -> None:
        """Whoever is told where else to go could be led anywhere."""
        street.desk.statuses["/hook"] = [301]
        street.desk.answers["/hook"] = (b"", [(b"location", b"/elsewhere")])
        assert (await street.post()).status == 301
        assert [each.path for each in street.desk.heard] == ["/hook"]

    async def test_long_answers_are_cut(self, street: Street) -> None:
        """What it is about stands in the status."""
        street.desk.statuses["/hook"] = [200]
        street.desk.answers["/hook"] = (b"x" * 5_000_000, [])
        answered = await street.post()
        assert answered.beginning == "x" * 1000

    @pytest.mark.parametrize("fault", [Fault.HANG_AFTER, Fault.CUT_AFTER])
    async def test_what_breaks_off_is_doubt(self, street: Street, fault: Fault) -> None:
        """It may have been heard; a deadline is a deadline."""
        street.desk.faults.plan("/hook", fault)
        with pytest.raises(NoAnswer) as error:
            await street.post()
        assert "127.0.0.1" in str(error.value)
        assert len(street.desk.heard) == 1

    async def test_nobody_there_is_no_doubt(self, street: Street) -> None:
        """Nothing was sent."""
        with closing(listen("127.0.0.1", 0)) as taken:
            free = taken.getsockname()[1]
        with pytest.raises(NotExecuted):
            await street.sender.send(f"http://127.0.0.1:{free}/", {}, b"")

    async def test_this_machine_is_refused_unless_it_is_allowed(self, street: Street) -> None:
        """By its address and by its name."""
        async with open_sender() as strict:
            for url in ("https://127.0.0.1/", "https://localhost/", "https://2130706433/"):
                with pytest.raises((AddressRefused, NotExecuted)):
                    await strict.send(url, {}, b"")
            with pytest.raises(AddressRefused):
                await strict.send("https://localhost/", {}, b"")
        assert street.desk.heard == []


@frozen
class Altyn:
    """The commands, within this process, and its worker."""

    desk: ListenerDesk
    address: str
    house: AsyncContainer

    async def __call__(self, *words: str) -> Answer:
        return await asyncio.to_thread(_told, words)

    async def json(self, *words: str) -> Any:
        answer = await self(*words, "--json")
        assert answer.code == 0, answer
        return answer.document

    async def happens(self, name: str, **facts: Any) -> None:
        """Something of which the house tells."""
        event = Event(id=EventId(uuid4()), name=name, at=SystemClock().now(), facts=facts)
        await (await self.house.get(Outbox)).put([event])

    async def worked(self) -> None:
        for chore in await chores_of(self.house):
            await chore()


def _told(words: Sequence[str]) -> Answer:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(words)
    assert "Traceback" not in err.getvalue()
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each storage."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
async def altyn(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Altyn]:
    """A shop of which somebody else's system wants to know."""
    settings = {
        "ALTYN_DATABASE": database,
        "ALTYN_WEBHOOKS_PRIVATE": "yes",
        "ALTYN_SEALING_KEYS": KEY.hex(),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    desk = ListenerDesk(SystemClock())
    async with AsyncExitStack() as opened:
        address = await opened.enter_async_context(serving(desk))
        house = make_container(read_settings(settings, tmp_path), create=True)
        opened.push_async_callback(house.close)
        await (await house.get(Schema)).migrate()
        yield Altyn(desk, address, house)


async def test_a_system_is_told_from_the_first_to_the_last(altyn: Altyn) -> None:
    """Begun, told, shown, told again, given another secret, stopped: by commands alone."""
    hook = f"{altyn.address}/hook"
    begun = await altyn.json("webhooks", "add", hook, "payment.*", "--account", "user:42")
    id, secret = begun["id"], begun["secret"]
    altyn.desk.secrets.append(secret)
    await altyn.happens("payment.settled", payment="1", payer="user:42", margin="ours")
    await altyn.happens("payment.settled", payment="2", payer="user:7")
    await altyn.happens("refund.done", payer="user:42")
    altyn.desk.faults.plan("/hook", Fault.FAIL_AFTER)
    await altyn.worked()
    (heard,) = altyn.desk.heard
    assert heard.proven
    told = json.loads(heard.body)
    assert (told["type"], told["data"]["payment"]) == ("payment.settled", "1")
    assert b"ours" not in heard.body
    (waiting,) = (await altyn.json("webhooks", "deliveries", id))["deliveries"]
    assert (waiting["state"], waiting["attempts"]) == ("waiting", 1)
    one = await altyn.json("webhooks", "deliveries", id, "--log", waiting["id"])
    assert [(each["status"], each["told"]) for each in one["log"]] == [(500, "status 500")]
    shown = await altyn("webhooks", "show", id)
    assert "nothing has reached it since" in shown.out
    listed = await altyn("webhooks", "list")
    assert (await altyn("webhooks", "deliveries", id)).code == 0
    assert (await altyn("webhooks", "deliveries", id, "--state", "dead")).out.startswith("it was")
    log = await altyn("webhooks", "deliveries", id, "--log", waiting["id"])
    for said in (shown, listed, log):
        assert secret not in said.out
        assert "http://127.0" in said.out or said is log
    # It is heard once by its id, however often it is told.
    deliveries = await altyn.house.get(Deliveries)
    (delivery,) = await deliveries.of(WebhookId(parse_id(id)), 9)
    await deliveries.put(delivery.given_up("by the test"))
    assert await altyn.json("webhooks", "replay", "--dead", id) == {"replayed": 1}
    await altyn.worked()
    assert len(altyn.desk.heard) == 2
    assert len(altyn.desk.kept) == 1
    assert (await altyn.json("webhooks", "replay", waiting["id"]))["state"] == "waiting"
    rotated = await altyn.json("webhooks", "rotate", id)
    altyn.desk.secrets[:] = [rotated["secret"]]
    await altyn.worked()
    assert altyn.desk.heard[-1].proven
    altyn.desk.secrets[:] = [secret]
    await altyn.happens("payment.settled", payment="3", payer="user:42")
    await altyn.worked()
    assert altyn.desk.heard[-1].proven
    assert (await altyn.json("webhooks", "disable", id, "--why", "late"))["why"] == "late"
    await altyn.happens("payment.settled", payment="4", payer="user:42")
    await altyn.worked()
    assert (await altyn.json("webhooks", "enable", id))["state"] == "enabled"
    gone = await altyn.json("webhooks", "remove", id)
    assert (gone["state"], gone["old_secret_until"]) == ("removed", None)
    assert len(altyn.desk.heard) == 4
    assert "nobody is told" in (await altyn("webhooks", "list")).out
    assert (await altyn("webhooks", "enable", id)).code == 5


async def test_what_is_stuck_is_shown_and_tried_again(altyn: Altyn) -> None:
    """With the reason; others are not in its way."""
    await altyn.happens("hold.expired", hold="1")
    outbox = await altyn.house.get(Outbox)
    (event,) = await outbox.pending(9)
    await outbox.set_aside(event.id, "why")
    told = await altyn.json("events", "stuck")
    assert (told["stuck"], told["waiting"], told["oldest"]) == (1, 0, None)
    assert [each["why"] for each in told["events"]] == ["why"]
    assert "1 are stuck, 0 wait" in (await altyn("events", "stuck")).out
    assert (await altyn.json("events", "retry", str(event.id)))["event"] == str(event.id)
    assert (await altyn.json("events", "stuck"))["waiting"] == 1
    (deed,) = (await altyn.json("audit", "list", "--limit", "1"))["entries"]
    assert (deed["what"], deed["about"]) == ("event.retried", f"event:{event.id}")
    await altyn.worked()
    assert (await altyn("events", "retry", str(event.id))).code == 5
    assert (await altyn("events", "retry", str(uuid4()))).code == 4


async def test_without_a_key_no_secret_is_kept(
    altyn: Altyn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said what is missing, and nothing is begun."""
    monkeypatch.delenv("ALTYN_SEALING_KEYS")
    answer = await altyn("webhooks", "add", f"{altyn.address}/hook", "*")
    assert (answer.code, answer.out) == (1, "")
    assert "ALTYN_SEALING_KEYS" in answer.err
    assert list(await (await altyn.house.get(Webhooks)).all()) == []


# Kills


@define
class Executioner:
    """A listener who kills whoever tells him, before or after he answers."""

    desk: ListenerDesk
    pid: int = 0
    kills_at: dict[int, bool] = field(factory=dict)
    """At which request of those to come, and whether it is answered before."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.kills_at = {number - 1: answered for number, answered in self.kills_at.items()}
        answered = self.kills_at.pop(0, None)
        if answered is not None and not answered:
            os.kill(self.pid, signal.SIGKILL)
        await self.desk(scope, receive, send)
        if answered:
            os.kill(self.pid, signal.SIGKILL)


async def test_what_is_killed_while_it_tells_leaves_nothing_out(postgres_url: str) -> None:
    """Two processes are killed in the middle of it; all is heard, and once by its id."""
    many = 40
    desk = ListenerDesk(SystemClock())
    executioner = Executioner(desk)
    async with AsyncExitStack() as opened:
        address = await opened.enter_async_context(serving(executioner))
        store = await opened.enter_async_context(open_postgres(postgres_url))
        sender = await opened.enter_async_context(open_sender(private=True))
        sealer = SodiumSealer((KEY,))
        webhooks = PostgresWebhooks(store)
        audit = Audit(PostgresTrail(store), SystemClock())
        add = AddWebhook(
            webhooks,
            sender,
            sealer,
            SystemClock(),
            store,
            audit,
            PostgresUsers(store),
            OwnWebhooks(),
        )
        shown = await add(ANNA, uuid4(), f"{address}/hook", ("*",))
        desk.secrets.append(shown.secret)
        events = [
            Event(id=EventId(uuid4()), name="hold.expired", at=SystemClock().now(), facts={})
            for _ in range(many)
        ]
        await PostgresOutbox(store).put(events)
        for life, (at, answered) in enumerate(((4, False), (9, True))):
            desk.clock = Ahead(timedelta(minutes=2 * life))
            executioner.kills_at = {at: answered}
            process = FORKS.Process(target=tells, args=(postgres_url, life * 2), daemon=True)
            process.start()
            executioner.pid = process.pid or 0
            await asyncio.to_thread(process.join, 20)
            process.kill()
            assert process.exitcode == -signal.SIGKILL, "it was not met"
        relay, deliver = telling(store, sender, Ahead(timedelta(minutes=10)))
        desk.clock = Ahead(timedelta(minutes=10))
        await relay()
        await deliver()
        told = await PostgresDeliveries(store).of(shown.webhook.id, 1000)
    assert sorted(each.event for each in told) == sorted(each.id for each in events)
    assert {each.state for each in told} == {"delivered"}
    ids: Mapping[str, bytes] = desk.kept
    assert sorted(ids) == sorted(each.message_id for each in told)
    assert len(desk.heard) > many  # some were told twice, under the same id
