"""A node of toncenter: what is asked of it, and that nothing can be slipped in or left out."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from altyn.adapters.http import Answer, TooLong
from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import ContractMissing, ToncenterV2
from altyn.core.payments import ProviderRefused, ProviderUnclear
from altyn.core.resilience import Guard, NotExecuted, TurnedAway
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import stranger
from altyn.entrypoints.sandbox.ton_steps import Transaction
from tests.unit.ton_between import Between, Change
from tests.unit.ton_outside import MASTER, NANO, NEVER_RESTS, OWNER, SHOP, AtTheDesk

STATE = "/api/v2/getAddressInformation"
ROWS = "/api/v2/getTransactions"
RUN = "/api/v2/runGetMethod"


@pytest.fixture
def desk() -> TonDesk:
    clock = ManualClock()
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
def node(calls: Between) -> ToncenterV2:
    return ToncenterV2(caller=calls, guard=Guard("ton", NEVER_RESTS), api_key="a-key-of-ours")


def ours(desk: TonDesk) -> list[Transaction]:
    """What happened to the shop, the oldest first."""
    return [each for each in desk.chain.transactions if each.account == SHOP]


def result(value: Any) -> Change:
    return lambda said: {**said, "result": value}


def changed(name: str, value: Any, place: int = 1) -> Change:
    """A row that tells something else."""

    def change(said: Any) -> Any:
        said["result"][place][name] = value
        return said

    return change


def only(*places: int) -> Change:
    """Rows of which some are missing, or in another order."""
    return lambda said: {**said, "result": [said["result"][each] for each in places]}


def state(**members: Any) -> Change:
    return lambda said: {**said, "result": {**said["result"], **members}}


class TestAsking:
    """What goes over the wire."""

    async def test_a_page(self, node: ToncenterV2, calls: Between, desk: TonDesk) -> None:
        """The account says which transaction was the last, and from that one it goes back."""
        there = ours(desk)
        page = await node.page(OWNER, start_lt=there[3].lt)
        assert [each.lt for each in page.transactions] == [each.lt for each in there[3:]]
        assert [(path, query) for path, query, _ in calls.asked] == [
            (STATE, {"address": OWNER.raw}),
            (
                ROWS,
                {
                    "address": OWNER.raw,
                    "lt": str(there[-1].lt),
                    "hash": there[-1].hash.hex(),
                    "to_lt": str(there[3].lt - 1),
                    "archival": "true",
                    "limit": "100",
                },
            ),
        ]
        assert {headers["X-API-Key"] for _, _, headers in calls.asked} == {"a-key-of-ours"}

    async def test_nothing_new(self, node: ToncenterV2, calls: Between, desk: TonDesk) -> None:
        """One call says so."""
        page = await node.page(OWNER, start_lt=ours(desk)[-1].lt + 1)
        assert (page.transactions, page.last) == ((), True)
        assert len(calls.asked) == 1

    async def test_a_node_that_gives_fewer(
        self, node: ToncenterV2, calls: Between, desk: TonDesk
    ) -> None:
        """It is asked for the rest, from the one on that was named."""
        calls.changes[ROWS] = lambda said: {**said, "result": said["result"][:2]}
        page = await node.page(OWNER, limit=3)
        there = [each.lt for each in ours(desk)]
        assert ([each.lt for each in page.transactions], page.last) == (there[:3], False)
        asked = [query["lt"] for path, query, _ in calls.asked if path == ROWS]
        assert asked == [str(there[4]), str(there[2]), str(there[0])]

    async def test_too_much_to_catch_up_with(
        self, node: ToncenterV2, calls: Between, desk: TonDesk
    ) -> None:
        """It is left to an index, after so many calls."""
        for _ in range(30):
            desk.send(SHOP, NANO)
        calls.changes[ROWS] = lambda said: {**said, "result": said["result"][:1]}
        with pytest.raises(ProviderUnclear, match="over 20 calls back"):
            await node.page(OWNER)
        there = ours(desk)
        page = await node.page(OWNER, start_lt=there[-20].lt)
        assert len(page.transactions) == 20
        with pytest.raises(ProviderUnclear):
            await node.page(OWNER, start_lt=there[-21].lt)

    async def test_where_rows_are_too_long(self, node: ToncenterV2, calls: Between) -> None:
        """Fewer and fewer are asked for, and in the end it is said."""
        calls.instead[ROWS] = TooLong("ton", "more")
        with pytest.raises(ProviderUnclear, match="longer than all"):
            await node.page(OWNER)
        asked = [query["limit"] for path, query, _ in calls.asked if path == ROWS]
        assert asked == ["100", "10", "1"]


class TestWhatIsNotBelieved:
    """It is doubt, and somebody else is asked."""

    @pytest.mark.parametrize(
        "change",
        [
            changed("data", ""),
            changed("data", "te6cckEBAQEAAgAAAEysuc0="),
            changed("data", "%"),
            changed("data", None),
            only(1, 2, 3, 4),
            only(0, 2, 3, 4),
            only(4, 3, 2, 1, 0),
            only(0, 0),
            result([]),
            result({}),
            result(None),
            result([None]),
            lambda said: {**said, "ok": False},
            lambda said: {"ok": True},
            lambda said: {"result": said["result"]},
            lambda said: [],
        ],
    )
    async def test_rows(self, node: ToncenterV2, calls: Between, change: Change) -> None:
        """One that is missing, or not what the one after it named."""
        calls.changes[ROWS] = change
        with pytest.raises(ProviderUnclear):
            await node.page(OWNER)

    async def test_a_last_one_that_never_was(
        self, node: ToncenterV2, calls: Between, desk: TonDesk
    ) -> None:
        """What the account names has to be there."""
        there = ours(desk)
        wrong = {"lt": str(there[-1].lt), "hash": b64encode(there[-2].hash).decode()}
        calls.changes[STATE] = state(last_transaction_id=wrong)
        with pytest.raises(ProviderUnclear):
            await node.page(OWNER)

    @pytest.mark.parametrize(
        "change",
        [
            state(last_transaction_id=None),
            state(last_transaction_id={"lt": "7"}),
            state(last_transaction_id={"lt": 7, "hash": "A" * 43 + "="}),
            state(sync_utime=None),
            state(sync_utime=0),
            state(sync_utime="soon"),
            state(block_id=None),
            state(block_id={"seqno": "7"}),
            result(None),
        ],
    )
    async def test_the_state_of_an_account(
        self, node: ToncenterV2, calls: Between, change: Change
    ) -> None:
        """No payment runs out by it."""
        calls.changes[STATE] = change
        with pytest.raises(ProviderUnclear):
            await node.page(OWNER)

    async def test_what_was_decoded_is_not_looked_at(
        self, node: ToncenterV2, calls: Between
    ) -> None:
        """It does not say what bounced; what counts is in the cells."""
        plain = await node.page(OWNER)
        calls.changes[ROWS] = lambda said: {
            **said,
            "result": [{"data": row["data"]} for row in said["result"]],
        }
        assert await node.page(OWNER) == plain

    @pytest.mark.parametrize(
        "stack",
        [
            [],
            [["num", "0x5"]],
            [["cell", {"bytes": "te6cckEBAQEAAgAAAEysuc0="}]],
            [["cell", {}]],
            [["cell", "te6cckEBAQEAAgAAAEysuc0="]],
            [["cell"]],
            [{"type": "cell"}],
        ],
    )
    async def test_what_a_contract_left(
        self, node: ToncenterV2, calls: Between, stack: list[Any]
    ) -> None:
        """That is no address."""
        calls.changes[RUN] = lambda said: {**said, "result": {**said["result"], "stack": stack}}
        with pytest.raises(ProviderUnclear):
            await node.jetton_wallet_address(MASTER, OWNER)

    @pytest.mark.parametrize("balance", [["num", 5], ["num", "5"], ["num", "-0x5"], ["cell", {}]])
    async def test_what_a_wallet_holds(
        self, node: ToncenterV2, calls: Between, desk: TonDesk, balance: Any
    ) -> None:
        """That is no number."""
        desk.send_jetton(SHOP, 5)
        wallet = await node.jetton_wallet_address(MASTER, OWNER)

        def change(said: Any) -> Any:
            said["result"]["stack"][0] = balance
            return said

        calls.changes[RUN] = change
        with pytest.raises(ProviderUnclear):
            await node.jetton_wallet_data(wallet)


@pytest.mark.parametrize("exit_code", [-13, -256])
async def test_a_contract_that_is_not_there(
    node: ToncenterV2, calls: Between, exit_code: int
) -> None:
    """However the node says so."""
    calls.instead[RUN] = Answer(
        200, {}, b'{"ok":true,"result":{"exit_code":%d,"stack":[]}}' % exit_code
    )
    with pytest.raises(ContractMissing):
        await node.jetton_wallet_data(OWNER)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, TurnedAway),
        (404, NotExecuted),
        (409, ProviderUnclear),
        (416, ProviderRefused),
        (422, ProviderRefused),
        (429, TurnedAway),
        (500, ProviderUnclear),
        (504, ProviderUnclear),
        (542, ProviderUnclear),
    ],
)
async def test_a_status_is_a_no_or_a_doubt(
    node: ToncenterV2, calls: Between, status: int, kind: type[Exception]
) -> None:
    """Never rows."""
    calls.instead[STATE] = Answer(status, {}, b'{"ok":false,"error":"no","code":1}')
    with pytest.raises(kind):
        await node.page(OWNER)


async def test_a_moment_before_everything(node: ToncenterV2, desk: TonDesk) -> None:
    """All there is, for somebody who has never had a transaction too."""
    since = datetime(2020, 1, 1, tzinfo=UTC)
    assert len(await node.transactions(OWNER, since=since)) == len(ours(desk))
    nobody = type(OWNER)(0, bytes.fromhex(stranger("no one")[2:]))
    assert await node.transactions(nobody, since=since) == []
