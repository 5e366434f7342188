"""`altyn doctor` asks those who are really there, and says in one line each how they are."""

import asyncio
from pathlib import Path

from altyn.adapters.postgres import PostgresFooting, open_postgres
from altyn.adapters.postgres.store import Connection
from altyn.adapters.system import SystemClock
from tests.integration.bot_stand import desk_of
from tests.integration.payment_market import open_street
from tests.integration.test_cli_program import Answer, Program

OTHER_TOKEN = "7000000002:a-token-of-some-length-nobody-may-see"


def grades(answer: Answer) -> dict[str, str]:
    """How each thing was found to be."""
    return {each["code"]: each["grade"] for each in answer.document["findings"]}


def here(folder: Path) -> list[str]:
    """What lies there."""
    return [path.name for path in folder.iterdir()]


async def doctor(altyn: Program, *words: str, **settings: str) -> Answer:
    return await asyncio.to_thread(altyn, "doctor", "--json", *words, **settings)


async def test_well_and_sick(tmp_path: Path) -> None:
    """Keys that are accepted are well; one that is not is named, and nothing is written."""
    async with open_street() as street, desk_of(SystemClock()) as (desk, address):
        bot = {"ALTYN_TELEGRAM_TOKEN": desk.token, "ALTYN_TELEGRAM_API": address}
        altyn = Program(tmp_path, street.settings | bot)
        assert (await asyncio.to_thread(altyn, "migrate")).code == 0
        answer = await doctor(altyn)
        assert (answer.code, answer.err) == (0, "")
        assert grades(answer) == {
            "settings": "well", "files": "well", "disk": "well", "database": "well",
            "database.durability": "well", "database.clock": "well", "outbox": "well",
            "redis": "well", "bot": "warning", "payments.heleket": "well",
            "payments.stars": "well", "clock.127.0.0.1": "well",
        }  # fmt: skip
        sick = await doctor(
            altyn,
            ALTYN_HELEKET_PAYMENT_KEY="another-key-than-the-true-one",
            ALTYN_TELEGRAM_TOKEN=OTHER_TOKEN,
            ALTYN_REDIS="redis://127.0.0.1:1/0",
        )
        assert sick.code == 1
        told = grades(sick)
        assert {code for code, grade in told.items() if grade == "wrong"} == {
            "bot", "payments.heleket", "payments.stars",
        }  # fmt: skip
        assert told["redis"] == "unknown"
        assert "nobody-may-see" not in sick.out
    assert here(tmp_path) == ["altyn-data"]


async def test_here_alone(tmp_path: Path) -> None:
    """With --here nobody outside is asked; for people it is a line each, with what to do."""
    altyn = Program(tmp_path, {"ALTYN_TELEGRAM_TOKEN": OTHER_TOKEN})
    answer = await asyncio.to_thread(altyn, "doctor", "--here")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0].split(maxsplit=2) == ["ok", "settings", "1 given, all can be read"]
    assert lines[3].startswith("warning  database ")
    assert lines[3].endswith("is not there yet: `altyn up` or `altyn migrate` creates it")
    assert here(tmp_path) == []


async def test_settings_that_stop_everything(tmp_path: Path) -> None:
    """They are found too, and nothing else can be looked at."""
    answer = await doctor(Program(tmp_path, {"ALTYN_API_PORT": "http"}))
    assert answer.code == 1
    assert grades(answer) == {"settings": "wrong"}
    assert "ALTYN_API_PORT: a port is a number" in answer.document["findings"][0]["words"]


async def test_footing_of_a_server(postgres_url: str) -> None:
    """A server that does not wait for the disk says so, and what time it has."""
    async with open_postgres(postgres_url) as store:
        before = SystemClock().now()
        footing = await PostgresFooting(store)()

        async def ask(connection: Connection) -> str:
            row = await (await connection.execute("SHOW fsync")).fetchone()
            return str(row[0] if row else "")

        fsync = await store.ask(ask)
    assert footing.at is not None
    assert abs((footing.at - before).total_seconds()) < 5
    assert (f"fsync is {fsync}" in footing.doubts) == (fsync != "on")


async def test_footing_under_a_pooler_that_passes_nothing_on(postgres_url: str) -> None:
    """What we ask of each connection may not arrive; then what the money relies on is named."""
    async with open_postgres(postgres_url, connections_max=1) as store:

        async def change(connection: Connection) -> None:
            await connection.execute("SET synchronous_commit = off")
            await connection.execute("SET default_transaction_isolation = 'serializable'")

        before = (await PostgresFooting(store)()).doubts
        await store.ask(change)
        after = (await PostgresFooting(store)()).doubts
    assert not {each.split()[0] for each in before} - {"fsync", "full_page_writes"}
    assert after == (
        *before,
        "synchronous_commit is off",
        "default_transaction_isolation is serializable",
    )
