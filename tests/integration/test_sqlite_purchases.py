"""Wallets and purchases in SQLite pass the contracts, and the file itself guards their laws."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Final

import pytest

from altyn.adapters.sqlite import (
    SqliteAuditor,
    SqliteCampaigns,
    SqliteCheques,
    SqliteLedger,
    SqliteOutbox,
    SqliteOutlays,
    SqlitePayments,
    SqlitePurchases,
    SqliteSchema,
    SqliteShutters,
    SqliteStore,
    SqliteTrail,
    open_sqlite,
)
from altyn.adapters.sqlite.purchases import UNDER_WAY
from altyn.adapters.sqlite.schema import MIGRATIONS
from altyn.core.balances import Auditor
from altyn.core.purchases import Campaigns, Purchases, Shutters
from altyn.core.schema import migrations_in
from altyn.core.transaction import StorageBroken, Transaction
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import (
    CampaignsContract,
    ChequesContract,
    OutlaysContract,
    PurchasesContract,
    ShuttersContract,
)
from tests.integration.payment_laws import Crime
from tests.integration.purchase_laws import (
    CAMPAIGN_STEPS,
    CHEQUE_STEPS,
    CRIMES,
    HONEST,
    OUTLAY_STEPS,
    STEPS,
    book,
    campaign,
    campaign_step,
    cheque,
    cheque_step,
    due,
    law_of_campaign,
    law_of_cheque,
    law_of_outlay,
    law_of_purchase,
    lived,
    of_book,
    outlay_step,
    purchase,
    shutter,
    step,
)
from tests.integration.purchase_stories import House, Outside, PurchaseStories


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables and nothing in them."""
    path = tmp_path_factory.mktemp("purchases") / "altyn.db"

    async def made() -> None:
        async with open_sqlite(path) as store:
            await SqliteSchema(store).migrate()

    asyncio.run(made())
    return path


