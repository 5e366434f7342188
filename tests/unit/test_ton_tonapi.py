"""Tonapi: what is asked of him, and what is not believed."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from attrs import evolve

from altyn.adapters.http import Answer, TooLong
from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import ContractMissing, ContractRefused, Tonapi
from altyn.core.errors import Unavailable
from altyn.core.payments import ProviderRefused, ProviderUnclear
from altyn.core.resilience import Guard, NotExecuted, TurnedAway
from altyn.entrypoints.sandbox.ton import TonDesk
from tests.unit.ton_between import Between, Change
from tests.unit.ton_outside import MASTER, NANO, NEVER_RESTS, OWNER, SHOP, AtTheDesk

ROWS = f"/v2/blockchain/accounts/{OWNER.raw}/transactions"
HEAD = "/v2/blockchain/masterchain-head"
STATUS = "/v2/status"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> TonDesk:
    desk = TonDesk(clock)
    desk.external(SHOP)
    for _ in range(4):
        clock.advance(seconds=10)
        desk.send(SHOP, NANO, "order 7")
    return desk


@pytest.fixture
def calls(desk: TonDesk) -> Between:
    return Between(AtTheDesk(desk))


@pytest.fixture
def tonapi(calls: Between) -> Tonapi:
    guard = Guard("tonapi", NEVER_RESTS)
    return Tonapi(caller=calls, guard=guard, api_key="a-key-of-ours")


def changed(name: str, value: Any, place: int = 1) -> Change:
    """A row that tells something else."""

    def change(said: Any) -> Any:
        said["transactions"][place][name] = value
        return said

    return change


def only(*places: int) -> Change:
    """Rows of which some are missing, or in another order."""

    def change(said: Any) -> Any:
        return {"transactions": [said["transactions"][each] for each in places]}

    return change


class TestAsking:
    """What goes over the wire."""

    async def test_a_page_from_a_place_on(self, tonapi: Tonapi, calls: Between) -> None:
        """First how far he has come, then one row more than is wanted; the key is in a header."""
        page = await tonapi.page(OWNER, start_lt=7, limit=2)
        assert (len(page.transactions), page.last) == (2, False)
        assert [(path, query) for path, query, _ in calls.asked] == [
            (HEAD, {}),
            (STATUS, {}),
            (ROWS, {"limit": "3", "sort_order": "asc", "after_lt": "6"}),
        ]
        assert {headers["Authorization"] for _, _, headers in calls.asked} == {
            "Bearer a-key-of-ours"
        }
        assert "a-key-of-ours" not in repr(evolve(tonapi, caller=calls.desk))

    async def test_from_a_moment_on(
        self, tonapi: Tonapi, calls: Between, clock: ManualClock
    ) -> None:
        """He is asked backwards for the first, and then forwards."""
        last = (await tonapi.transactions(OWNER))[-1]
        calls.asked.clear()
        found = await tonapi.transactions(OWNER, since=last.at, limit=3)
        assert found == [last]
        assert [query for _, query, _ in calls.asked] == [
            {"limit": "4", "sort_order": "desc"},
            {"limit": "4", "sort_order": "asc", "after_lt": str(last.lt - 1)},
        ]

    async def test_a_moment_too_long_ago(
        self, tonapi: Tonapi, desk: TonDesk, calls: Between
    ) -> None:
        """He is not leafed through for ever: somebody else may find by the clock."""
        for _ in range(100):
            desk.send(SHOP, NANO)
        with pytest.raises(ProviderUnclear, match="over 50 pages since"):
            await tonapi.transactions(OWNER, since=datetime(2020, 1, 1, tzinfo=UTC), limit=1)
        assert len(calls.asked) == 50

    @pytest.mark.parametrize("inclusive", [True, False])
    async def test_whether_he_counts_the_one_after_which_we_ask(
        self, tonapi: Tonapi, calls: Between, desk: TonDesk, inclusive: bool
    ) -> None:
        """Nobody says so, and either way no page claims to be the last that is not."""
        there = [each.lt for each in desk.chain.transactions if each.account == SHOP]
        if inclusive:
            plain = calls.desk

            async def counting(method: str, path: str, **rest: Any) -> Answer:
                asked = dict(parse_qsl(urlsplit(path).query))
                for name, more in (("after_lt", -1), ("before_lt", 1)):
                    if lt := asked.get(name):
                        path = path.replace(f"{name}={lt}", f"{name}={int(lt) + more}")
                return await plain(method, path, **rest)

            calls.desk = counting
        page = await tonapi.page(OWNER, start_lt=there[0] + 1, limit=3)
        assert ([each.lt for each in page.transactions], page.last) == (there[1:4], False)
        page = await tonapi.page(OWNER, start_lt=there[2] + 1, limit=3)
        assert ([each.lt for each in page.transactions], page.last) == (there[3:], True)
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        found = await tonapi.transactions(OWNER, since=long_ago, limit=1)
        assert [each.lt for each in found] == there[:1]

    async def test_where_rows_are_too_long(self, tonapi: Tonapi, calls: Between) -> None:
        """Fewer and fewer are asked for, and in the end it is said."""
        calls.instead[ROWS] = TooLong("ton", "more")
        with pytest.raises(ProviderUnclear, match="longer than all"):
            await tonapi.page(OWNER)
        asked = [query["limit"] for path, query, _ in calls.asked if path == ROWS]
        assert asked == ["101", "11", "2"]


class TestWhatIsNotBelieved:
    """It is doubt, and somebody else is asked."""

    @pytest.mark.parametrize(
        "change",
        [
            changed("hash", "00" * 32),
            changed("hash", None),
            changed("lt", 7),
            changed("lt", "7"),
            changed("raw", ""),
            changed("raw", "b5ee9c72"),
            changed("raw", "no hexadecimal"),
            changed("raw", None),
            only(0, 2, 3),
            only(1, 2, 3),
            only(3, 2, 1, 0),
            only(0, 0),
            lambda said: {"transactions": [None]},
            lambda said: {"transactions": None},
            lambda said: {"events": []},
            lambda said: [],
            lambda said: None,
        ],
    )
    async def test_rows(self, tonapi: Tonapi, calls: Between, change: Change) -> None:
        """One that is missing, or not what it is called."""
        calls.changes[ROWS] = change
        with pytest.raises(ProviderUnclear):
            await tonapi.transactions(OWNER)

    async def test_rows_of_somebody_else(self, tonapi: Tonapi, calls: Between) -> None:
        """Their cells say whose they are."""
        elsewhere = f"/v2/blockchain/accounts/{MASTER.raw}/transactions"
        said = await calls.desk("GET", ROWS)
        calls.instead[elsewhere] = said
        with pytest.raises(ProviderUnclear, match="not a transaction of the account"):
            await tonapi.transactions(MASTER)

    async def test_what_he_decoded_is_not_looked_at(self, tonapi: Tonapi, calls: Between) -> None:
        """Nor are names that may change: what counts is in the cells."""
        plain = await tonapi.transactions(OWNER)

        def bare(said: Any) -> Any:
            kept = ("hash", "lt", "raw")
            rows = [{name: row[name] for name in kept} for row in said["transactions"]]
            return {"transactions": rows}

        calls.changes[ROWS] = bare
        assert await tonapi.transactions(OWNER) == plain

    @pytest.mark.parametrize("change", [only(1, 0), only(0, 2), only(0, 0), changed("lt", 7)])
    async def test_a_way_back(
        self, tonapi: Tonapi, calls: Between, desk: TonDesk, change: Change
    ) -> None:
        """That makes no sense."""
        calls.changes[ROWS] = change
        with pytest.raises(ProviderUnclear):
            await tonapi.transactions(OWNER, since=desk.clock.now())

    @pytest.mark.parametrize("change", [only(), only(2), lambda said: said])
    async def test_a_way_back_that_stands_still(
        self, tonapi: Tonapi, calls: Between, desk: TonDesk, change: Change
    ) -> None:
        """What was before is named: he cannot say that there was nothing, or the same again."""
        plain, first = calls.desk, list[Any]()

        async def standing(method: str, path: str, **rest: Any) -> Answer:
            asked = dict(parse_qsl(urlsplit(path).query))
            before = asked.get("before_lt", "")
            calls.changes.pop(ROWS, None)
            if before:
                calls.changes[ROWS] = change
                path = path.replace(before, str(2**60))
            first.append(before)
            return await plain(method, path, **rest)

        calls.desk = standing
        with pytest.raises(ProviderUnclear, match="is missing"):
            await tonapi.transactions(OWNER, since=datetime(2020, 1, 1, tzinfo=UTC), limit=2)
        assert len(first) == 2

    async def test_fewer_than_were_asked_for(
        self, tonapi: Tonapi, calls: Between, desk: TonDesk
    ) -> None:
        """The way back ends where there was none before, and not where he stops."""
        calls.changes[ROWS] = lambda said: {"transactions": said["transactions"][:2]}
        found = await tonapi.transactions(OWNER, since=datetime(2020, 1, 1, tzinfo=UTC))
        assert found[0].previous_lt == 0

    @pytest.mark.parametrize(
        ("path", "change"),
        [
            (STATUS, lambda said: {**said, "rest_online": False}),
            (STATUS, lambda said: {**said, "indexing_latency": -1}),
            (STATUS, lambda said: {**said, "indexing_latency": 10**12}),
            (STATUS, lambda said: {**said, "indexing_latency": "5"}),
            (STATUS, lambda said: {}),
            (HEAD, lambda said: {**said, "gen_utime": 0}),
            (HEAD, lambda said: {**said, "gen_utime": None}),
            (HEAD, lambda said: {**said, "seqno": "7"}),
        ],
    )
    async def test_how_far_he_says_that_he_is(
        self, tonapi: Tonapi, calls: Between, path: str, change: Change
    ) -> None:
        """No payment runs out by it."""
        calls.changes[path] = change
        with pytest.raises(ProviderUnclear):
            await tonapi.page(OWNER)

    @pytest.mark.parametrize(
        "stack",
        [
            [],
            [{"type": "num", "num": "0x5"}],
            [{"type": "cell", "cell": "b5ee9c72"}],
            [{"type": "cell", "cell": "no hexadecimal"}],
            [{"type": "cell"}],
            [{"cell": "b5ee9c72"}],
            ["cell"],
        ],
    )
    async def test_what_a_contract_left(
        self, tonapi: Tonapi, calls: Between, stack: list[Any]
    ) -> None:
        """That is no address."""
        path = f"/v2/blockchain/accounts/{MASTER.raw}/methods/get_wallet_address"
        calls.changes[path] = lambda said: {**said, "stack": stack}
        with pytest.raises(ProviderUnclear):
            await tonapi.jetton_wallet_address(MASTER, OWNER)


class TestContracts:
    """Who they are asked of."""

    async def test_a_wallet_with_nothing_in_it(self, tonapi: Tonapi, desk: TonDesk) -> None:
        """He writes no number at all."""
        desk.send_jetton(SHOP, 0)
        wallet = await tonapi.jetton_wallet_address(MASTER, OWNER)
        assert (await tonapi.jetton_wallet_data(wallet)).balance == 0

    async def test_a_wrong_path_is_no_missing_contract(
        self, tonapi: Tonapi, calls: Between
    ) -> None:
        """Whoever sits there, somebody else is asked: only he himself knows what is not there."""
        path = f"/v2/blockchain/accounts/{OWNER.raw}/methods/get_wallet_data"
        for body in (b"404 page not found", b"{}", b"[]"):
            calls.instead[path] = Answer(404, {}, body)
            with pytest.raises(NotExecuted):
                await tonapi.jetton_wallet_data(OWNER)
        calls.instead[path] = Answer(404, {}, b'{"error":"entity not found"}')
        with pytest.raises(ContractMissing):
            await tonapi.jetton_wallet_data(OWNER)

    async def test_one_that_does_not_answer_such(self, tonapi: Tonapi) -> None:
        """It is named with what it said."""
        with pytest.raises(ContractRefused) as refused:
            await tonapi.jetton_wallet_data(OWNER)
        assert refused.value.exit_code == 11


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ProviderRefused),
        (401, TurnedAway),
        (403, TurnedAway),
        (404, NotExecuted),
        (429, TurnedAway),
        (500, ProviderUnclear),
        (503, ProviderUnclear),
        (204, ProviderUnclear),
    ],
)
async def test_a_status_is_a_no_or_a_doubt(
    tonapi: Tonapi, calls: Between, status: int, kind: type[Exception]
) -> None:
    """Never rows."""
    calls.instead[ROWS] = Answer(status, {}, b'{"transactions":[],"error":"no"}')
    with pytest.raises(kind):
        await tonapi.transactions(OWNER)


async def test_what_is_not_his_language_is_doubt(tonapi: Tonapi, calls: Between) -> None:
    """Whoever stands between us."""
    for body in (b"", b"<html>", b"\xff", b'{"transactions":', b"null"):
        calls.instead[ROWS] = Answer(200, {}, body)
        with pytest.raises(Unavailable):
            await tonapi.transactions(OWNER)
