"""Calls of Fragment: made as its pages make them, and whether the session is alive."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from altyn.adapters.fragment import FragmentApi, FragmentSupplier, Session
from altyn.adapters.fragment.api import HASH, hide_secrets
from altyn.adapters.http import Answer
from altyn.adapters.memory import ManualClock
from altyn.core.errors import Unavailable
from altyn.core.purchases import Goods, Kind, SupplierClosed, SupplierUnclear
from altyn.core.resilience import (
    DEPENDENCIES,
    NoCandidate,
    Priority,
    State,
    TurnedAway,
    Turns,
)
from altyn.entrypoints.sandbox import FragmentDesk
from altyn.entrypoints.sandbox.fragment import COOKIES
from altyn.entrypoints.testkit.supplier import begun
from tests.unit.fragment_outside import AtTheDesk, DeskOutside, at_once, hosts_of, supplier_of

STARS = Goods(kind=Kind.STARS, quantity=50)
PREMIUM = Goods(kind=Kind.PREMIUM, quantity=3)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> FragmentDesk:
    return FragmentDesk(clock)


@pytest.fixture
def supplier(desk: FragmentDesk, clock: ManualClock) -> FragmentSupplier:
    return supplier_of(desk, AtTheDesk(desk), clock)


class Says:
    """A server that answers these, one after the other, and notes how it was asked."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, bytes, Mapping[str, str]]] = []

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The next of them."""
        self.asked.append((method, path, body, headers or {}))
        status, said = self.answers.pop(0)
        return Answer(status, {"retry-after": "7"}, said)


def api_of(caller: Says, turns: Turns | None = None) -> FragmentApi:
    """Calls over that."""
    return FragmentApi(
        session=Session(COOKIES),
        hosts=hosts_of(caller, clock=ManualClock(), policy=DEPENDENCIES["fragment"]),
        turns=turns or Turns(name="fragment", admit=at_once),
    )


PAGE = b'<script>ajInit({"apiUrl":"https:\\/\\/fragment.com\\/api?hash=0a1b2c"});</script>'


async def ask(api: FragmentApi, **wanted: str) -> Mapping[str, Any]:
    return await api.ask("searchStarsRecipient", "/stars/buy", wanted, Priority.HIGH)


async def test_a_call_looks_like_one_of_the_page() -> None:
    """The form, the cookies, and the headers that tell from where it comes."""
    server = Says((200, PAGE), (200, b'{"ok":true}'))
    assert await ask(api_of(server), query="@bob", quantity="50") == {"ok": True}
    (get, where, nothing, page), (post, path, body, headers) = server.asked
    assert (get, where, nothing, page["Cookie"]) == ("GET", "/stars/buy", b"", headers["Cookie"])
    assert (post, path) == ("POST", "/api?hash=0a1b2c")
    assert body == b"method=searchStarsRecipient&query=%40bob&quantity=50"
    assert headers == {
        "Cookie": "; ".join(f"{name}={value}" for name, value in COOKIES.items()),
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "Accept": "application/json, text/javascript, */*; q=0.01",
        "X-Requested-With": "XMLHttpRequest",
        "Origin": "https://fragment.com",
        "Referer": "https://fragment.com/stars/buy",
        "Sec-Fetch-Site": "same-origin",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Dest": "empty",
    }


async def test_it_may_call_itself_what_the_browser_of_the_login_does() -> None:
    """On every call: a session may be bound to it."""
    api = api_of(server := Says((200, PAGE), (200, b"{}")))
    api.browser = "Mozilla/5.0"
    await ask(api)
    assert [headers["User-Agent"] for _, _, _, headers in server.asked] == ["Mozilla/5.0"] * 2


@pytest.mark.parametrize(
    ("html", "hash"),
    [
        ('"/api?hash=0a1b"', "0a1b"),
        ('"\\/api?hash=0a1b"', "0a1b"),
        ('"https:\\/\\/fragment.com\\/api?hash=0a1b"', "0a1b"),
        ('"/api?hash=0A1B"', None),
        ('"/api?hash=0a1bz"', None),
        ('"/api?hash="', None),
        ("nothing", None),
    ],
)
def test_the_hash_is_found_however_its_address_is_written(html: str, hash: str | None) -> None:
    """Hexadecimal in small letters, and nothing else."""
    found = HASH.search(html)
    assert (found and found[1]) == hash


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("POST http://a/api?hash=0a1b OK", "POST http://a/api?hash=(secret) OK"),
        ("b'Set-Cookie', b'stel_dt=0a; p=/'", "b'Set-Cookie', b'stel_dt=(secret); p=/'"),
        ("GET http://a/stars/buy", "GET http://a/stars/buy"),
    ],
)
def test_what_the_client_logs_holds_no_secret(told: str, kept: str) -> None:
    """Whoever has the hash and the cookies can spend."""
    record = logging.LogRecord("httpx", logging.DEBUG, "", 0, "%s", (told,), None)
    assert hide_secrets(record)
    assert record.getMessage() == kept


async def test_a_page_is_read_once(desk: FragmentDesk, supplier: FragmentSupplier) -> None:
    """Each for its own calls."""
    for goods in (STARS, PREMIUM, STARS, PREMIUM):
        await supplier.offer(goods, "bob")
    assert [each for each in desk.calls if each.startswith("/")] == ["/stars/buy", "/premium/gift"]


async def test_a_hash_that_has_grown_old_is_read_again_once(
    desk: FragmentDesk, supplier: FragmentSupplier
) -> None:
    """Nothing was done under the old one; only that call is repeated."""
    await supplier.offer(STARS, "bob")
    desk.calls.clear()
    desk.expire_hashes()
    await supplier.offer(STARS, "bob")
    assert desk.calls == [
        "searchStarsRecipient",
        "/stars/buy",
        "searchStarsRecipient",
        "initBuyStarsRequest",
    ]


async def test_a_session_that_has_ended_is_asked_twice_and_not_for_ever(
    desk: FragmentDesk, supplier: FragmentSupplier
) -> None:
    """Then a person has to log in."""
    desk.cookies["stel_ssid"] = "another"
    with pytest.raises(SupplierClosed, match="session has ended"):
        await supplier.offer(STARS, "bob")
    assert desk.calls == ["/stars/buy", "searchStarsRecipient"] * 2


async def test_callers_who_find_the_hash_old_together_keep_the_new_one(
    desk: FragmentDesk, supplier: FragmentSupplier
) -> None:
    """Whoever is late does not throw away what another has read."""
    await supplier.offer(STARS, "bob")
    desk.expire_hashes()
    await asyncio.gather(*(supplier.offer(STARS, "bob") for _ in range(5)))
    desk.calls.clear()
    await supplier.offer(STARS, "bob")
    assert "/stars/buy" not in desk.calls


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (429, b"{}", TurnedAway),
        (401, b"{}", SupplierClosed),
        (403, b"<html>", SupplierClosed),
        (500, b"{}", SupplierUnclear),
        (302, b"{}", SupplierUnclear),
        (200, b"[]", SupplierUnclear),
        (200, b"null", SupplierUnclear),
        (200, b"", SupplierUnclear),
        (200, b"<html>", SupplierUnclear),
        (200, b"[" * 20_000, SupplierUnclear),
    ],
)
async def test_what_is_no_answer_leaves_us_in_doubt(
    status: int, said: bytes, kind: type[Unavailable]
) -> None:
    """Or is a person's business; it is never a refusal, and never repeated."""
    server = Says((200, PAGE), (status, said))
    with pytest.raises(kind) as doubt:
        await ask(api_of(server))
    assert len(server.asked) == 2
    if status in (429, 500):
        assert doubt.value.retry_after_seconds == 7.0


