"""The place where the money is kept: how it is reached, shaped, shared, and how it says no."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import (
    PostgresLedger,
    PostgresOutbox,
    PostgresProbe,
    PostgresSchema,
    PostgresStore,
    open_postgres,
)
from altyn.adapters.postgres.schema import CARRIED
from altyn.core.balances import (
    Account,
    AccountName,
    Move,
    Receipt,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.errors import Refused, Unavailable
from altyn.core.health import Condition
from altyn.core.money import XTR, Money
from altyn.core.schema import Migration, SchemaAhead, SchemaBehind, SchemaChanged
from altyn.core.transaction import StorageBroken, StorageBusy, StorageUnreachable, StorageUnwritable
from altyn.entrypoints.testkit.outbox import event
from tests.integration.postgres_sessions import (
    PATIENCE_SECONDS,
    Session,
    copy_of,
    locked,
    patient_store,
    pid_of,
    session,
    until_gone,
    until_waiting,
    value,
    with_options,
)
from tests.integration.servers import PostgresServer
from tests.integration.servers.postgres import answers

SECRET: Final = "s3cret"
BANK = account_name("clearing:bank")
SHOP = account_name("income:shop")
NEWEST: Final = CARRIED[-1].number


def pay(units: int = 1) -> Move:
    """From the bank to the shop."""
    id = TransferId(uuid4())
    return Move.of(Transfer(id=id, source=BANK, target=SHOP, amount=Money(units, XTR)))


async def held(ledger: PostgresLedger, name: AccountName = SHOP) -> int:
    return (await ledger.balance(name, XTR)).posted.units


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


@pytest.fixture
async def ledger(store: PostgresStore) -> PostgresLedger:
    """A bank and a shop."""
    return await furnished(store)


async def furnished(store: PostgresStore) -> PostgresLedger:
    ledger = PostgresLedger(store, ManualClock())
    await ledger.open(Account.unlimited(BANK, XTR))
    await ledger.open(Account(SHOP, XTR))
    return ledger


@pytest.fixture
def empty_url(postgres_server: str) -> Iterator[str]:
    """A database that nobody migrated."""
    with copy_of(postgres_server, "template0") as url:
        yield url


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A server that is not shared, for what would disturb others."""
    with PostgresServer() as server:
        yield server


# Reaching it


async def unreachable(url: str) -> StorageUnreachable:
    """What is said about this address: one line without a password."""
    with pytest.raises(StorageUnreachable) as failure:
        async with open_postgres(url):
            pass
    said = str(failure.value)
    assert "\n" not in said
    assert SECRET[:3] not in said
    assert SECRET[:3] not in repr(failure.value)
    assert len(said) < 300
    return failure.value


async def test_a_port_where_nobody_listens() -> None:
    """The address and the reason are told, the password is not."""
    failure = await unreachable(f"postgresql://altyn:{SECRET}@127.0.0.1:1/shop")
    assert failure.where == "postgresql://127.0.0.1:1/shop"
    assert "refused" in failure.reason


async def test_a_database_or_a_role_that_is_not_there(postgres_server: str) -> None:
    """The server's own reason is told."""
    parts = urlsplit(postgres_server)
    missing = parts._replace(path=f"/{uuid4().hex}").geturl()
    assert "does not exist" in (await unreachable(missing)).reason
    place = f"{parts.hostname}:{parts.port}"
    stranger = parts._replace(netloc=f"{uuid4().hex}:{SECRET}@{place}").geturl()
    assert (await unreachable(stranger)).where.startswith(f"postgresql://{place}/")


