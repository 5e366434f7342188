"""The trail: what goes into it, who reads it, and what shows that it was tampered with."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock, MemoryStore, MemoryTrail
from altyn.core.clock import ZoneMissing
from altyn.core.identity import (
    Audit,
    Audited,
    Caller,
    Link,
    NotAllowed,
    ReadTrail,
    Role,
    VerifyTrail,
)
from altyn.core.wording import MalformedText
from altyn.entrypoints.testkit.identity.ground import NOON, TICK, done

OWNER = Caller.local()
OPERATOR = Caller(name="user:43", role=Role.OPERATOR)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def trail(store: MemoryStore) -> MemoryTrail:
    return MemoryTrail(store)


async def filled(store: MemoryStore, trail: MemoryTrail, count: int = 5) -> list[Link]:
    """So many things were done."""
    async with store():
        return [await trail.append(done(n)) for n in range(1, count + 1)]


async def test_what_is_done_is_told_under_the_name_of_the_caller(
    store: MemoryStore, trail: MemoryTrail
) -> None:
    """At the moment of the clock, with the facts that are given."""
    audit = Audit(trail, ManualClock(NOON))
    async with store():
        await audit(OPERATOR, "user.muted", "user:42", why="noise", times=3, was=None)
    (link,) = await ReadTrail(trail)(OWNER, 9)
    assert link.audited == Audited(
        at=NOON,
        who="user:43",
        what="user.muted",
        about="user:42",
        facts={"why": "noise", "times": 3, "was": None},
    )


async def test_owners_read_it(store: MemoryStore, trail: MemoryTrail) -> None:
    """In pages, and by what it is about; nobody else does, and nobody else verifies it."""
    links = await filled(store, trail)
    read = ReadTrail(trail)
    assert list(await read(OWNER, 2)) == links[:-3:-1]
    assert list(await read(OWNER, 9, before=2, about="user:42", who="user:43")) == links[:1]
    assert list(await read(OWNER, 9, about="user:1")) == []
    for refused in (read(OPERATOR, 9), VerifyTrail(trail)(OPERATOR)):
        with pytest.raises(NotAllowed):
            await refused


@pytest.mark.parametrize(
    "wrong",
    [
        *({"what": what} for what in ("muted", "user.", ".muted", "User.muted", "a b.c", "a.b\n")),
        {"what": "a." + "b" * 63},
        {"who": "x" * 129},
        {"about": "a\nb"},
        {"about": "x" * 257},
    ],
)
def test_words_have_their_form(wrong: dict[str, Any]) -> None:
    """A subject and what was done to it; who and about what on one line."""
    with pytest.raises(MalformedText):
        done(**wrong)


def test_a_moment_has_a_zone() -> None:
    """Otherwise it would be another one elsewhere."""
    with pytest.raises(ZoneMissing):
        done(at=NOON.replace(tzinfo=None))


def test_the_seal_is_the_same_everywhere() -> None:
    """Of the same contents, whatever order the facts come in; written down so that it stays."""
    first = Link.after(None, done(facts={"b": 1, "a": "ё"}))
    assert first == Link.after(None, done(facts={"a": "ё", "b": 1}))
    assert first.digest.hex() == "3ebacb48792562a781aff3a2faf414386f72bc1ef746458148cbce763c83e56a"


CHANGES: Mapping[str, Callable[[Audited], Audited]] = {
    "moment": lambda it: evolve(it, at=it.at + TICK),
    "who": lambda it: evolve(it, who="user:44"),
    "what": lambda it: evolve(it, what="user.unmuted"),
    "about": lambda it: evolve(it, about="user:44"),
    "facts": lambda it: evolve(it, facts={"number": 4}),
    "types": lambda it: evolve(it, facts={"number": "3"}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_change_is_found(
    store: MemoryStore, trail: MemoryTrail, change: Callable[[Audited], Audited]
) -> None:
    """Whatever of it was changed."""
    links = await filled(store, trail)
    trail._kept[3] = evolve(links[2], audited=change(links[2].audited))
    verified = await VerifyTrail(trail)(OWNER)
    assert verified.finding is not None
    assert verified.finding.where == "link 3"
    assert verified.finding.found == links[2].digest.hex()
    assert (verified.links, verified.head) == (3, links[1])


async def test_a_change_that_was_sealed_again_is_found(
    store: MemoryStore, trail: MemoryTrail
) -> None:
    """The next one still seals what was there before."""
    links = await filled(store, trail)
    trail._kept[3] = Link.after(links[1], evolve(links[2].audited, who="user:44"))
    finding = (await VerifyTrail(trail)(OWNER)).finding
    assert finding is not None
    assert (finding.where, finding.found) == ("link 4", f"after {links[2].digest.hex()}")


async def test_a_removed_one_is_found(store: MemoryStore, trail: MemoryTrail) -> None:
    """By the gap, also at the beginning."""
    await filled(store, trail)
    for number in (3, 1):
        del trail._kept[number]
        finding = (await VerifyTrail(trail)(OWNER)).finding
        assert finding is not None
        assert (finding.expected, finding.found) == (f"link {number}", "a gap")


async def test_an_inserted_one_is_found(store: MemoryStore, trail: MemoryTrail) -> None:
    """Those after it had to be numbered anew, and say so."""
    links = await filled(store, trail)
    trail._kept[3] = Link.after(links[1], done(99))
    for link in links[2:]:
        trail._kept[link.number + 1] = evolve(link, number=link.number + 1)
    finding = (await VerifyTrail(trail)(OWNER)).finding
    assert finding is not None
    assert finding.where == "link 4"


async def test_what_was_noted_outside_shows_more(store: MemoryStore, trail: MemoryTrail) -> None:
    """A trail that was cut off at its end, or written anew as a whole, agrees with itself."""
    links = await filled(store, trail)
    verify = VerifyTrail(trail)
    noted = (4, links[3].digest)
    sound = await verify(OWNER, noted)
    assert (sound.finding, sound.head, sound.links) == (None, links[4], 5)
    for number in (5, 4):
        del trail._kept[number]
    assert (await verify(OWNER)).finding is None
    cut = (await verify(OWNER, noted)).finding
    assert cut is not None
    assert (cut.where, cut.found) == ("link 4", "an end at link 3")
    trail._kept.clear()
    gone = (await verify(OWNER, noted)).finding
    assert gone is not None
    assert gone.found == "nothing"
    async with store():
        anew = [await trail.append(done(n, who="user:44")) for n in range(1, 6)]
    assert (await verify(OWNER)).finding is None
    other = (await verify(OWNER, noted)).finding
    assert other is not None
    assert (other.expected, other.found) == (links[3].digest.hex(), anew[3].digest.hex())


async def test_a_long_trail_is_read_to_its_end(store: MemoryStore, trail: MemoryTrail) -> None:
    """More than fits into one page."""
    links = await filled(store, trail, 1001)
    trail._kept[1001] = evolve(links[1000], digest=bytes(32))
    verified = await VerifyTrail(trail)(OWNER)
    assert verified.links == 1001
    assert verified.finding is not None