@pytest.mark.parametrize("said", [b"", b"<html>log in</html>", b"\xff\xfe"])
async def test_a_page_without_a_hash_is_of_no_use(said: bytes) -> None:
    """It is read again the next time."""
    server = Says((200, said), (200, PAGE), (200, b"{}"))
    api = api_of(server)
    with pytest.raises(SupplierUnclear, match="no hash"):
        await ask(api)
    assert await ask(api) == {}


async def test_whoever_is_broken_is_given_a_rest_and_whoever_refuses_is_not() -> None:
    """Errors in words are answers; three failures in a row are enough."""
    refusals = [(200, b'{"error":"No Telegram users found"}')] * 10
    api = api_of(Says((200, PAGE), *refusals))
    for _ in refusals:
        await ask(api)
    (host,) = api.hosts.by_name.values()
    assert host.guard.state is State.CLOSED
    api = api_of(server := Says((200, PAGE), *[(500, b"")] * 3))
    for _ in range(3):
        with pytest.raises(SupplierUnclear):
            await ask(api)
    with pytest.raises(NoCandidate):
        await ask(api)
    assert server.answers == []


async def test_orders_go_before_offers_and_offers_before_probes(
    desk: FragmentDesk, clock: ManualClock
) -> None:
    """Whoever matters more has the next turn."""
    taken: list[str] = []

    class Noting(Turns):
        def turn(self, priority: Priority) -> Any:
            taken.append(priority.word)
            return super().turn(priority)

    supplier = supplier_of(desk, AtTheDesk(desk), clock)
    supplier.api.turns = Noting(name="fragment", admit=at_once)
    outside = DeskOutside(desk, clock)
    offer = await supplier.offer(STARS, "bob")
    assert set(taken) == {"high"}
    taken.clear()
    purchase = begun(supplier, outside, offer)
    await supplier.order(purchase)
    await supplier.delivery(purchase, "Ym9j")
    assert set(taken) == {"critical"}
    taken.clear()
    await supplier.visit()
    assert set(taken) == {"low"}


