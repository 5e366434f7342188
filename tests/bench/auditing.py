"""How long a full audit of a long history takes, law by law."""

from pathlib import Path
from time import perf_counter

from altyn.adapters.postgres import PostgresAuditor, PostgresLedger, open_postgres
from altyn.adapters.sqlite import SqliteAuditor, SqliteLedger, open_sqlite
from altyn.adapters.system import SystemClock
from altyn.core.balances import Auditor, Ledger

from . import postgres_altyn, sqlite_altyn
from .books import post, transfer_of
from .postgres_servers import vacuum
from .progress import say
from .results import Audit, LawTime
from .traffic import ACCOUNTS, payments


async def audit_postgres(url: str, entries: int) -> Audit:
    """In that empty database."""
    began = perf_counter()
    await postgres_altyn.prepare(url, "audit on postgres")
    async with open_postgres(url) as store:
        ledger = PostgresLedger(store, SystemClock())
        written = await _write_history(ledger, entries, "audit on postgres")
        seeded = perf_counter() - began
        vacuum(url)
        return await _examined("postgres", PostgresAuditor(store), written, seeded)


async def audit_sqlite(path: Path, entries: int) -> Audit:
    """In that new file."""
    began = perf_counter()
    await sqlite_altyn.prepare(path, "audit on sqlite")
    async with open_sqlite(path) as store:
        ledger = SqliteLedger(store, SystemClock())
        written = await _write_history(ledger, entries, "audit on sqlite")
        seeded = perf_counter() - began
        return await _examined("sqlite", SqliteAuditor(store), written, seeded)


async def _write_history(ledger: Ledger, entries: int, what: str) -> int:
    """Payments all over the accounts, beside those that funded them: two entries for each."""
    count = max(0, entries // 2 - ACCOUNTS)
    say(f"{what}: posting {count:,} transfers")
    await post(ledger, map(transfer_of, payments("spread", seed=0)), count, what)
    return 2 * (count + ACCOUNTS)


async def _examined(storage: str, auditor: Auditor, entries: int, seeding_seconds: float) -> Audit:
    say(f"audit on {storage}: examining {entries:,} entries")
    laws: list[LawTime] = []
    last = perf_counter()
    async for examined in auditor.examine():
        now = perf_counter()
        finding = str(examined.finding) if examined.finding else None
        laws.append(LawTime(examined.law, examined.rows, now - last, finding))
        last = now
    return Audit(storage, entries, seeding_seconds, laws)
