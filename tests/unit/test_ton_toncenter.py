"""Toncenter in this process: what he says is read as promised, and anything else is doubt."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from attrs import evolve
from pytoniq_core.boc.builder import Builder

from altyn.adapters.http import Answer, Caller, TooLong
from altyn.adapters.ton import (
    Address,
    ContractMissing,
    ContractRefused,
    Head,
    JettonWallet,
    Message,
    Page,
    Toncenter,
    Transaction,
    comment_of,
    parse_address,
)
from altyn.adapters.ton.cells import bag_of_address
from altyn.core.errors import Missing, Refused, Unavailable
from altyn.core.payments import ProviderRefused, ProviderUnclear
from altyn.core.resilience import (
    BreakerPolicy,
    CircuitOpen,
    Guard,
    NotExecuted,
    Outcome,
    TurnedAway,
    outcome_of,
)

SHOP = Address(0, bytes([0x5A] * 32))
PAYER = Address(0, bytes([0xC0] * 32))
VALIDATOR = Address(-1, bytes([0x33] * 32))
USDT = parse_address("EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs")
WALLET = Address(0, bytes([0x77] * 32))

EMPTY = "te6cckEBAQEAAgAAAEysuc0="
MEMO = b64encode(bytes.fromhex("b5ee9c72 01 01 01 01 00 0d 00 0016 00000000") + b"order-7").decode()

NOW = 1_780_000_000
AT = datetime.fromtimestamp(NOW, UTC)
Row = dict[str, Any]


def upper(address: Address) -> str:
    """As his rows write it."""
    return f"{address.workchain}:{address.hash.hex().upper()}"


def digest(of: int) -> str:
    """A hash as his rows write it."""
    return b64encode(of.to_bytes(32, "big")).decode()


def message(**members: Any) -> Row:
    """What came: one and a half coins with a memo."""
    return {
        "hash": digest(7),
        "source": upper(PAYER),
        "destination": upper(SHOP),
        "value": "1500000000",
        "value_extra_currencies": {},
        "fwd_fee": "266669",
        "ihr_fee": "0",
        "created_lt": "46000000000002",
        "created_at": str(NOW),
        "opcode": "0x00000000",
        "decoded_opcode": "text_comment",
        "ihr_disabled": True,
        "bounce": False,
        "bounced": False,
        "import_fee": None,
        "message_content": {
            "hash": digest(8),
            "body": MEMO,
            "decoded": {"@type": "text_comment", "comment": "somebody else's order"},
        },
        "init_state": None,
        **members,
    }


OUTSIDE = message(
    source=None,
    value=None,
    fwd_fee=None,
    created_lt=None,
    created_at=None,
    bounce=None,
    bounced=None,
    import_fee="0",
    hash_norm=digest(9),
)


def row(lt: int = 46_000_000_000_003, before: int = 45_000_000_000_001, **members: Any) -> Row:
    """A transaction as toncenter shows it."""
    return {
        "account": upper(SHOP),
        "hash": digest(lt),
        "lt": str(lt),
        "now": NOW,
        "mc_block_seqno": 50_000_000,
        "trace_id": digest(1),
        "prev_trans_hash": digest(before),
        "prev_trans_lt": str(before),
        "orig_status": "active",
        "end_status": "active",
        "total_fees": "400000",
        "description": {"type": "ord", "aborted": False, "destroyed": False},
        "block_ref": {"workchain": 0, "shard": "8000000000000000", "seqno": 60_000_000},
        "in_msg": message(),
        "out_msgs": [],
        "account_state_before": None,
        "account_state_after": None,
        "emulated": False,
        "finality": "finalized",
        **members,
    }


CAME = Message(
    hash=f"{7:064x}",
    source=PAYER,
    destination=SHOP,
    value=1_500_000_000,
    bounced=False,
    opcode=0,
    body=MEMO,
    forward_fee=266_669,
)
STEP = Transaction(
    account=SHOP,
    hash=f"{46_000_000_000_003:064x}",
    lt=46_000_000_000_003,
    previous_lt=45_000_000_000_001,
    at=AT,
    aborted=False,
    sent_back=False,
    in_msg=CAME,
    out_msgs=(),
    fees=400_000,
)
SENT = message(source=upper(SHOP), destination=upper(PAYER))
GONE = evolve(CAME, source=SHOP, destination=PAYER)
LOGGED = message(source=upper(SHOP), destination=None, value=None, bounced=None)
NOTED = evolve(GONE, destination=None, value=0, forward_fee=0)
BLOCKS: Row = {
    "last": {"workchain": -1, "seqno": 50_000_009, "gen_utime": str(NOW + 5)},
    "first": {"workchain": -1, "seqno": 3, "gen_utime": "1573822385"},
}


class Provider:
    """A toncenter who answers what he was told to, by path, and remembers what he was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[], httpx.Response]] = {}
        self.asked: list[httpx.Request] = []

    def says(
        self, path: str, said: object, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """That, to whoever asks there."""
        raw = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.answers[path] = lambda: httpx.Response(status, content=raw, headers=headers)

    def shows(self, *rows: Row) -> None:
        """These transactions."""
        self.says("/api/v3/transactions", {"transactions": rows, "address_book": {}})

    def fails(self, path: str, error: Exception) -> None:
        """The line breaks."""

        def broken() -> httpx.Response:
            raise error

        self.answers[path] = broken

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answers[request.url.path]()

    @property
    def query(self) -> dict[str, str]:
        """What was asked for the last time."""
        said = parse_qs(self.asked[-1].url.query.decode(), strict_parsing=True)
        return {name: value for name, (value,) in said.items()}


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def client(provider: Provider) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.MockTransport(provider)
    async with httpx.AsyncClient(base_url="https://ton.example", transport=transport) as client:
        yield client


@pytest.fixture
def chain(client: httpx.AsyncClient) -> Toncenter:
    never_rests = BreakerPolicy(failures_min=10**6, volume_min=10**6)
    return Toncenter(
        caller=Caller("toncenter", client),
        guard=Guard("toncenter", never_rests),
        api_key="a-key-of-ours",
    )


class TestAsking:
    """What goes over the wire."""

    async def test_a_page_from_a_place_on(self, chain: Toncenter, provider: Provider) -> None:
        """In the order in which it happened, and with the key in its header."""
        provider.shows(row())
        assert await chain.transactions(SHOP, start_lt=46_000_000_000_003) == (STEP,)
        assert provider.query == {
            "account": SHOP.raw,
            "limit": "100",
            "sort": "asc",
            "start_lt": "46000000000003",
        }
        (asked,) = provider.asked
        assert (asked.method, asked.url.path) == ("GET", "/api/v3/transactions")
        assert asked.headers["X-API-Key"] == "a-key-of-ours"
        assert "a-key-of-ours" not in repr(chain)
        assert "a-key-of-ours" not in str(asked.url)

    async def test_by_the_clock(self, chain: Toncenter, provider: Provider) -> None:
        """From one second to another."""
        provider.shows()
        assert await chain.transactions(SHOP, since=AT, until=AT + timedelta(minutes=1)) == ()
        assert provider.query == {
            "account": SHOP.raw,
            "limit": "100",
            "sort": "asc",
            "start_utime": str(NOW),
            "end_utime": str(NOW + 60),
        }
        await chain.transactions(SHOP, limit=3)
        assert provider.query == {"account": SHOP.raw, "limit": "3", "sort": "asc"}

    async def test_elsewhere_and_without_a_key(
        self, client: httpx.AsyncClient, provider: Provider
    ) -> None:
        """There are others who speak as he does."""
        bare = Toncenter(caller=Caller("x", client), guard=Guard("x"), prefix="/v3")
        provider.says("/v3/masterchainInfo", BLOCKS)
        assert await bare.head() == Head(50_000_009, AT + timedelta(seconds=5))
        assert "X-API-Key" not in provider.asked[-1].headers

    async def test_a_page_knows_how_far_it_goes(self, chain: Toncenter, provider: Provider) -> None:
        """The head is asked for first: of what came in between it says nothing."""
        provider.says("/api/v3/masterchainInfo", BLOCKS)
        provider.shows(row())
        page = await chain.page(SHOP, start_lt=46_000_000_000_003, limit=5)
        assert page == Page(Head(50_000_009, AT + timedelta(seconds=5)), (STEP,), last=True)
        assert [each.url.path for each in provider.asked] == [
            "/api/v3/masterchainInfo",
            "/api/v3/transactions",
        ]
        assert (provider.query["start_lt"], provider.query["limit"]) == ("46000000000003", "5")
        await chain.page(SHOP, since=AT)
        assert provider.query == {
            "account": SHOP.raw,
            "limit": "100",
            "sort": "asc",
            "start_utime": str(NOW),
        }

    async def test_what_is_too_long_is_asked_for_in_parts(self, provider: Provider) -> None:
        """Somebody's long message does not stand in the way of what comes after it."""
        limits: list[int] = []

        async def calls(
            method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
        ) -> Answer:
            if "limit=" not in path:
                return Answer(200, {}, json.dumps(BLOCKS).encode())
            limits.append(int(path.partition("limit=")[2].partition("&")[0]))
            if limits[-1] > most:
                raise TooLong("ton", "more than is taken")
            return Answer(200, {}, json.dumps({"transactions": [row()]}).encode())

        chain = Toncenter(caller=calls, guard=Guard("ton"))
        most = 10
        page = await chain.page(SHOP)
        assert (limits, page.transactions, page.last) == ([100, 10], (STEP,), True)
        most = 1
        page = await chain.page(SHOP)
        assert (limits, page.transactions, page.last) == ([100, 10, 100, 10, 1], (STEP,), False)
        most = 0
        with pytest.raises(ProviderUnclear):
            await chain.page(SHOP)

    async def test_where_jettons_are_kept(self, chain: Toncenter, provider: Provider) -> None:
        """The master is asked, with our address in a slice."""
        for kind in ("cell", "slice"):
            stack = [{"type": kind, "value": bag_of_address(WALLET)}]
            provider.says("/api/v3/runGetMethod", {"gas_used": 9, "exit_code": 0, "stack": stack})
            assert await chain.jetton_wallet_address(USDT, SHOP) == WALLET
        asked = json.loads(provider.asked[-1].content)
        (argument,) = asked.pop("stack")
        assert asked == {"address": USDT.raw, "method": "get_wallet_address"}
        assert argument["type"] == "slice"
        theirs = Builder().store_uint(0b100, 3).store_int(0, 8).store_bytes(SHOP.hash).end_cell()
        assert argument["value"] == b64encode(theirs.to_boc()).decode()

    async def test_what_a_jetton_wallet_says(self, chain: Toncenter, provider: Provider) -> None:
        """How much, whose, and of which master; so imposters are found out."""
        provider.says("/api/v3/runGetMethod", wallet_data())
        told = await chain.jetton_wallet_data(WALLET)
        assert told == JettonWallet(balance=5_000_000, owner=SHOP, master=USDT)
        assert json.loads(provider.asked[-1].content) == {
            "address": WALLET.raw,
            "method": "get_wallet_data",
            "stack": [],
        }

    async def test_how_much_a_jetton_wallet_holds(
        self, chain: Toncenter, provider: Provider
    ) -> None:
        """Nothing, where there is none."""
        provider.says("/api/v3/jetton/wallets", holding())
        assert await chain.jetton_balance(WALLET) == 2**100
        assert provider.query == {"address": WALLET.raw, "limit": "1"}
        provider.says("/api/v3/jetton/wallets", {"jetton_wallets": []})
        assert await chain.jetton_balance(WALLET) == 0


def wallet_data(exit_code: int = 0, **members: Any) -> Row:
    """What he answers for a jetton wallet."""
    stack = {
        "balance": {"type": "num", "value": "0x4c4b40"},
        "owner": {"type": "cell", "value": bag_of_address(SHOP)},
        "master": {"type": "slice", "value": bag_of_address(USDT)},
        "code": {"type": "cell", "value": EMPTY},
        **members,
    }
    return {"gas_used": 700, "exit_code": exit_code, "stack": list(stack.values())}


def holding(**members: Any) -> Row:
    """A jetton wallet in his list."""
    listed = {"address": upper(WALLET), "balance": str(2**100), "owner": upper(SHOP), **members}
    return {"jetton_wallets": [listed], "address_book": {}, "metadata": {}}


class TestTransactions:
    """As they happened."""

    async def test_comments_are_ours_to_read(self, chain: Toncenter, provider: Provider) -> None:
        """What he says that they are is not looked at."""
        provider.shows(row())
        (step,) = await chain.transactions(SHOP)
        assert step.in_msg is not None
        assert comment_of(step.in_msg.body) == "order-7"
        without = message()
        del without["opcode"], without["message_content"]["decoded"]
        provider.shows(row(in_msg=without))
        assert await chain.transactions(SHOP) == (STEP,)

    @pytest.mark.parametrize(
        ("members", "told"),
        [
            ({"description": {"type": "ord", "aborted": True}}, {"aborted": True}),
            ({"description": {"type": "ord"}}, {"aborted": False}),
            (
                {"description": {"type": "ord", "aborted": True, "bounce": {"type": "ok"}}},
                {"aborted": True, "sent_back": True},
            ),
            ({"out_msgs": [SENT, LOGGED]}, {"out_msgs": (GONE, NOTED)}),
            ({"prev_trans_lt": "0"}, {"previous_lt": 0}),
            ({"description": {"type": "tick_tock"}, "in_msg": None}, {"in_msg": None}),
            ({"account": SHOP.raw}, {}),
            ({"emulated": None, "finality": None}, {}),
        ],
    )
    async def test_what_a_gateway_must_know(
        self, chain: Toncenter, provider: Provider, members: Row, told: Row
    ) -> None:
        """Whether it stayed, and whether it was sent on."""
        provider.shows(row(**members))
        (step,) = await chain.transactions(SHOP)
        assert step == evolve(STEP, **told)

    @pytest.mark.parametrize(
        ("came", "source", "value", "bounced", "opcode"),
        [
            (message(bounced=True), PAYER, 1_500_000_000, True, 0),
            (message(source=upper(VALIDATOR)), VALIDATOR, 1_500_000_000, False, 0),
            (message(value="0"), PAYER, 0, False, 0),
            (message(message_content={"body": EMPTY}), PAYER, 1_500_000_000, False, None),
            (OUTSIDE, None, 0, False, 0),
            ({**OUTSIDE, "source": "addr_ext$512:AB"}, None, 0, False, 0),
            ({**OUTSIDE, "value": "1500000000"}, None, 0, False, 0),
        ],
    )
    async def test_who_sent_what(
        self,
        chain: Toncenter,
        provider: Provider,
        came: Row,
        source: Address | None,
        value: int,
        bounced: bool,
        opcode: int | None,
    ) -> None:
        """From outside the chain no money comes."""
        provider.shows(row(in_msg=came))
        (step,) = await chain.transactions(SHOP)
        assert step.in_msg is not None
        said = step.in_msg
        assert (said.source, said.value, said.bounced) == (source, value, bounced)
        assert said.opcode == opcode

    @pytest.mark.parametrize(
        "wrong",
        [
            row(account=upper(PAYER)),
            row(account=None),
            row(account="0:" + "GG" * 32),
            row(emulated=True),
            row(emulated="false"),
            row(finality="confirmed"),
            row(finality="pending"),
            row(finality=3),
            row(hash=digest(1)[:-4]),
            row(hash="!" * 44),
            row(hash=None),
            row(hash=7),
            {**row(), "lt": "046"},
            {**row(), "lt": "-1"},
            {**row(), "lt": "4.6e13"},
            {**row(), "lt": "٤٦"},
            {**row(), "lt": "9" * 40},
            {**row(), "lt": "9" * 5000},
            {**row(), "lt": None},
            row(prev_trans_lt=None),
            row(prev_trans_lt=45),
            row(prev_trans_lt="46000000000003"),
            row(prev_trans_lt="46000000000004"),
            row(now=None),
            row(now=True),
            row(now=0),
            row(now=2**32),
            row(now=1.5),
            row(description=None),
            row(description={"aborted": False}, in_msg=None),
            row(description={"type": "ord", "aborted": "no"}),
            row(description={"type": "ord", "bounce": "ok"}),
            row(in_msg=None),
            row(in_msg=[]),
            row(out_msgs=None),
            row(out_msgs={}),
            row(out_msgs=[message()]),
            row(out_msgs=[SENT, OUTSIDE]),
            row(out_msgs=[{**SENT, "message_content": None}]),
            row(in_msg=message(destination=upper(PAYER))),
            row(in_msg=message(destination=None)),
            row(in_msg=message(source="somebody")),
            row(in_msg=message(source=7)),
            row(in_msg=message(value=None)),
            row(in_msg=message(value=1_500_000_000)),
            row(in_msg=message(value="-1")),
            row(in_msg=message(value="1.5")),
            row(in_msg=message(value=" 1")),
            row(in_msg=message(bounced=None)),
            row(in_msg=message(bounced="false")),
            row(in_msg=message(bounced=0)),
            row(in_msg=message(hash="")),
            row(in_msg=message(message_content=None)),
            row(in_msg=message(message_content={"body": None})),
            row(in_msg=message(message_content={"body": MEMO[:-8]})),
            row(in_msg=message(message_content={"body": "not base64"})),
            ["account"],
            None,
        ],
    )
    async def test_a_row_that_is_not_as_promised_is_doubt(
        self, chain: Toncenter, provider: Provider, wrong: Any
    ) -> None:
        """And the whole page with it: to leave it out would be to lose it."""
        provider.shows(row(44_000_000_000_000, 43_000_000_000_000), wrong)
        with pytest.raises(ProviderUnclear):
            await chain.transactions(SHOP)
        provider.shows(wrong)
        with pytest.raises(ProviderUnclear):
            await chain.transactions(SHOP)

    async def test_nothing_is_missing_between_two_rows(
        self, chain: Toncenter, provider: Provider
    ) -> None:
        """Each names the one before: what he has not read yet is not skipped."""
        first, second, third = row(10, 9), row(20, 10), row(30, 20)
        provider.shows(first, second, third)
        assert [step.lt for step in await chain.transactions(SHOP)] == [10, 20, 30]
        for rows in (
            (first, third),
            (third, second, first),
            (first, first),
            (first, row(20, 11)),
            (second, first),
        ):
            provider.shows(*rows)
            with pytest.raises(ProviderUnclear, match="is missing"):
                await chain.transactions(SHOP)

    async def test_it_begins_where_it_was_asked_to(
        self, chain: Toncenter, provider: Provider
    ) -> None:
        """The place itself is included, and nothing is left out before the first row."""
        provider.shows(row(20, 10), row(30, 20))
        for start_lt in (11, 20):
            assert len(await chain.transactions(SHOP, start_lt=start_lt)) == 2
        for start_lt in (0, 10, 21, 30):
            with pytest.raises(ProviderUnclear, match="is missing"):
                await chain.transactions(SHOP, start_lt=start_lt)
        provider.shows(row(20, 0))
        for start_lt in (0, 1, 20):
            assert len(await chain.transactions(SHOP, start_lt=start_lt)) == 1


class TestContracts:
    """What they answer through him."""

    @pytest.mark.parametrize("exit_code", [-13, -256])
    async def test_none_is_there(
        self, chain: Toncenter, provider: Provider, exit_code: int
    ) -> None:
        """A jetton wallet comes with its first jettons."""
        provider.says("/api/v3/runGetMethod", wallet_data(exit_code))
        with pytest.raises(ContractMissing) as missing:
            await chain.jetton_wallet_data(WALLET)
        assert isinstance(missing.value, Missing)
        assert str(missing.value) == f"there is no contract at {WALLET.raw}"
        with pytest.raises(ContractMissing, match=USDT.raw):
            await chain.jetton_wallet_address(USDT, SHOP)

    @pytest.mark.parametrize("exit_code", [1, 11, 32, -14])
    async def test_it_is_no_jetton_wallet(
        self, chain: Toncenter, provider: Provider, exit_code: int
    ) -> None:
        """What it left behind is not read."""
        provider.says("/api/v3/runGetMethod", wallet_data(exit_code))
        with pytest.raises(ContractRefused) as refused:
            await chain.jetton_wallet_data(WALLET)
        assert isinstance(refused.value, Refused)
        assert str(refused.value) == (
            f"{WALLET.raw} ended get_wallet_data with exit code {exit_code}"
        )

    @pytest.mark.parametrize(
        "said",
        [
            {**wallet_data(), "exit_code": "0"},
            {**wallet_data(), "exit_code": None},
            {**wallet_data(), "exit_code": False},
            {**wallet_data(), "stack": None},
            {**wallet_data(), "stack": []},
            {**wallet_data(), "stack": wallet_data()["stack"][:2]},
            {**wallet_data(), "stack": wallet_data()["stack"][1:]},
            {**wallet_data(), "stack": ["0x4c4b40"]},
            wallet_data(balance={"type": "num", "value": "5000000"}),
            wallet_data(balance={"type": "num", "value": "-0x5"}),
            wallet_data(balance={"type": "num", "value": "0x" + "f" * 99}),
            wallet_data(balance={"type": "num", "value": 5_000_000}),
            wallet_data(balance={"type": "cell", "value": "0x4c4b40"}),
            wallet_data(owner={"type": "cell", "value": EMPTY}),
            wallet_data(owner={"type": "cell", "value": MEMO}),
            wallet_data(owner={"type": "cell", "value": None}),
            wallet_data(owner={"type": "num", "value": "0x1"}),
            wallet_data(master={"type": "slice", "value": "garbage"}),
            wallet_data(master={"type": "tuple", "value": [bag_of_address(USDT)]}),
            [],
        ],
    )
    async def test_half_an_answer_is_doubt(
        self, chain: Toncenter, provider: Provider, said: object
    ) -> None:
        """No address and no amount is guessed."""
        provider.says("/api/v3/runGetMethod", said)
        with pytest.raises(ProviderUnclear):
            await chain.jetton_wallet_data(WALLET)

    @pytest.mark.parametrize(
        "said",
        [
            holding(address=upper(SHOP)),
            holding(address=None),
            holding(balance=5),
            holding(balance="-5"),
            holding(balance=None),
            {"jetton_wallets": holding()["jetton_wallets"] * 2},
            {"jetton_wallets": None},
            {},
        ],
    )
    async def test_another_balance_is_not_ours(
        self, chain: Toncenter, provider: Provider, said: object
    ) -> None:
        """Nor is the one of everything that he knows."""
        provider.says("/api/v3/jetton/wallets", said)
        with pytest.raises(ProviderUnclear):
            await chain.jetton_balance(WALLET)


class TestHead:
    """How far he has come."""

    async def test_seconds_may_be_text_or_a_number(
        self, chain: Toncenter, provider: Provider
    ) -> None:
        """As he writes other moments."""
        provider.says("/api/v3/masterchainInfo", {"last": {"seqno": 5, "gen_utime": NOW}})
        assert await chain.head() == Head(5, AT)

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"last": None},
            {"first": BLOCKS["first"]},
            {"last": {"seqno": 5}},
            {"last": {"seqno": 5, "gen_utime": "soon"}},
            {"last": {"seqno": 5, "gen_utime": "99999999999"}},
            {"last": {"seqno": 5, "gen_utime": ""}},
            {"last": {"seqno": "5", "gen_utime": NOW}},
        ],
    )
    async def test_a_head_that_cannot_be_read_is_doubt(
        self, chain: Toncenter, provider: Provider, said: object
    ) -> None:
        """An order must not run out by it."""
        provider.says("/api/v3/masterchainInfo", said)
        with pytest.raises(ProviderUnclear):
            await chain.head()