@pytest.fixture
async def store(template: Path, tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(Path(shutil.copy(template, tmp_path))) as store:
        yield store


class InSqlite:
    """All of them in one file."""

    @pytest.fixture
    def outlays(self, store: SqliteStore) -> Outlays:
        return SqliteOutlays(store)

    @pytest.fixture
    def cheques(self, store: SqliteStore) -> Cheques:
        return SqliteCheques(store)

    @pytest.fixture
    def purchases(self, store: SqliteStore) -> Purchases:
        return SqlitePurchases(store)

    @pytest.fixture
    def campaigns(self, store: SqliteStore) -> Campaigns:
        return SqliteCampaigns(store)

    @pytest.fixture
    def shutters(self, store: SqliteStore) -> Shutters:
        return SqliteShutters(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqliteOutlays(InSqlite, OutlaysContract):
    """Every sentence of the port."""


class TestSqliteCheques(InSqlite, ChequesContract):
    """Every sentence of the port."""


class TestSqlitePurchases(InSqlite, PurchasesContract):
    """Every sentence of the port."""


class TestSqliteShutters(InSqlite, ShuttersContract):
    """Every sentence of the port."""


class TestSqliteCampaigns(InSqlite, CampaignsContract):
    """Every sentence of the port."""


# The laws of the file

WORDS: Final = {
    "s": "",
    "uuid": "zeroblob(16)",
    "tick": "1",
    "none": "'[]'",
    "one": "'[\"00\"]'",
    "chequebook_more": "",
    "cheque_more": "",
    "outlay_more": "",
    "campaign_more": "",
    "purchase_more": "",
}


def instead(statement: str) -> str:
    return statement.replace("INSERT", "INSERT OR REPLACE", 1)


IN_BOOK: Final = ("cheque.cheque_is_in_its_book",)
SQLITE_ONLY: Final = (
    Crime("a cheque that is none", "cheque_id_is_uuid", cheque(id="x'00'"), IN_BOOK),
    Crime("outlays that are none", "cheque_pays_something", cheque(outlays="'[[['"), IN_BOOK),
    Crime("spending that is none", "chequebook_spent_is_json", of_book("idle", "spent = '{{'")),
    Crime("an outlay that is none", "outlay_id_is_uuid", due(id="x'00'")),
    Crime("a bill that is none", "outlay_bill_is_json", due(bill="'{{'")),
    Crime("a purchase that is none", "purchase_id_is_uuid", purchase(id="x'00'")),
    Crime("a payment that is none", "purchase_payment_is_uuid", purchase(payment="x'00'")),
    Crime(
        "an order that is none",
        "purchase_bill_is_json",
        "UPDATE purchase SET version = version + 1, bill = '{{' WHERE state = 'ordered'",
    ),
    Crime("a quota that is none", "purchase_quota_is_sound", purchase(quota_asset="'RUB'")),
    Crime("half paid", "purchase_is_paid_from_paid_on", purchase(paid="2")),
    Crime("a campaign that is none", "campaign_id_is_uuid", campaign(id="x'00'")),
    Crime("half closed", "shutter_is_open_or_closed", shutter(closed="2")),
    Crime("a plan that is none", "campaign_plan_is_json", campaign(plan="'{{'")),
    # What SQLite would let through: another row is deleted without a word.
    Crime("a book replaced", "chequebook_is_single", instead(book(wallet="wallet"))),
    Crime("a cheque replaced", "cheque_is_single", instead(cheque(id="id")), IN_BOOK),
    Crime("its number replaced", "cheque_number_is_single", instead(cheque(number="number"))),
    Crime("the open one replaced", "cheque_open_is_single", instead(cheque("ton")), IN_BOOK),
    Crime("an outlay replaced", "outlay_is_single", instead(due(id="id"))),
    Crime("a thing replaced", "outlay_is_made_once", instead(due(reference="reference"))),
    Crime("a purchase replaced", "purchase_is_single", instead(purchase(id="id"))),
    Crime("a campaign replaced", "campaign_is_single", instead(campaign(id="id"))),
    Crime(
        "a lane replaced",
        "purchase_lane_is_single",
        "UPDATE OR REPLACE purchase SET version = version + 1, lane = 'fragment' "
        "WHERE buyer = 'queue'",
    ),
)


@pytest.fixture(scope="module")
def lively(template: Path) -> Path:
    """A file in which everything happened."""
    path = Path(shutil.copy(template, template.with_name("lively.db")))

    async def made() -> None:
        async with open_sqlite(path) as store:
            await lived(
                SqlitePurchases(store),
                SqliteOutlays(store),
                SqliteCheques(store),
                SqliteCampaigns(store),
            )

    asyncio.run(made())
    return path


@pytest.fixture
def raw(lively: Path) -> Iterator[sqlite3.Connection]:
    """Somebody at the file with a plain SQLite, whose deeds are undone in the end."""
    with closing(sqlite3.connect(lively, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def dump(connection: sqlite3.Connection) -> list[str]:
    return list(connection.iterdump())


def refused(connection: sqlite3.Connection, law: str, statement: str) -> None:
    """It is refused by that law, and nothing is changed."""
    before = dump(connection)
    with pytest.raises(sqlite3.IntegrityError, match=rf"{law}$"):
        connection.execute(statement)
    assert dump(connection) == before


@pytest.mark.parametrize(
    "crime", CRIMES + SQLITE_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: sqlite3.Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    for trigger in crime.without:
        raw.execute(f"DROP TRIGGER {trigger.partition('.')[2]}")
    refused(raw, crime.law, crime.statement.format(**WORDS))


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: sqlite3.Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    before = dump(raw)
    raw.execute(statement.format(**WORDS))
    assert dump(raw) != before


def tried(raw: sqlite3.Connection, statement: str, law: str | None) -> None:
    """It is let through, or refused by that law; and then undone."""
    raw.execute("SAVEPOINT step")
    if law is None:
        assert raw.execute(statement.format(**WORDS)).rowcount > 0
    else:
        with pytest.raises(sqlite3.IntegrityError, match=rf"{law}$"):
            raw.execute(statement.format(**WORDS))
    raw.execute("ROLLBACK TO step")


def test_outlays_move_as_the_table_of_the_core_says(raw: sqlite3.Connection) -> None:
    """From every state to every state: let through or refused."""
    raw.execute("DROP TRIGGER outlay_follows_its_cheque")
    for one, two in OUTLAY_STEPS:
        tried(raw, outlay_step(one, two), law_of_outlay(one, two))
    assert len(OUTLAY_STEPS) == 16


def test_cheques_move_as_the_table_of_the_core_says(raw: sqlite3.Connection) -> None:
    """From every state to every state: let through or refused."""
    for one, two in CHEQUE_STEPS:
        tried(raw, cheque_step(one, two), law_of_cheque(one, two))
    assert len(CHEQUE_STEPS) == 9


def test_purchases_move_as_the_table_of_the_core_says(raw: sqlite3.Connection) -> None:
    """From every state to every state: let through or refused."""
    raw.execute("DROP TRIGGER purchase_follows_its_outlay")
    for one, two in STEPS:
        tried(raw, step(one, two), law_of_purchase(one, two))
    assert len(STEPS) == 100


def test_campaigns_move_as_the_table_of_the_core_says(raw: sqlite3.Connection) -> None:
    """From every state to every state: let through or refused."""
    for one, two in CAMPAIGN_STEPS:
        tried(raw, campaign_step(one, two), law_of_campaign(one, two))
    assert len(CAMPAIGN_STEPS) == 16


async def test_what_is_open_is_the_newest_cheque(lively: Path, tmp_path: Path) -> None:
    """A book that says something else is not kept, though it may be written for a moment."""
    async with open_sqlite(Path(shutil.copy(lively, tmp_path))) as store:
        lost = of_book("idle", "number = number + 1, open = {uuid}").format(**WORDS)
        with pytest.raises(StorageBroken, match="FOREIGN KEY"):
            await store.write(lambda connection: connection.execute(lost).rowcount)
        assert (await SqliteCheques(store).book("idle")).number == 1


def test_every_law_of_purchases_is_tried() -> None:
    """No constraint and no trigger of the migrations is missing from the lists above."""
    names = ("purchases", "shutters", "late")
    sql = "".join(each.sql for each in migrations_in(MIGRATIONS) if each.name in names)
    there = set(re.findall(r"(?:CONSTRAINT|RAISE\(ABORT,|CREATE TRIGGER) '?(\w+)", sql))
    tried = {crime.law for crime in CRIMES + SQLITE_ONLY}
    # Triggers that carry several laws or one of two, the tables that are walked, and what is only
    # looked at in the end.
    assert there - tried == {
        "campaign_begins",
        "campaign_moves",
        "cheque_begins",
        "cheque_moves",
        "chequebook_begins",
        "chequebook_open_is_newest",
        "outlay_begins",
        "outlay_moves",
        "purchase_begins",
        "purchase_lane_is_free",
    }


def house_in(store: SqliteStore, outside: Outside) -> House:
    return House(
        purchases=SqlitePurchases(store),
        shutters=SqliteShutters(store),
        campaigns=SqliteCampaigns(store),
        outlays=SqliteOutlays(store),
        cheques=SqliteCheques(store),
        payments=SqlitePayments(store),
        ledger=SqliteLedger(store, outside.clock),
        outbox=SqliteOutbox(store),
        trail=SqliteTrail(store),
        transaction=store,
        clock=outside.clock,
        wallet=outside.wallet,
        supplier=outside.supplier,
        packs=outside.packs,
    )


class TestSqliteStories(PurchaseStories):
    """In one file."""

    @pytest.fixture
    def house(self, store: SqliteStore) -> House:
        return house_in(store, Outside())

    @pytest.fixture
    async def crew(self, store: SqliteStore) -> AsyncIterator[Sequence[House]]:
        outside = Outside()
        async with AsyncExitStack() as stack:
            more = [await stack.enter_async_context(open_sqlite(store.path)) for _ in "1234"]
            yield [house_in(each, outside) for each in (store, *more)]

    @pytest.fixture
    def auditor(self, store: SqliteStore) -> Auditor:
        return SqliteAuditor(store)


def test_what_is_under_way_is_found_without_reading_the_rest(raw: sqlite3.Connection) -> None:
    """By an index of those alone, in the order in which they are told."""
    plan = raw.execute(f"EXPLAIN QUERY PLAN {UNDER_WAY}", (0, b"", 1, None, 1)).fetchall()
    told = [row[3] for row in plan]
    assert "USING INDEX purchase_under_way (" in told[0]
    assert not any("SCAN" in each or "TEMP B-TREE" in each for each in told)
