"""A backup is taken by whoever may, is in the trail, and counts only when it was proven."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field, frozen

from altyn.adapters.memory import ManualClock, MemoryStore, MemoryTrail
from altyn.core.balances import Examined, Finding
from altyn.core.clock import ZoneMissing
from altyn.core.identity import Audit, Caller, NotAllowed, Role
from altyn.core.safekeeping import BackUp, BooksBroken, Chunks, Manifest, Part
from tests.unit.staff import ANNA

FILE = Path("altyn.backup")


@define
class FakeSafe:
    """Remembers what was written, when it was sealed."""

    kept: dict[Path, Manifest] = field(factory=dict)
    sealed: list[Manifest] = field(factory=list)

    @asynccontextmanager
    async def writing(self, file: Path) -> AsyncIterator["FakeSafe"]:
        yield self
        self.kept[file] = self.sealed.pop()

    async def add(self, name: str, chunks: Chunks, *, table: bool) -> Part:
        raw = b"".join([chunk async for chunk in chunks])
        rows = raw.count(b"\n") if table else None
        return Part(name=name, size=len(raw), sha256=sha256(raw).hexdigest(), rows=rows)

    async def seal(self, manifest: Manifest) -> None:
        self.sealed.append(manifest)


@frozen
class FakeAuditor:
    """Finds what it was told to."""

    findings: Sequence[Finding | None] = (None,)

    async def examine(self) -> AsyncIterator[Examined]:
        for each in self.findings:
            yield Examined("a law", 1, each)


@define
class FakeVault:
    """A copy with these pieces, of which that is found."""

    trail: MemoryTrail
    parts: Sequence[str] = ("one", "two")
    auditor: FakeAuditor = field(factory=FakeAuditor)
    kind: str = "fake"
    migrations: Sequence[tuple[int, str]] = ((1, "f"),)
    counters: dict[str, int] = field(factory=dict)
    head: tuple[int, str] = (0, "")

    @asynccontextmanager
    async def copied(self, beside: Path) -> AsyncIterator["FakeVault"]:
        (link,) = await self.trail.page(1)
        self.head = link.number, link.digest.hex()
        yield self

    async def chunks(self, part: str) -> Chunks:
        yield f"{part}\n".encode()
        yield b"more\n"


@define
class House:
    """All of it over one memory."""

    safe: FakeSafe
    vault: FakeVault
    trail: MemoryTrail
    back_up: BackUp


@pytest.fixture
def house() -> House:
    store = MemoryStore()
    trail, safe = MemoryTrail(store), FakeSafe()
    vault = FakeVault(trail)
    return House(safe, vault, trail, BackUp(vault, safe, Audit(trail, ManualClock()), store))


async def test_it_says_what_it_is(house: House) -> None:
    """Of which storage, from when, under which migrations, and with which end of the trail."""
    manifest = await house.back_up(ANNA, FILE)
    assert house.safe.kept == {FILE: manifest}
    (link,) = await house.trail.onward(9)
    assert (link.audited.who, link.audited.what) == ("anna", "books.backed_up")
    assert (manifest.links, manifest.head) == (1, link.digest.hex())
    assert (manifest.kind, manifest.migrations) == ("fake", ((1, "f"),))
    assert [(each.name, each.size, each.rows) for each in manifest.parts] == [
        ("one", 9, 2),
        ("two", 9, 2),
    ]
    house.vault.parts = ("all",)
    (whole,) = (await house.back_up(ANNA, Path("another"))).parts
    assert whole.rows is None


async def test_whoever_may_not_gets_none(house: House) -> None:
    """Everybody's data is in it: that takes an owner."""
    with pytest.raises(NotAllowed):
        await house.back_up(Caller(name="bob", role=Role.OPERATOR), FILE)
    assert list(await house.trail.onward(9)) == []
    assert house.safe.kept == {}


async def test_broken_books_are_no_backup(house: House) -> None:
    """Whether a law is broken or a link is not as it was written; it is said which."""
    finding = Finding("a law", "row 7", "0", "1")
    house.vault.auditor = FakeAuditor((None, finding))
    with pytest.raises(BooksBroken, match="row 7: expected 0, found 1"):
        await house.back_up(ANNA, FILE)

    class Forgetful(FakeVault):
        """Copies a trail with another end than there is."""

        @asynccontextmanager
        async def copied(self, beside: Path) -> AsyncIterator[FakeVault]:
            self.head = 99, "00" * 32
            yield self

    broken: Any = Forgetful(house.trail)
    other = BackUp(broken, house.safe, house.back_up.audit, house.back_up.transaction)
    with pytest.raises(BooksBroken, match="link 99"):
        await other(ANNA, FILE)
    assert house.safe.kept == {}


def test_a_backup_is_of_a_moment() -> None:
    """In a zone, like every moment here."""
    told: dict[str, Any] = {"kind": "fake", "migrations": (), "parts": (), "links": 1, "head": ""}
    with pytest.raises(ZoneMissing):
        Manifest(made_at=datetime(2026, 1, 1), **told)  # noqa: DTZ001
    assert Manifest(made_at=datetime(2026, 1, 1, tzinfo=UTC), **told).counters == {}