@pytest.fixture
def guarded_url(own_server: PostgresServer) -> str:
    """An address whose password is wrong; the server trusts everybody but this role."""
    with psycopg.connect(own_server.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'another'")
        (file,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        rules = Path(file)
        rules.write_text(f"host all guarded all scram-sha-256\n{rules.read_text()}")
        connection.execute("SELECT pg_reload_conf()")
    parts = urlsplit(own_server.url)
    url = parts._replace(netloc=f"guarded:{SECRET}@127.0.0.1:{parts.port}").geturl()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while answers(url):  # until the server has read its new rules
        assert time.monotonic() < deadline
    return url


async def test_a_wrong_password(guarded_url: str) -> None:
    """The server says who was turned away, nobody says with what."""
    failure = await unreachable(guarded_url)
    assert 'password authentication failed for user "guarded"' in failure.reason


@pytest.mark.parametrize(
    "url",
    [
        SECRET,
        f"mysql://altyn:{SECRET}@127.0.0.1/shop",
        f"postgresql://altyn:{SECRET}@127.0.0.1:port/shop",
        f"postgresql://altyn:{SECRET}@127.0.0.1:99999/shop",
        f"postgresql://altyn:{SECRET}@[::1/shop",
        f"postgresql://altyn:{SECRET}%zz@127.0.0.1:1/shop",
        f"postgresql://altyn:{SECRET}/more@127.0.0.1:1/shop",
        f"postgresql://altyn:1/{SECRET}@127.0.0.1:1/shop",
        f"postgresql://altyn:more@{SECRET}@127.0.0.1:1/shop",
        f"postgresql://altyn:{SECRET}\0@127.0.0.1:1/shop",
        f"postgresql://altyn:{SECRET} more@127.0.0.1:1/shop",
        f"postgresql://altyn@127.0.0.1:1/shop?password={SECRET}&nonsense={SECRET}",
        f"host=127.0.0.1 port=1 password='{SECRET}",
        f"host=127.0.0.1 port=1 password={SECRET}",
    ],
)
async def test_an_address_that_is_none(url: str) -> None:
    """A mistyped address is told as such, and what was mistyped is not repeated."""
    await unreachable(url)


# Its shape


async def test_a_database_that_was_never_set_up(empty_url: str) -> None:
    """It is behind by everything, and says which command helps."""
    async with open_postgres(empty_url) as store:
        with pytest.raises(SchemaBehind) as behind:
            await PostgresSchema(store).check()
    assert (behind.value.found, behind.value.needed) == (0, NEWEST)
    assert "has not been set up" in str(behind.value)
    assert "altyn migrate" in str(behind.value)


async def test_a_database_that_was_half_migrated(empty_url: str) -> None:
    """It is behind, migrating does the rest and only that, and then it fits."""
    async with open_postgres(empty_url) as store:
        first = CARRIED[:1]
        assert list(await PostgresSchema(store, first).migrate()) == list(first)
        with pytest.raises(SchemaBehind) as behind:
            await PostgresSchema(store).check()
        assert (behind.value.found, behind.value.needed) == (1, NEWEST)
        assert list(await PostgresSchema(store).migrate()) == list(CARRIED[1:])
        await PostgresSchema(store).check()
        assert await PostgresSchema(store).migrate() == []


async def test_a_database_of_a_newer_version(store: PostgresStore) -> None:
    """This version keeps away from it."""
    newer = Migration(NEWEST + 1, "tomorrow", "CREATE TABLE altyn.tomorrow ()")
    await PostgresSchema(store, (*CARRIED, newer)).migrate()
    for ask in (PostgresSchema(store).check, PostgresSchema(store).migrate):
        with pytest.raises(SchemaAhead) as ahead:
            await ask()
        assert (ahead.value.found, ahead.value.known) == (NEWEST + 1, NEWEST)


async def test_a_database_of_another_build(store: PostgresStore) -> None:
    """An edited migration is seen, and nothing is done on top of it."""
    edited = evolve(CARRIED[0], sql=f"{CARRIED[0].sql}\n-- and one more thing")
    more = Migration(NEWEST + 1, "more", "CREATE TABLE altyn.more ()")
    with pytest.raises(SchemaChanged) as changed:
        await PostgresSchema(store, (edited, *CARRIED[1:])).check()
    assert changed.value.number == CARRIED[0].number
    with pytest.raises(SchemaChanged):
        await PostgresSchema(store, (edited, *CARRIED[1:], more)).migrate()
    await PostgresSchema(store).check()


async def test_two_processes_migrate_at_once(empty_url: str) -> None:
    """One does it while the other waits, longer than for any other lock; both end well."""
    hasty = patient_store(empty_url, lock_timeout="10ms")
    async with patient_store(empty_url) as first, hasty as second, session(empty_url) as holder:
        async with holder.transaction(force_rollback=True):
            await holder.execute("CREATE SCHEMA altyn")
            tasks = [asyncio.create_task(PostgresSchema(first).migrate())]
            await until_waiting(empty_url, 1)
            tasks.append(asyncio.create_task(PostgresSchema(second).migrate()))
            await until_waiting(empty_url, 2, for_ms=60)
        done = await asyncio.gather(*tasks)
        assert sorted((*done[0], *done[1]), key=lambda one: one.number) == list(CARRIED)
        await PostgresSchema(second).check()


async def test_a_migration_that_waits_for_a_table_gives_way_to_writers(
    store: PostgresStore, postgres_url: str
) -> None:
    """While a dump has the table they write on, and when the dump is over it is migrated."""
    more = Migration(NEWEST + 1, "more", "ALTER TABLE altyn.outbox ADD COLUMN more int")
    schema = PostgresSchema(store, (*CARRIED, more))
    outbox = PostgresOutbox(store)
    async with session(postgres_url) as dump:
        async with dump.transaction():
            await dump.execute("LOCK TABLE altyn.outbox IN ACCESS SHARE MODE")
            migrating = asyncio.create_task(schema.migrate())
            await until_waiting(postgres_url, 1)
            await outbox.put([event()])
            with pytest.raises(StorageBusy, match="lock timeout"):
                await evolve(schema, patience_seconds=0).migrate()
            assert not migrating.done()
        assert await migrating == [more]
    await outbox.put([event()])
    await schema.check()


async def test_a_migration_that_fails_leaves_nothing(store: PostgresStore) -> None:
    """What it began is undone and not remembered; those before it stay."""
    good = Migration(NEWEST + 1, "good", "CREATE TABLE altyn.good ()")
    bad = Migration(NEWEST + 2, "bad", "CREATE TABLE altyn.bad (); SELECT 1 / 0")
    schema = PostgresSchema(store, (*CARRIED, good, bad))
    with pytest.raises(StorageBroken, match="division by zero"):
        await schema.migrate()
    with pytest.raises(SchemaBehind) as behind:
        await schema.check()
    assert (behind.value.found, behind.value.needed) == (NEWEST + 1, NEWEST + 2)

    async def tables(connection: Session) -> int:
        return int(
            await value(
                connection,
                "SELECT count(*) FROM pg_tables WHERE tablename IN ('good', 'bad')",
            )
        )

    assert await store.ask(tables) == 1
    mended = evolve(bad, sql="CREATE TABLE altyn.bad ()")
    assert await PostgresSchema(store, (*CARRIED, good, mended)).migrate() == [mended]


# Writing to it


async def test_a_database_that_may_only_be_read(ledger: PostgresLedger, postgres_url: str) -> None:
    """Reading works; writing is refused with a reason, and nothing is written."""
    name = urlsplit(postgres_url).path[1:]
    async with session(postgres_url) as connection:
        await connection.execute(
            f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode()
        )
    async with open_postgres(postgres_url) as store:
        reader = PostgresLedger(store, ManualClock())
        with pytest.raises(StorageUnwritable, match="read-only") as unwritable:
            await reader.carry_out([pay()])
        assert unwritable.value.where.endswith(name)
        with pytest.raises(StorageUnwritable):
            await reader.open(Account(account_name("user:new"), XTR))
        assert await held(reader) == 0
    assert len(await ledger.accounts()) == 2


async def test_a_role_that_may_not_write(
    ledger: PostgresLedger, own_server: PostgresServer
) -> None:
    """A role with too few rights is refused, and told which; what is allowed works."""
    with psycopg.connect(own_server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE shop")
        connection.execute("CREATE ROLE reader LOGIN")
    parts = urlsplit(own_server.url)._replace(path="/shop")
    async with open_postgres(parts.geturl()) as owner:
        await PostgresSchema(owner).migrate()
        await furnished(owner)
    with psycopg.connect(parts.geturl(), autocommit=True) as connection:
        connection.execute("GRANT USAGE ON SCHEMA altyn TO reader")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA altyn TO reader")
    url = parts._replace(netloc=f"reader@127.0.0.1:{parts.port}").geturl()
    async with open_postgres(url) as store:
        reader = PostgresLedger(store, ManualClock())
        assert await held(reader) == 0
        assert await PostgresSchema(store).migrate() == []
        for commands in ([pay()], [pay(), pay()], [Move((*pay().transfers, *pay().transfers))]):
            with pytest.raises(Refused, match="permission denied"):
                await reader.carry_out(commands)
        assert await held(reader) == 0


# What the server or the address would have otherwise

RELIED_ON: Final = {
    "TimeZone": "UTC",
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "transaction_isolation": "read committed",
}


async def test_what_the_money_relies_on_is_set_by_us(postgres_url: str) -> None:
    """Whatever the server, the database or the address say, our sessions are as we need them."""
    name = urlsplit(postgres_url).path[1:]
    others = {
        "timezone": "Asia/Almaty",
        "synchronous_commit": "off",
        "default_transaction_isolation": "serializable",
        "lock_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
    }
    async with session(postgres_url) as connection:
        for setting, other in others.items():
            statement = f"ALTER DATABASE {name} SET {setting} = '{other}'"
            await connection.execute(statement.encode())
    said = "-c synchronous_commit=off -c default_transaction_isolation=serializable"
    for url in (postgres_url, with_options(postgres_url, said)):
        async with open_postgres(url) as store:
            for setting, ours in RELIED_ON.items():
                assert await shown(store, setting) == ours
            assert await shown(store, "lock_timeout") not in ("0", "")
            assert await shown(store, "idle_in_transaction_session_timeout") not in ("0", "")
            async with store():
                assert await shown(store, "transaction_isolation") == "read committed"


async def test_an_address_may_choose_how_patient_it_is(postgres_url: str) -> None:
    """Waiting is nobody's law: the options of the address decide it."""
    async with open_postgres(with_options(postgres_url, "-c lock_timeout=123ms")) as store:
        assert await shown(store, "lock_timeout") == "123ms"
        assert await shown(store, "synchronous_commit") == "on"


async def shown(store: PostgresStore, setting: str) -> str:
    async def ask(connection: Session) -> str:
        return str(await value(connection, f"SHOW {setting}"))

    return await store.ask(ask)


# Transactions


async def test_a_child_task_is_outside(ledger: PostgresLedger, store: PostgresStore) -> None:
    """It neither sees what its parent has not committed nor is undone with it."""

    async def child() -> tuple[bool, int]:
        active = store.active
        seen = await held(ledger)
        await ledger.open(Account(account_name("user:child"), XTR))
        return active, seen

    async def parent() -> None:
        async with store():
            await ledger.carry_out([pay(5)])
            assert store.active
            assert await held(ledger) == 5
            assert await asyncio.create_task(child()) == (False, 0)
            raise LookupError

    with pytest.raises(LookupError):
        await parent()
    assert not store.active
    assert await held(ledger) == 0
    assert account_name("user:child") in {each.name for each in await ledger.accounts()}


async def test_a_transaction_inside_another_is_a_mistake(
    ledger: PostgresLedger, store: PostgresStore
) -> None:
    """It is told, and the outer one is undone like after any other error."""

    async def nested() -> None:
        async with store():
            await ledger.carry_out([pay()])
            async with store():
                pass

    with pytest.raises(RuntimeError):
        await nested()
    assert not store.active
    assert await held(ledger) == 0


async def test_a_transaction_that_fails_gives_its_connection_back(postgres_url: str) -> None:
    """With a single connection: after an error, a cancellation and a refusal it is free again."""
    async with open_postgres(postgres_url, connections_max=1) as store:
        ledger = await furnished(store)

        async def fails(error: type[BaseException]) -> None:
            async with store():
                await ledger.carry_out([pay()])
                raise error

        for error in (LookupError, asyncio.CancelledError, KeyboardInterrupt):
            with pytest.raises(error):
                await fails(error)
            assert not store.active
        assert await held(ledger) == 0
        async with store():
            await ledger.carry_out([pay()])
        assert await held(ledger) == 1


@pytest.mark.parametrize("end", ["busy", "timeout"])
async def test_a_transaction_that_was_broken_does_not_pretend_to_commit(
    ledger: PostgresLedger, postgres_url: str, end: str
) -> None:
    """Whoever keeps a failure inside to himself is told at the end that nothing was kept."""
    other = Account(account_name("user:other"), XTR)
    await ledger.open(other)
    lock_timeout = "20ms" if end == "busy" else "60s"
    async with patient_store(postgres_url, lock_timeout=lock_timeout) as store:
        hasty = PostgresLedger(store, ManualClock())
        first = pay()

        async def swallows() -> None:
            async with store():
                (verdict,) = await hasty.carry_out([first])
                assert isinstance(verdict, Receipt)
                async with locked(postgres_url, other.name):
                    with suppress(StorageBusy, TimeoutError):
                        async with asyncio.timeout(None if end == "busy" else 0.02):
                            await hasty.limit(other)

        with pytest.raises(StorageBusy):
            await swallows()
        assert await held(ledger) == 0
        (verdict,) = await hasty.carry_out([first])
        assert isinstance(verdict, Receipt)
        assert await held(ledger) == 1


@pytest.mark.parametrize("more", [True, False], ids=["then-writes", "then-ends"])
async def test_a_transaction_that_sleeps_is_ended_and_told(
    ledger: PostgresLedger, postgres_url: str, *, more: bool
) -> None:
    """Whoever waits for the outside inside a transaction loses it, and may ask again."""
    url = with_options(postgres_url, "-c idle_in_transaction_session_timeout=20ms")
    async with open_postgres(url, connections_max=1) as store:
        sleepy = PostgresLedger(store, ManualClock())
        move = pay()

        async def sleeps() -> None:
            async with store():
                await sleepy.carry_out([move])
                await until_gone(postgres_url, await pid_of(store))
                if more:
                    await sleepy.carry_out([pay()])

        with pytest.raises(Unavailable):
            await sleeps()
        assert await held(ledger) == 0
        (verdict,) = await sleepy.carry_out([move])
        assert isinstance(verdict, Receipt)


async def test_a_statement_that_takes_too_long_is_told(
    ledger: PostgresLedger, postgres_url: str
) -> None:
    """It is ended by the server, and the caller may ask again."""
    options = "-c lock_timeout=0 -c statement_timeout=20ms"
    async with open_postgres(with_options(postgres_url, options)) as store:
        slow = PostgresLedger(store, ManualClock())
        async with locked(postgres_url, SHOP):
            with pytest.raises(StorageBusy, match="timeout"):
                await slow.carry_out([pay()])
        (verdict,) = await slow.carry_out([pay()])
        assert isinstance(verdict, Receipt)


# How it is


async def test_a_probe_tells_how_it_is(own_server: PostgresServer) -> None:
    """Well, sick in words that hold no secret, and well again, on one and the same store."""
    parts = urlsplit(own_server.url)
    url = parts._replace(netloc=f"postgres:{SECRET}@127.0.0.1:{parts.port}").geturl()
    async with open_postgres(url, connections_max=1) as store:
        probe = PostgresProbe(store)
        assert probe.name == "database"
        assert await probe() == Condition(True)
        own_server.kill()
        try:
            sick = await probe()
        finally:
            own_server.start()
        assert not sick.well
        assert sick.words
        assert SECRET not in sick.words
        assert "\n" not in sick.words
        async with asyncio.timeout(30):
            while not (await probe()).well:
                pass


async def test_a_probe_of_a_store_that_was_closed(postgres_url: str) -> None:
    """A probe never raises: what the storage says is how it is."""
    async with open_postgres(postgres_url) as store:
        assert await PostgresProbe(store)() == Condition(True)
    condition = await PostgresProbe(store)()
    assert not condition.well
    assert condition.words.startswith(f"cannot reach {store.where}: ")


async def test_many_more_than_there_are_connections_wait_in_turn(postgres_url: str) -> None:
    """Nobody is refused because of a crowd, and whoever asks first is answered first."""
    async with open_postgres(postgres_url, connections_max=1) as store:
        answered: list[int] = []

        async def asks(number: int) -> None:
            async with store.connection() as connection:
                await connection.execute("SELECT 1")
                answered.append(number)

        async with asyncio.TaskGroup() as group, store.connection():
            for number in range(64):
                group.create_task(asks(number))
            await asyncio.sleep(0)  # each of them has asked
        assert answered == list(range(64))


async def test_who_waits_too_long_for_a_connection_is_told_that_it_is_busy(
    postgres_url: str,
) -> None:
    """It can be reached, so it is not called unreachable; and asked again it answers."""
    async with open_postgres(postgres_url, connections_max=1, queue_seconds=0.05) as store:
        outbox = PostgresOutbox(store)
        async with store():
            waiting = asyncio.create_task(outbox.backlog())
            with pytest.raises(StorageBusy, match="all of its connections") as busy:
                await waiting
        assert busy.value.retry_after_seconds == 1
        assert (await outbox.backlog()).waiting == 0
