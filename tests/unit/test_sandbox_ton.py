"""TON on this machine: the desk speaks as toncenter does, and the chain behaves as TON's."""

import json
import subprocess
import sys
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import httpx
import pytest
from pytoniq_core.boc.address import Address as TheirAddress
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell
from pytoniq_core.boc.slice import Slice

from altyn.adapters.http import Caller
from altyn.adapters.memory import ManualClock
from altyn.adapters.ton import (
    ContractMissing,
    ContractRefused,
    Toncenter,
    Transaction,
    comment_of,
    notification_of,
    parse_address,
)
from altyn.core.errors import Unavailable
from altyn.core.resilience import BreakerPolicy, Guard, TurnedAway
from altyn.entrypoints import sandbox
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import SOMEBODY, TonDesk
from altyn.entrypoints.sandbox.ton_cells import jetton_wallet, stranger
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.sandbox.ton_steps import FORWARD_FEE, GAS_FEE

US = stranger("us")
NOBODY = stranger("nobody")
TON = 10**9
ROW = {
    "account",
    "hash",
    "lt",
    "now",
    "mc_block_seqno",
    "trace_id",
    "prev_trans_hash",
    "prev_trans_lt",
    "orig_status",
    "end_status",
    "total_fees",
    "total_fees_extra_currencies",
    "description",
    "block_ref",
    "in_msg",
    "out_msgs",
    "account_state_before",
    "account_state_after",
    "emulated",
    "finality",
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(clock: ManualClock) -> TonDesk:
    """A desk where our wallet is deployed."""
    desk = TonDesk(clock)
    desk.external(US)
    return desk


@pytest.fixture
async def client(desk: TonDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(desk) as client:
        yield client


@pytest.fixture
def toncenter(client: httpx.AsyncClient) -> Toncenter:
    return toncenter_of(client)


def client_of(desk: TonDesk) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(desk)
    return httpx.AsyncClient(transport=transport, base_url="http://toncenter.test")


def toncenter_of(client: httpx.AsyncClient, api_key: str = "") -> Toncenter:
    guard = Guard("ton", BreakerPolicy(failures_min=10**6, volume_min=10**6))
    return Toncenter(caller=Caller("toncenter", client), guard=guard, api_key=api_key)


async def get(client: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    answer = await client.get(f"/api/v3/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def rows(client: httpx.AsyncClient, account: str = US, **asked: Any) -> list[Any]:
    """The transactions of an account, the oldest first."""
    said = await get(client, "transactions", **{"account": account, "sort": "asc", **asked})
    found: list[Any] = said["transactions"]
    return found


async def lts_of(client: httpx.AsyncClient, **asked: Any) -> list[int]:
    return [int(each["lt"]) for each in await rows(client, **asked)]


async def run(client: httpx.AsyncClient, address: str, method: str, *stack: Any) -> Any:
    asked = {"address": address, "method": method, "stack": stack}
    answer = await client.post("/api/v3/runGetMethod", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def body_of(message: Any) -> Slice:
    return Slice.one_from_boc(b64decode(message["message_content"]["body"]))


def bag(cell: Cell) -> str:
    return b64encode(cell.to_boc()).decode()  # type: ignore[no-untyped-call]


def address_item(address: str, kind: str = "slice") -> Any:
    return {"type": kind, "value": bag(Builder().store_address(address).end_cell())}


def address_in(item: Any) -> str:
    address = Slice.one_from_boc(b64decode(item["value"])).load_address()
    assert isinstance(address, TheirAddress)
    return f"{address.wc}:{address.hash_part.hex().upper()}"


class TestRows:
    """What a transaction looks like."""

    async def test_has_the_members_that_were_promised(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """Numbers of 64 bits and money are texts, seconds of a transaction a number."""
        clock.moment = datetime(2026, 11, 20, 12, 0, 7, 900_000, tzinfo=UTC)
        sent = desk.send(US, 3 * TON, "order 7")
        row = (await rows(client))[-1]
        assert row.keys() == ROW
        assert row["account"] == US == US.upper()
        assert (row["hash"], row["lt"]) == (b64encode(sent.hash).decode(), str(sent.lt))
        assert row["now"] == 1_795_176_007
        assert type(row["mc_block_seqno"]) is int
        assert (row["emulated"], row["finality"]) == (False, "finalized")
        description = row["description"]
        assert (description["type"], description["aborted"]) == ("ord", False)
        assert description["credit_ph"] == {"credit": "3000000000"}
        assert description["compute_ph"]["skipped"] is False
        assert description["compute_ph"]["success"] is True
        assert description["compute_ph"]["exit_code"] == 0
        assert description["action"]["success"] is True
        assert description["action"]["result_code"] == 0
        assert "bounce" not in description
        message = row["in_msg"]
        assert (message["source"], message["destination"]) == (SOMEBODY, US)
        assert message["value"] == "3000000000"
        assert message["created_lt"] == str(sent.came.lt)
        assert int(message["created_lt"]) < int(row["lt"])
        assert message["created_at"] == "1795176007"
        assert (message["bounce"], message["bounced"]) == (False, False)
        assert (message["opcode"], message["decoded_opcode"]) == ("0x00000000", "text_comment")
        assert (message["fwd_fee"], message["ihr_fee"], message["import_fee"]) == (
            str(FORWARD_FEE),
            "0",
            None,
        )
        assert message["message_content"]["decoded"] == {
            "@type": "text_comment",
            "type": "text_comment",
            "comment": "order 7",
        }
        assert message["init_state"] is None
        assert "hash_norm" not in message
        assert row["out_msgs"] == []

    async def test_hang_together(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """The lt grows, each names the one before, and no hash is there twice."""
        for _ in range(3):
            desk.send(US, TON)
            desk.send(NOBODY, TON, source=US)
        found = await rows(client)
        lts = [int(each["lt"]) for each in found]
        assert lts == sorted(set(lts))
        assert found[0]["prev_trans_lt"] == "0"
        assert found[0]["prev_trans_hash"] == b64encode(bytes(32)).decode()
        for before, after in pairwise(found):
            assert after["prev_trans_lt"] == before["lt"]
            assert after["prev_trans_hash"] == before["hash"]
            assert after["account_state_before"] == before["account_state_after"]
        assert len({each["hash"] for each in found}) == len(found) == 7

    async def test_follow_their_messages(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """A message is later than what sent it, and earlier than what it does."""
        desk.send(NOBODY, TON, source=US, bounce=True)
        desk.send_jetton(US, 5)
        everything = (await get(client, "transactions", limit=100))["transactions"]
        for row in everything:
            sent = [int(each["created_lt"]) for each in row["out_msgs"]]
            assert [int(row["lt"]), *sent] == sorted({int(row["lt"]), *sent})
            if row["in_msg"]["source"]:
                assert int(row["in_msg"]["created_lt"]) < int(row["lt"])
        assert any(len(row["out_msgs"]) == 2 for row in everything)

    async def test_of_one_story_have_one_trace(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """It is named after the transaction with which it all began."""
        desk.send(NOBODY, TON, source=US, bounce=True)
        left, home = (await rows(client))[-2:]
        (there,) = await rows(client, NOBODY)
        assert left["trace_id"] == there["trace_id"] == home["trace_id"] == left["hash"]

    async def test_tell_the_balance(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """What came less what it cost, and less what was sent."""
        desk.give(US, 5 * TON)
        desk.send(NOBODY, 2 * TON, source=US)
        states = [each["account_state_after"] for each in await rows(client)]
        assert [state["balance"] for state in states] == [
            "0",
            str(5 * TON - GAS_FEE),
            str(3 * TON - 2 * GAS_FEE - FORWARD_FEE),
        ]
        assert {state["account_status"] for state in states} == {"active"}

    async def test_are_the_same_for_the_same_story(self, clock: ManualClock) -> None:
        """Nothing here is left to chance."""
        told = []
        for _ in range(2):
            desk = TonDesk(clock)
            desk.send(US, TON, "a", encrypted=True)
            desk.send_jetton(US, 5, "b")
            async with client_of(desk) as client:
                told.append((await client.get("/api/v3/transactions")).content)
        assert told[0] == told[1]

    async def test_have_the_book_of_their_addresses(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Wallets and empty places are written as non-bounceable, contracts as bounceable."""
        desk.send_jetton(US, 5, "a")
        book = (await get(client, "transactions", account=US, limit=1))["address_book"]
        wallet = jetton_wallet(USDT_MASTER, US)
        assert set(book) == {US, wallet}
        assert book[US]["user_friendly"].startswith("UQ")
        assert book[wallet]["user_friendly"].startswith("EQ")
        assert TheirAddress(book[US]["user_friendly"]) == TheirAddress(US)


class TestAsking:
    """What of the chain is shown, and in which order."""

    async def test_by_account_in_any_form(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Raw in either case, and friendly in either alphabet."""
        desk.send(US, TON)
        address = TheirAddress(US)
        safe = address.to_str(is_bounceable=False)  # type: ignore[no-untyped-call]
        other = address.to_str(is_url_safe=False)  # type: ignore[no-untyped-call]
        for form in (US, US.lower(), safe, other):
            assert [each["account"] for each in await rows(client, form)] == [US, US]

    async def test_of_several_accounts_or_of_all(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """The accounts that were asked for, all of them when none was."""
        desk.send(NOBODY, TON)
        both: Any = [US, NOBODY]
        assert [each["account"] for each in await rows(client, both)] == [US, NOBODY]
        everything = (await get(client, "transactions"))["transactions"]
        assert {each["account"] for each in everything} == {US, NOBODY, SOMEBODY}

    async def test_an_account_to_be_left_out_is_not(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """The index takes the wish and does nothing about it."""
        desk.send(US, TON)
        assert len(await rows(client, exclude_account=US)) == 2

    async def test_the_newest_first_unless_told_otherwise(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """In the order of lt."""
        lts = [str(desk.send(US, TON).lt) for _ in range(3)]
        for asked in ({}, {"sort": "desc"}, {"sort": "asc"}, {"sort": "ASC"}):
            said = await get(client, "transactions", account=US, start_lt=lts[0], **asked)
            found = [each["lt"] for each in said["transactions"]]
            upwards = asked.get("sort", "").lower() == "asc"
            assert found == (lts if upwards else lts[::-1])

    async def test_both_ends_are_included(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """Of lt as of time: the row where one stopped is the first that comes again."""
        sent = []
        for _ in range(4):
            clock.advance(seconds=10)
            sent.append(desk.send(US, TON))
        lts = [str(each.lt) for each in sent]
        within = await rows(client, start_lt=sent[1].lt, end_lt=sent[2].lt)
        assert [each["lt"] for each in within] == lts[1:3]
        within = await rows(client, start_utime=sent[1].now, end_utime=sent[2].now)
        assert [each["lt"] for each in within] == lts[1:3]
        assert [each["lt"] for each in await rows(client, start_lt=sent[3].lt)] == lts[3:]
        assert await rows(client, start_lt=sent[3].lt + 1) == []

    async def test_asked_by_the_clock_it_answers_by_the_clock(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """Else by lt, whatever the clock said."""
        clock.advance(seconds=60)
        first = desk.send(US, TON)
        clock.advance(seconds=-30)
        second = desk.send(US, TON)
        assert await lts_of(client, start_lt=first.lt) == [first.lt, second.lt]
        for asked in ({"start_utime": second.now}, {"end_utime": first.now, "start_lt": first.lt}):
            assert await lts_of(client, **asked) == [second.lt, first.lt]

    async def test_ten_rows_a_page_and_a_thousand_at_most(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Pages are cut by offset; fewer than one row cannot be asked for."""
        lts = [str(desk.send(US, TON).lt) for _ in range(12)]
        assert len(await rows(client)) == 10
        page = await rows(client, limit=3, offset=2)
        assert [each["lt"] for each in page] == lts[1:4]
        assert len(await rows(client, limit=0)) == len(await rows(client, limit=-1)) == 1
        assert len(await rows(client, limit=1000)) == 13
        answer = await client.get("/api/v3/transactions", params={"limit": 1001})
        assert answer.status_code == 500
        assert answer.json() == {"error": "limit is not allowed: 1001 > 1000"}

    async def test_by_hash_and_by_lt(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """One transaction, however its hash is written."""
        sent = desk.send(US, TON)
        desk.send(US, TON)
        safe, other = urlsafe_b64encode(sent.hash).decode(), b64encode(sent.hash).decode()
        for hash in (sent.hash.hex(), safe, other):
            assert [each["lt"] for each in await rows(client, hash=hash)] == [str(sent.lt)]
        assert [each["lt"] for each in await rows(client, lt=sent.lt)] == [str(sent.lt)]

    @pytest.mark.parametrize(
        ("path", "status", "error"),
        [
            ("transactions?account=EQbad", 422, 'schema: error converting value for "account"'),
            ("transactions?account=0:ab", 422, 'schema: error converting value for "account"'),
            ("transactions?limit=many", 422, 'schema: error converting value for "limit"'),
            ("transactions?hash=abc", 422, 'schema: error converting value for "hash"'),
            ("transactions?sort=up", 500, "wrong value for sort parameter"),
            ("transactionsByMessage?direction=in", 422, "at least one of msg_hash, body_hash,"),
            ("transactionsByMessage?direction=up", 422, "direction should be one of: in, out"),
            ("walletInformation", 401, "address of account is required"),
            ("nothing", 404, "Cannot GET /api/v3/nothing"),
            ("runGetMethod", 404, "Cannot GET /api/v3/runGetMethod"),
        ],
    )
    async def test_what_makes_no_sense_is_refused_in_a_word(
        self, client: httpx.AsyncClient, path: str, status: int, error: str
    ) -> None:
        """A status, and an object with one member."""
        answer = await client.get(f"/api/v3/{path}")
        assert answer.status_code == status
        said = answer.json()
        assert said.keys() == {"error"}
        assert said["error"].startswith(error)

    async def test_by_message(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Who sent it and whom it reached, or one of the two."""
        came = desk.send(US, TON).came
        hash = b64encode(came.hash).decode()
        for wish, found in (("in", [US]), ("out", [SOMEBODY]), (None, [US, SOMEBODY])):
            asked = {"msg_hash": hash, "direction": wish} if wish else {"msg_hash": hash}
            said = await get(client, "transactionsByMessage", **asked)
            assert [each["account"] for each in said["transactions"]] == found
        assert (await get(client, "transactionsByMessage", msg_hash="0" * 64)) == {
            "transactions": [],
            "address_book": {},
        }


class TestCoins:
    """What becomes of a message with money."""

    async def test_to_where_nobody_lives_stays_though_it_was_aborted(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """No code ran, and the money is there."""
        desk.send(NOBODY, TON, "a")
        desk.send(NOBODY, TON, "b")
        first, second = await rows(client, NOBODY)
        for row in (first, second):
            assert row["description"]["aborted"] is True
            assert row["description"]["compute_ph"] == {"skipped": True, "reason": "no_state"}
            assert not row["description"].keys() & {"action", "bounce"}
            assert (row["out_msgs"], row["total_fees"]) == ([], "0")
        assert (first["orig_status"], first["end_status"]) == ("nonexist", "uninit")
        assert (second["orig_status"], second["end_status"]) == ("uninit", "uninit")
        assert second["account_state_after"]["balance"] == str(2 * TON)

    async def test_bounceable_goes_home_from_where_nobody_lives(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Less what the way costs, with the beginning of what was said."""
        desk.give(US, 5 * TON)
        desk.send(NOBODY, TON, "x" * 100, source=US, bounce=True)
        (there,) = await rows(client, NOBODY)
        assert there["description"]["aborted"] is True
        assert there["description"]["bounce"]["type"] == "ok"
        assert there["description"]["credit_first"] is False
        assert (there["orig_status"], there["end_status"]) == ("nonexist", "nonexist")
        assert there["account_state_after"]["balance"] == "0"
        (back,) = there["out_msgs"]
        left, home = (await rows(client))[-2:]
        assert left["in_msg"]["source"] is None
        assert left["out_msgs"] == [there["in_msg"]]
        assert home["in_msg"] == back
        assert (back["source"], back["destination"]) == (NOBODY, US)
        assert (back["bounced"], back["bounce"]) == (True, False)
        assert back["value"] == str(TON - FORWARD_FEE)
        assert (back["opcode"], back["decoded_opcode"]) == ("0xffffffff", None)
        said = body_of(back)
        assert said.load_bytes(4) == b"\xff\xff\xff\xff"
        assert said.load_bytes(32) == bytes(4) + b"x" * 28
        assert said.remaining_bits == 0
        assert home["description"]["aborted"] is False

    async def test_bounceable_stays_when_it_cannot_pay_its_way_home(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Somebody tried to send it."""
        desk.send(NOBODY, FORWARD_FEE, bounce=True)
        (row,) = await rows(client, NOBODY)
        assert row["description"]["bounce"]["type"] == "nofunds"
        assert (row["out_msgs"], row["end_status"]) == ([], "uninit")

    async def test_too_small_to_run_anything_stays(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Aborted as well."""
        desk.send(US, 39_999, "dust")
        desk.send(US, 40_000, "not quite dust")
        dust, rest = (await rows(client))[-2:]
        assert dust["description"]["aborted"] is True
        assert dust["description"]["compute_ph"] == {"skipped": True, "reason": "no_gas"}
        assert dust["account_state_after"]["balance"] == "39999"
        assert rest["description"]["aborted"] is False
        assert rest["total_fees"] == "40000"

    async def test_stays_where_the_code_fails_unless_it_is_bounceable(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """How the code ended is told."""
        kept = desk.send(US, TON, exit_code=9)
        returned = desk.send(US, TON, bounce=True, exit_code=9)
        rowed = {each["lt"]: each for each in await rows(client)}
        for sent, messages in ((kept, 0), (returned, 1)):
            row = rowed[str(sent.lt)]
            assert row["description"]["aborted"] is True
            assert row["description"]["compute_ph"]["exit_code"] == 9
            assert row["description"]["compute_ph"]["success"] is False
            assert "action" not in row["description"]
            assert ("bounce" in row["description"]) is bool(messages)
            assert len(row["out_msgs"]) == messages
        assert rowed[str(returned.lt)]["out_msgs"][0]["value"] == str(TON - GAS_FEE - FORWARD_FEE)
        assert desk.chain.at(US).balance == TON - GAS_FEE

    async def test_bounceable_stays_where_all_is_well(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """It was a wish for another case."""
        desk.send(US, TON, bounce=True)
        row = (await rows(client))[-1]
        assert (row["in_msg"]["bounce"], row["out_msgs"]) == (True, [])
        assert "bounce" not in row["description"]

    async def test_from_outside_has_no_source_and_no_value(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """The first such message deploys the wallet; it has two hashes, and is found by both."""
        desk.external(NOBODY)
        (row,) = await rows(client, NOBODY)
        assert (row["orig_status"], row["end_status"]) == ("nonexist", "active")
        assert row["description"]["aborted"] is False
        assert "credit_ph" not in row["description"]
        message = row["in_msg"]
        for name in ("source", "value", "bounce", "bounced", "fwd_fee", "created_lt", "created_at"):
            assert message[name] is None
        assert (message["destination"], message["import_fee"]) == (NOBODY, "0")
        assert message["hash"] != message["hash_norm"]
        for name in ("hash", "hash_norm"):
            said = await get(client, "transactionsByMessage", msg_hash=message[name])
            assert [each["lt"] for each in said["transactions"]] == [row["lt"]]

    async def test_the_normalised_hash_is_that_of_the_standard(self, desk: TonDesk) -> None:
        """No source, no fee, nothing to deploy with, the body in a cell of its own."""
        came = desk.external(NOBODY).came
        head = Builder().store_bits("10").store_bits("00").store_address(NOBODY).store_coins(0)
        cell = head.store_bit(0).store_bit(1).store_ref(came.body).end_cell()
        assert came.normalised_hash == cell.hash

    async def test_wallet_tells_how_much_it_carried_out(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Where none is yet there is no such number, and a jetton wallet is none."""
        desk.give(US, 5 * TON)
        left = desk.send(NOBODY, TON, source=US)
        said = await get(client, "walletInformation", address=US)
        last = (await rows(client))[-1]
        assert said == {
            "balance": str(4 * TON - 2 * GAS_FEE - FORWARD_FEE),
            "wallet_type": "wallet v5 r1",
            "seqno": 2,
            "wallet_id": 2147483409,
            "last_transaction_lt": last["lt"],
            "last_transaction_hash": last["hash"],
            "status": "active",
        }
        assert await get(client, "walletInformation", address=NOBODY) == {
            "balance": str(TON),
            "last_transaction_lt": str(left.lt),
            "last_transaction_hash": b64encode(left.hash).decode(),
            "status": "uninit",
        }
        assert await get(client, "walletInformation", address=stranger("not a soul")) == {
            "balance": "0",
            "last_transaction_lt": "0",
            "last_transaction_hash": b64encode(bytes(32)).decode(),
            "status": "uninit",
        }
        desk.send_jetton(US, 1)
        wallet = jetton_wallet(USDT_MASTER, US)
        answer = await client.get("/api/v3/walletInformation", params={"address": wallet})
        assert (answer.status_code, answer.json()) == (409, {"error": "not a wallet"})


class TestComments:
    """What people write beside their money."""

    @pytest.mark.parametrize("length", [0, 1, 122, 123, 124, 250, 251, 1000])
    async def test_go_on_in_the_next_cell(
        self, desk: TonDesk, client: httpx.AsyncClient, length: int
    ) -> None:
        """The first holds 123 bytes of them, the others 127 each."""
        desk.send(US, TON, "s" * length)
        said = body_of((await rows(client))[-1]["in_msg"])
        assert said.load_uint(32) == 0
        room, left = 123, length
        while left > room:
            assert said.load_bytes(said.remaining_bits // 8) == b"s" * room
            left, room = left - room, 127
            said = Slice.from_cell(said.load_ref())
        assert said.load_bytes(said.remaining_bits // 8) == b"s" * left
        assert said.remaining_refs == 0

    async def test_may_be_cut_in_the_middle_of_a_letter(self, desk: TonDesk) -> None:
        """Cells hold bytes."""
        text = "я" * 100
        assert comment_of(bag(desk.send(US, TON, text).came.body)) == text

    async def test_may_be_missing_shut_or_anything(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """What has no 32 bits has no opcode."""
        desk.send(US, TON)
        desk.send(US, TON, "for your eyes", encrypted=True)
        desk.send(US, TON, body=Builder().store_uint(0, 32).store_bytes(b"\xff\xfe").end_cell())
        desk.send(US, TON, body=Builder().store_uint(5, 31).end_cell())
        messages = [each["in_msg"] for each in (await rows(client))[1:]]
        assert [each["opcode"] for each in messages] == [None, "0x2167da4b", "0x00000000", None]
        assert [each["message_content"]["decoded"] for each in messages] == [None] * 4
        assert b"eyes" not in b64decode(messages[1]["message_content"]["body"])


class TestJettons:
    """How jettons come, and how somebody pretends that they do."""

    @pytest.mark.parametrize("inline", [False, True])
    @pytest.mark.parametrize("comment", ["m-1", "long " * 60])
    async def test_come_with_news(
        self, desk: TonDesk, client: httpx.AsyncClient, inline: bool, comment: str
    ) -> None:
        """From our jetton wallet, with the comment in either form."""
        desk.send_jetton(US, 5_000_000, comment, inline=inline)
        row = (await rows(client))[-1]
        message = row["in_msg"]
        asked = await run(client, USDT_MASTER, "get_wallet_address", address_item(US))
        assert message["source"] == address_in(asked["stack"][0]) == jetton_wallet(USDT_MASTER, US)
        assert (message["opcode"], message["decoded_opcode"]) == ("0x7362d09c", "jetton_notify")
        assert (message["value"], row["out_msgs"]) == ("1", [])
        assert row["description"]["compute_ph"] == {"skipped": True, "reason": "no_gas"}
        said = body_of(message)
        assert said.load_uint(32) == 0x7362D09C
        assert (said.load_uint(64), said.load_coins()) == (0, 5_000_000)
        assert said.load_address() == TheirAddress(SOMEBODY)
        told = notification_of(message["message_content"]["body"])
        assert told is not None
        assert (told.amount, told.comment) == (5_000_000, comment)

    async def test_the_form_of_the_comment_is_told_by_a_bit(self, desk: TonDesk) -> None:
        """1 is a cell of its own, 0 the rest of this one."""
        bits = []
        for inline in (False, True):
            said = Slice.from_cell(desk.send_jetton(US, 1, "m", inline=inline).came.body)
            said.skip_bits(96).load_coins()
            said.load_address()
            bits.append((said.load_bit(), said.remaining_bits, said.remaining_refs))
        assert bits == [(1, 0, 1), (0, 40, 0)]

    async def test_go_through_the_jetton_wallet(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Another's tells it, it tells the owner and gives back what is over."""
        desk.send_jetton(US, 5_000_000, "m")
        desk.send_jetton(US, 1_000_000, "n", source=NOBODY)
        wallet = jetton_wallet(USDT_MASTER, US)
        first, second = await rows(client, wallet)
        assert (first["orig_status"], first["end_status"]) == ("nonexist", "active")
        assert first["in_msg"]["opcode"] == "0x178d4519"
        assert second["in_msg"]["source"] == jetton_wallet(USDT_MASTER, NOBODY)
        said = body_of(second["in_msg"])
        assert said.skip_bits(96).load_coins() == 1_000_000
        assert said.load_address() == said.load_address() == TheirAddress(NOBODY)
        assert (said.load_coins(), said.load_bit()) == (1, 1)
        sends = [(each["opcode"], each["destination"]) for each in second["out_msgs"]]
        assert sends == [("0x7362d09c", US), ("0xd53276db", NOBODY)]
        assert (await rows(client, NOBODY))[-1]["in_msg"] == second["out_msgs"][1]
        assert (await rows(client))[-1]["in_msg"] == second["out_msgs"][0]
        said = await get(client, "jetton/wallets", owner_address=US, jetton_address=USDT_MASTER)
        assert said["metadata"] == {}
        (row,) = said["jetton_wallets"]
        assert {name: row[name] for name in ("address", "balance", "owner", "jetton")} == {
            "address": wallet,
            "balance": "6000000",
            "owner": US,
            "jetton": USDT_MASTER,
        }
        assert row["last_transaction_lt"] == second["lt"]

    async def test_may_come_in_silence(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Only the jetton wallet knows."""
        before = await rows(client)
        silent = desk.send_jetton(US, 7, "m", notify=False)
        assert await rows(client) == before
        (row,) = await rows(client, jetton_wallet(USDT_MASTER, US))
        assert row["lt"] == str(silent.lt)
        assert [each["opcode"] for each in row["out_msgs"]] == ["0xd53276db"]
        said = body_of(row["in_msg"]).skip_bits(96)
        assert said.load_coins() == 7
        assert said.load_address() == said.load_address() == TheirAddress(SOMEBODY)
        assert said.load_coins() == 0

    async def test_come_to_owners_who_are_not_there_yet(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Their wallet is, and the news are aborted there."""
        desk.send_jetton(NOBODY, 7, "m")
        (row,) = await rows(client, NOBODY)
        assert row["description"]["compute_ph"] == {"skipped": True, "reason": "no_state"}
        assert row["in_msg"]["source"] == jetton_wallet(USDT_MASTER, NOBODY)
        assert (await rows(client, jetton_wallet(USDT_MASTER, NOBODY)))[0]["end_status"] == "active"

    async def test_that_never_came_may_be_told_of(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """The same words, by somebody who is not our jetton wallet."""
        true = desk.send_jetton(US, 5, "m")
        false = desk.send_jetton(US, 5, "m", false_wallet=True)
        assert false.came.body == true.came.body
        assert false.account == true.account == US
        assert false.came.source != true.came.source == jetton_wallet(USDT_MASTER, US)
        said = await get(client, "jetton/wallets", owner_address=US)
        assert [each["balance"] for each in said["jetton_wallets"]] == ["5"]

    async def test_of_another_master_are_others(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Anybody may make a jetton; its wallets are its own."""
        other = stranger("another master")
        wallet = jetton_wallet(other, US)
        said = await run(client, other, "get_wallet_address", address_item(US))
        assert (said["exit_code"], said["stack"]) == (-13, [])
        desk.send_jetton(US, 5, "m", master=other)
        said = await run(client, other, "get_wallet_address", address_item(US))
        assert address_in(said["stack"][0]) == wallet
        assert (await rows(client))[-1]["in_msg"]["source"] == wallet
        for asked, found in (({}, [wallet]), ({"jetton_address": USDT_MASTER}, [])):
            said = await get(client, "jetton/wallets", **asked)
            assert [each["address"] for each in said["jetton_wallets"]] == found
        assert [
            each["jetton"]
            for each in (await get(client, "jetton/wallets", address=wallet))["jetton_wallets"]
        ] == [other]

    async def test_may_come_with_nonsense(self, desk: TonDesk) -> None:
        """Or with nothing at all."""
        for payload in (None, Builder().store_bits("10101").end_cell()):
            for inline in (False, True):
                came = desk.send_jetton(US, 5, payload=payload, inline=inline).came
                told = notification_of(bag(came.body))
                assert told is not None
                assert (told.amount, told.comment) == (5, None)

    async def test_their_contracts_answer(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """The wallet is known before it is there, and then says whose it is."""
        wallet = jetton_wallet(USDT_MASTER, US)
        for kind in ("slice", "cell"):
            said = await run(client, USDT_MASTER, "get_wallet_address", address_item(US, kind))
            assert said.keys() == {"gas_used", "exit_code", "stack"}
            assert (said["exit_code"], [each["type"] for each in said["stack"]]) == (0, ["cell"])
            assert address_in(said["stack"][0]) == wallet
        said = await run(client, wallet, "get_wallet_data")
        assert (said["exit_code"], said["stack"]) == (-13, [])
        desk.send_jetton(US, 255)
        said = await run(client, wallet.lower(), "get_wallet_data")
        units, owner, master, code = said["stack"]
        assert units == {"type": "num", "value": "0xff"}
        assert (address_in(owner), address_in(master)) == (US, USDT_MASTER)
        assert code["type"] == "cell"

    async def test_their_contracts_do_not_answer_everything(
        self, client: httpx.AsyncClient
    ) -> None:
        """An exit code says why."""
        empty = {"type": "cell", "value": bag(Builder().end_cell())}
        for address, method, stack, exit_code in (
            (USDT_MASTER, "get_wallet_address", [], 2),
            (USDT_MASTER, "get_wallet_address", [empty], 9),
            (USDT_MASTER, "get_jetton_data", [], 11),
            (US, "get_wallet_data", [], 11),
            (NOBODY, "get_wallet_data", [], -13),
        ):
            said = await run(client, address, method, *stack)
            assert (said["exit_code"], said["stack"]) == (exit_code, [])

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("no JSON", 422),
            ("{}", 401),
            (json.dumps({"address": US}), 401),
            (json.dumps({"address": "EQ", "method": "seqno"}), 422),
            (json.dumps({"address": US, "method": "m", "stack": [{"type": "tuple"}]}), 500),
        ],
    )
    async def test_questions_have_a_form(
        self, client: httpx.AsyncClient, body: str, status: int
    ) -> None:
        """What has not is refused, with a reason."""
        answer = await client.post("/api/v3/runGetMethod", content=body)
        assert answer.status_code == status
        assert answer.json().keys() == {"error"}


class TestTrouble:
    """How the provider errs."""

    async def test_the_head_follows_the_clock(
        self, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """Its second is a text, its number is not."""
        first = (await get(client, "masterchainInfo"))["last"]
        assert first["gen_utime"] == str(int(clock.moment.timestamp()))
        clock.advance(seconds=10)
        said = await get(client, "masterchainInfo")
        assert said["last"]["seqno"] == first["seqno"] + 10
        assert said["last"]["workchain"] == said["first"]["workchain"] == -1
        assert int(said["first"]["gen_utime"]) < int(first["gen_utime"])

    async def test_the_index_may_stand_still(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """What came later is not shown, the head says so, and contracts know more than it."""
        wallet = jetton_wallet(USDT_MASTER, US)
        desk.send_jetton(US, 5, "early")
        known = await rows(client)
        clock.advance(seconds=100)
        desk.send_jetton(US, 6, "while it slept")
        desk.lag(seconds=60)
        clock.advance(seconds=1000)
        desk.send(US, TON)
        head = (await get(client, "masterchainInfo"))["last"]
        assert int(head["gen_utime"]) == int(clock.moment.timestamp()) - 1060
        assert await rows(client) == known
        assert (await get(client, "walletInformation", address=US))["last_transaction_lt"] == known[
            -1
        ]["lt"]
        said = await get(client, "jetton/wallets", address=wallet)
        assert said["jetton_wallets"][0]["balance"] == "5"
        assert (await run(client, wallet, "get_wallet_data"))["stack"][0]["value"] == "0xb"
        desk.catch_up()
        assert len(await rows(client)) == len(known) + 2
        head = (await get(client, "masterchainInfo"))["last"]
        assert int(head["gen_utime"]) == int(clock.moment.timestamp())

    async def test_what_comes_in_the_very_second_is_not_shown(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """An index that stands, stands."""
        known = await rows(client)
        desk.lag()
        desk.send(US, TON)
        assert await rows(client) == known

    async def test_faults_come_in_its_own_words(
        self, desk: TonDesk, client: httpx.AsyncClient
    ) -> None:
        """Once each, on the path they were planned for, and then all is well."""
        path = "/api/v3/transactions"
        desk.faults.plan(path, Fault.BUSY, Fault.FAIL_BEFORE, Fault.FAIL_AFTER, Fault.GARBAGE_AFTER)
        await get(client, "masterchainInfo")
        answers = [await client.get(path) for _ in range(5)]
        assert [each.status_code for each in answers] == [429, 500, 500, 200, 200]
        assert answers[0].json() == {"ok": False, "result": "Ratelimit exceed", "code": 429}
        assert answers[1].json().keys() == answers[2].json().keys() == {"error"}
        assert answers[3].content == b"<html>Bad gateway</html>"
        assert answers[4].json()["transactions"]
        assert desk.calls == ["/api/v3/masterchainInfo", *[path] * 5]

    async def test_two_providers_show_one_chain(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """One may be down while the other is not, and what hands do at one is seen at both."""
        second = TonDesk(clock, desk.chain)
        sent = second.send(US, TON)
        desk.down = Fault.BUSY
        async with client_of(second) as other:
            for _ in range(2):
                assert (await client.get("/api/v3/transactions")).status_code == 429
                assert (await rows(other))[-1]["lt"] == str(sent.lt)
            desk.down = None
            assert await rows(client) == await rows(other)

    async def test_keys(self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock) -> None:
        """A wrong one is refused, none is served once a second, and so much for a right one."""
        path, unknown = "/api/v3/masterchainInfo", {"X-API-Key": "of the test network"}
        assert (await client.get(path, headers=unknown)).status_code == 200
        desk.api_key = "the key"
        answer = await client.get(path, headers=unknown)
        assert answer.status_code == 401
        assert answer.json() == {"ok": False, "result": "API key does not exist", "code": 401}
        for _ in range(3):
            right = await client.get(path, headers={"X-API-Key": "the key"})
            asked = await client.get(path, params={"api_key": "the key"})
            assert (right.status_code, asked.status_code) == (200, 200)
        keyless = [(await client.get(path)).status_code for _ in range(2)]
        clock.advance(seconds=1)
        keyless.append((await client.get(path)).status_code)
        assert keyless == [200, 429, 200]


class TestReadByToncenter:
    """The adapter reads at the desk what the desk says."""

    async def test_every_transaction(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock, toncenter: Toncenter
    ) -> None:
        """Whatever became of it."""
        desk.give(US, 9 * TON)
        desk.send(US, TON, "m" * 300, bounce=True)
        clock.advance(seconds=5)
        desk.send(US, TON, "e", encrypted=True)
        desk.send(US, TON, exit_code=4)
        desk.send(US, TON, exit_code=4, bounce=True)
        desk.send(US, 1)
        desk.send(NOBODY, TON, "home", source=US, bounce=True)
        desk.send_jetton(US, 5, "j", inline=True)
        desk.send_jetton(US, 5, "j", false_wallet=True)
        for account in (US, NOBODY, jetton_wallet(USDT_MASTER, US)):
            told = await toncenter.transactions(parse_address(account))
            shown = await rows(client, account, limit=100)
            assert [as_row(each) for each in told] == [brief(each) for each in shown]
            assert shown

    async def test_its_head_and_its_silence(
        self, desk: TonDesk, clock: ManualClock, toncenter: Toncenter
    ) -> None:
        """An index that stands still says where."""
        assert (await toncenter.head()).at == clock.moment
        desk.lag(seconds=300)
        page = await toncenter.page(parse_address(US))
        assert (clock.moment - page.head.at).total_seconds() == 300
        assert page.transactions == ()

    async def test_jetton_wallets(self, desk: TonDesk, toncenter: Toncenter) -> None:
        """Both ways, before and after the first jettons came."""
        owner, master = parse_address(US), parse_address(USDT_MASTER)
        wallet = await toncenter.jetton_wallet_address(master, owner)
        assert wallet == parse_address(jetton_wallet(USDT_MASTER, US))
        assert await toncenter.jetton_balance(wallet) == 0
        with pytest.raises(ContractMissing):
            await toncenter.jetton_wallet_data(wallet)
        desk.send_jetton(US, 12)
        said = await toncenter.jetton_wallet_data(wallet)
        assert (said.balance, said.owner, said.master) == (12, owner, master)
        assert await toncenter.jetton_balance(wallet) == 12
        with pytest.raises(ContractRefused):
            await toncenter.jetton_wallet_data(owner)

    async def test_trouble(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Every fault is doubt, or is known not to have been done."""
        toncenter = toncenter_of(client, api_key="the key")
        desk.api_key = "the key"
        assert await toncenter.transactions(parse_address(US))
        for fault in (Fault.FAIL_BEFORE, Fault.GARBAGE_AFTER):
            desk.down = fault
            with pytest.raises(Unavailable):
                await toncenter.head()
        desk.down = Fault.BUSY
        with pytest.raises(TurnedAway):
            await toncenter.head()
        desk.down, desk.api_key = None, "another key"
        with pytest.raises(TurnedAway):
            await toncenter.head()


def as_row(its: Transaction) -> Any:
    """What matters of a transaction, as the adapter understood it."""
    came = its.in_msg
    assert came is not None
    return {
        "lt": str(its.lt),
        "hash": its.hash,
        "now": int(its.at.timestamp()),
        "before": str(its.previous_lt),
        "aborted": its.aborted,
        "sent_back": its.sent_back,
        "out": len(its.out_msgs),
        "source": came.source and came.source.raw.upper(),
        "value": str(came.value),
        "bounced": came.bounced,
        "opcode": came.opcode,
        "message": came.hash,
        "body": came.body,
    }


def brief(row: Any) -> Any:
    """The same, of what the desk said."""
    came = row["in_msg"]
    return {
        "lt": row["lt"],
        "hash": b64decode(row["hash"]).hex(),
        "now": row["now"],
        "before": row["prev_trans_lt"],
        "aborted": row["description"]["aborted"],
        "sent_back": "bounce" in row["description"],
        "out": len(row["out_msgs"]),
        "source": came["source"],
        "value": came["value"] or "0",
        "bounced": bool(came["bounced"]),
        "opcode": came["opcode"] and int(came["opcode"], 16),
        "message": b64decode(came["hash"]).hex(),
        "body": came["message_content"]["body"],
    }


def test_the_sandbox_does_without_what_only_this_desk_needs() -> None:
    """It is imported when somebody calls for it, under the same name."""
    program = """
import sys
from altyn.entrypoints import sandbox
print("pytoniq_core" in sys.modules)
print(sandbox.TonDesk.__name__, "pytoniq_core" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd="/", text=True
    )
    assert done.stdout.split() == ["False", "TonDesk", "True"]
    assert sandbox.TonDesk is TonDesk
    with pytest.raises(AttributeError, match="no attribute 'TomDesk'"):
        _ = sandbox.TomDesk