class TestFailures:
    """What becomes of them."""

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (400, ProviderRefused),
            (401, TurnedAway),
            (403, TurnedAway),
            (404, NotExecuted),
            (409, ProviderUnclear),
            (416, ProviderRefused),
            (422, ProviderRefused),
            (429, TurnedAway),
            (500, ProviderUnclear),
            (502, ProviderUnclear),
            (504, ProviderUnclear),
            (542, ProviderUnclear),
            (204, ProviderUnclear),
            (302, ProviderUnclear),
        ],
    )
    async def test_a_status_is_a_no_or_a_doubt(
        self, chain: Toncenter, provider: Provider, status: int, kind: type[Exception]
    ) -> None:
        """Never rows, though there are some."""
        said = {"transactions": [row()], "error": "cannot\nsay", "code": status}
        provider.says("/api/v3/transactions", said, status)
        with pytest.raises(kind) as failed:
            await chain.transactions(SHOP)
        assert isinstance(failed.value, Refused if kind is ProviderRefused else Unavailable)

    async def test_he_may_ask_us_to_wait(self, chain: Toncenter, provider: Provider) -> None:
        """And whoever asks for us hears how long."""
        said = {"ok": False, "result": "Ratelimit exceed", "code": 429}
        for status in (429, 503):
            provider.says("/api/v3/transactions", said, status, {"Retry-After": "7"})
            with pytest.raises(Unavailable) as failed:
                await chain.transactions(SHOP)
            assert failed.value.retry_after_seconds == 7.0
            assert f"status {status}" in str(failed.value)

    async def test_his_reasons_are_shown_as_far_as_they_can_be(
        self, chain: Toncenter, provider: Provider
    ) -> None:
        """On one line, and not for ever."""
        for said, reason in (
            ({"error": "bad\naddress" + "x" * 1000}, "badaddress" + "x" * 189),
            ({"error": None}, "status 422"),
            (["error"], "status 422"),
            (b"<html>", "status 422"),
        ):
            provider.says("/api/v3/transactions", said, 422)
            with pytest.raises(ProviderRefused) as refused:
                await chain.transactions(SHOP)
            assert refused.value.reason == reason

    @pytest.mark.parametrize(
        "said",
        [b"", b"<html>", b"\xff", b'{"transactions":', b"[" * 9000, b"null", b'"x"', b"{}"],
    )
    async def test_what_is_not_his_language_is_doubt(
        self, chain: Toncenter, provider: Provider, said: bytes
    ) -> None:
        """Whoever stands between us."""
        provider.says("/api/v3/transactions", said)
        with pytest.raises(ProviderUnclear):
            await chain.transactions(SHOP)

    async def test_a_broken_line_is_doubt(self, chain: Toncenter, provider: Provider) -> None:
        """Nothing of the library gets out."""
        for error in (httpx.ReadTimeout("x"), httpx.ConnectError("x"), httpx.ReadError("x")):
            provider.fails("/api/v3/masterchainInfo", error)
            with pytest.raises(Unavailable):
                await chain.head()

    async def test_nonsense_speaks_against_him(
        self, client: httpx.AsyncClient, provider: Provider
    ) -> None:
        """As silence does: after enough of it he is left alone."""
        guard = Guard("toncenter", BreakerPolicy(failures_min=3, volume_min=3))
        chain = Toncenter(caller=Caller("toncenter", client), guard=guard)
        provider.shows(row(account=upper(PAYER)))
        for _ in range(3):
            with pytest.raises(ProviderUnclear):
                await chain.transactions(SHOP)
        with pytest.raises(CircuitOpen):
            await chain.transactions(SHOP)
        assert len(provider.asked) == 3

    async def test_a_contract_that_is_not_there_does_not(
        self, chain: Toncenter, provider: Provider
    ) -> None:
        """He is well, and said so."""
        provider.says("/api/v3/runGetMethod", wallet_data(-13))
        for _ in range(9):
            with pytest.raises(ContractMissing) as missing:
                await chain.jetton_wallet_data(WALLET)
            assert outcome_of(missing.value) is Outcome.WELL
        assert len(provider.asked) == 9