async def test_a_visit_looks_somebody_up(desk: FragmentDesk, supplier: FragmentSupplier) -> None:
    """Nothing is begun by that; that nobody is called so is an answer too."""
    await supplier.visit()
    assert desk.calls == ["/stars/buy", "searchStarsRecipient"]
    assert desk.forms[0]["quantity"] == ""
    assert desk.requests == {}
    del desk.people["durov"]
    await supplier.visit()
    desk.cookies = {**desk.cookies, "stel_ssid": "another"}
    with pytest.raises(SupplierClosed, match="session has ended") as closed:
        await supplier.visit()
    assert not [each for each in COOKIES.values() if each in str(closed.value)]


BUSY = (503, b"")
FINE = (200, b'{"ok":true}')


def at(*servers: Says) -> FragmentApi:
    """Fragment at several addresses."""
    hosts = hosts_of(*servers, clock=ManualClock())
    return FragmentApi(
        session=Session(COOKIES), hosts=hosts, turns=Turns(name="fragment", admit=at_once)
    )


async def test_what_changes_nothing_is_asked_elsewhere_when_one_fails() -> None:
    """The page and the search both; whoever answers is asked."""
    first, second = Says(BUSY, BUSY), Says((200, PAGE), FINE)
    assert await ask(at(first, second)) == {"ok": True}
    assert (first.answers, second.answers) == ([], [])


@pytest.mark.parametrize(
    ("status", "elsewhere"), [(503, False), (429, True)], ids=["doubt", "turned away"]
)
async def test_what_begins_something_goes_elsewhere_only_when_nothing_was_done(
    status: int, elsewhere: bool
) -> None:
    """An invoice that may be there is not asked for at another address."""
    first, second = Says((200, PAGE), FINE, (status, b"")), Says(FINE, FINE)
    api = at(first, second)
    await ask(api)
    once = api.ask("initBuyStarsRequest", "/stars/buy", {}, Priority.HIGH)
    if elsewhere:
        assert await once == {"ok": True}
    else:
        with pytest.raises(SupplierUnclear):
            await once
    assert len(second.answers) == (1 if elsewhere else 2)
