"""TON on this machine by the other wires: a node of toncenter (v2), and tonapi."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pytoniq_core.boc.builder import Builder
from pytoniq_core.boc.cell import Cell

from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox import Fault
from altyn.entrypoints.sandbox.ton import SOMEBODY, TonDesk
from altyn.entrypoints.sandbox.ton_cells import address_in, boc, friendly, jetton_wallet, stranger
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.sandbox.ton_steps import FORWARD_FEE, GAS_FEE

US = stranger("us")
NOBODY = stranger("nobody")
TON = 10**9
NODE = "/api/v2"
TONAPI = f"/v2/blockchain/accounts/{US.lower()}"


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
    transport = httpx.ASGITransport(desk)
    async with httpx.AsyncClient(transport=transport, base_url="http://ton.test") as client:
        yield client


async def get(client: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def result(client: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    """What a node puts into its envelope."""
    said = await get(client, f"{NODE}/{path}", **asked)
    assert said.keys() == {"ok", "result"}
    assert said["ok"] is True
    return said["result"]


async def rows(client: httpx.AsyncClient, **asked: Any) -> list[Any]:
    """Those of tonapi."""
    said = await get(client, f"{TONAPI}/transactions", **asked)
    assert said.keys() == {"transactions"}
    found: list[Any] = said["transactions"]
    return found


def in_base64(hash: bytes) -> str:
    return b64encode(hash).decode()


class TestNode:
    """Version 2 of toncenter's calls."""

    async def test_a_transaction(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Numbers are texts, addresses friendly; all of it is once more in its cells."""
        its = desk.send(US, 3 * TON, "order 7")
        row, before = await result(client, "getTransactions", address=US)
        assert row["@type"] == "ext.transaction"
        assert row["utime"] == its.now
        assert row["transaction_id"] == {
            "@type": "internal.transactionId",
            "lt": str(its.lt),
            "hash": in_base64(its.hash),
        }
        assert row["address"]["account_address"] == friendly(US, bounceable=True)
        assert row["account"] == US
        assert (row["fee"], row["storage_fee"], row["other_fee"]) == (
            str(GAS_FEE),
            "0",
            str(GAS_FEE),
        )
        cell = Cell.one_from_boc(b64decode(row["data"]))
        assert cell.hash == its.hash
        message = row["in_msg"]
        assert message["hash"] == in_base64(its.came.hash)
        assert message["source"] == friendly(SOMEBODY, bounceable=True)
        assert message["destination"] == friendly(US, bounceable=True)
        assert (message["value"], message["fwd_fee"]) == ("3000000000", str(FORWARD_FEE))
        assert message["created_lt"] == str(its.came.lt)
        assert message["body_hash"] == in_base64(its.came.body.hash)
        assert message["msg_data"] == {
            "@type": "msg.dataText",
            "text": b64encode(b"order 7").decode(),
        }
        assert message["message"] == "order 7"
        assert row["out_msgs"] == []
        assert (before["in_msg"]["source"], before["in_msg"]["value"]) == ("", "0")

    async def test_what_it_does_not_tell(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Neither what bounced nor what was aborted: a bounce looks like a deposit."""
        desk.send(NOBODY, TON, source=US, bounce=True)
        desk.send(US, TON, exit_code=7)
        for row in await result(client, "getTransactions", address=US):
            assert not {"aborted", "bounced", "description"} & (row.keys() | row["in_msg"].keys())
        home = (await result(client, "getTransactions", address=US))[1]["in_msg"]
        assert home["msg_data"]["@type"] == "msg.dataRaw"
        assert b64decode(home["message"]).startswith(b"\xff\xff\xff\xff")
        assert home["message"].endswith("\n")

    async def test_what_is_shut(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Of an encrypted comment it says that it is one."""
        desk.send(US, TON, "order 7", encrypted=True)
        row = (await result(client, "getTransactions", address=US))[0]
        assert row["in_msg"]["msg_data"]["@type"] == "msg.dataEncryptedText"

    async def test_backwards(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """From one that counts to one that does not, ten at once unless told otherwise."""
        sent = [desk.send(US, TON) for _ in range(14)]

        async def lts(**asked: Any) -> list[int]:
            found = await result(client, "getTransactions", address=US, **asked)
            return [int(each["transaction_id"]["lt"]) for each in found]

        there = [each.lt for each in reversed(sent)]
        assert await lts() == there[:10]
        assert await lts(limit=3) == there[:3]
        assert await lts(limit=100, to_lt=sent[2].lt) == there[:11]
        from_there = {"lt": sent[5].lt, "hash": in_base64(sent[5].hash)}
        assert await lts(**from_there, to_lt=sent[2].lt) == there[8:11]
        assert await lts(lt=sent[5].lt, hash=sent[5].hash.hex(), limit=2) == there[8:10]

    async def test_an_account(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """As it was after its last transaction, in the block of that second."""
        its = desk.send(US, 3 * TON)
        now = int(clock.now().timestamp())
        for address, state, balance in (
            (US, "active", str(its.after.balance)),
            (NOBODY, "uninitialized", "0"),
        ):
            said = await result(client, "getAddressInformation", address=address)
            assert said["@type"] == "raw.fullAccountState"
            assert (said["state"], said["balance"], said["sync_utime"]) == (state, balance, now)
            assert said["block_id"]["workchain"] == -1
        assert said["last_transaction_id"]["lt"] == "0"
        said = await result(client, "getAddressInformation", address=US)
        assert said["last_transaction_id"]["lt"] == str(its.lt)
        assert said["last_transaction_id"]["hash"] == in_base64(its.hash)

    async def test_a_node_may_lag(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """Then it does not know what came since, not even by its name."""
        desk.lag()
        then = int(clock.now().timestamp())
        clock.advance(seconds=60)
        its = desk.send(US, TON)
        said = await result(client, "getAddressInformation", address=US)
        assert (said["sync_utime"], said["last_transaction_id"]["lt"] < str(its.lt)) == (then, True)
        asked: Any = {"address": US, "lt": its.lt, "hash": in_base64(its.hash)}
        answer = await client.get(f"{NODE}/getTransactions", params=asked)
        assert (answer.status_code, answer.json()["ok"]) == (500, False)

    async def test_contracts_answer(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Pairs of a kind and a value are asked with and answered in."""
        desk.send_jetton(US, 5)
        wallet = jetton_wallet(USDT_MASTER, US)
        owner = boc(Builder().store_address(US).end_cell())

        async def run(address: str, method: str, *stack: Any) -> Any:
            asked = {"address": address, "method": method, "stack": stack}
            answer = await client.post(f"{NODE}/runGetMethod", json=asked)
            assert answer.status_code == 200
            return answer.json()["result"]

        said = await run(USDT_MASTER, "get_wallet_address", ["tvm.Slice", owner])
        assert (said["@type"], said["exit_code"]) == ("smc.runResult", 0)
        ((kind, value),) = said["stack"]
        assert (kind, address_in(value["bytes"])) == ("cell", wallet)
        said = await run(wallet, "get_wallet_data")
        assert said["stack"][0] == ["num", "0x5"]
        assert address_in(said["stack"][2][1]["bytes"]) == USDT_MASTER
        assert (await run(USDT_MASTER, "get_wallet_address"))["exit_code"] == 2
        number = ["num", "0x1"]
        assert (await run(USDT_MASTER, "get_wallet_address", number))["exit_code"] == 9
        assert (await run(NOBODY, "get_wallet_data"))["exit_code"] == -13

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("getTransactions?address=nobody", 422),
            ("getTransactions", 422),
            (f"getTransactions?address={US}&limit=101", 422),
            (f"getTransactions?address={US}&limit=0", 422),
            ("getAddressInformation", 422),
            ("getNothing", 404),
        ],
    )
    async def test_no(self, client: httpx.AsyncClient, path: str, status: int) -> None:
        """It is said in the envelope too."""
        answer = await client.get(f"{NODE}/{path}")
        said = answer.json()
        assert (answer.status_code, said["ok"], said["code"]) == (status, False, status)
        assert said["error"]
        answer = await client.post(f"{NODE}/runGetMethod", content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (422, 422)


class TestTonapi:
    """The REST of tonapi.io."""

    async def test_a_transaction(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Numbers are numbers, hashes in hexadecimal; all of it is once more in its cells."""
        its = desk.send(US, 3 * TON, "order 7")
        row, first = await rows(client)
        assert (row["hash"], row["lt"], row["utime"]) == (its.hash.hex(), its.lt, its.now)
        assert row["account"]["address"] == US.lower()
        assert (row["success"], row["aborted"], row["destroyed"]) == (True, False, False)
        assert (row["total_fees"], row["end_balance"]) == (GAS_FEE, its.after.balance)
        assert (row["prev_trans_lt"], row["prev_trans_hash"]) == (first["lt"], first["hash"])
        assert "prev_trans_lt" not in first
        assert row["credit_phase"]["credit"] == 3 * TON
        assert row["compute_phase"]["exit_code"] == 0
        assert row["action_phase"]["success"] is True
        assert "bounce_phase" not in row
        cell = Cell.one_from_boc(bytes.fromhex(row["raw"]))
        assert cell.hash == its.hash
        message = row["in_msg"]
        assert (message["msg_type"], message["value"]) == ("int_msg", 3 * TON)
        assert message["source"]["address"] == SOMEBODY.lower()
        assert (message["bounce"], message["bounced"]) == (False, False)
        assert (message["op_code"], message["decoded_op_name"]) == ("0x00000000", "text_comment")
        assert message["decoded_body"] == {"text": "order 7"}
        body = Cell.one_from_boc(bytes.fromhex(message["raw_body"]))
        assert body.hash == its.came.body.hash
        assert "source" not in first["in_msg"]
        assert first["in_msg"]["msg_type"] == "ext_in_msg"

    async def test_how_it_went(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Phases that there were not are left out, and bounces are named."""
        desk.send(US, 1)
        desk.send(US, TON, bounce=True, exit_code=7)
        desk.send(US, 50_000, bounce=True, exit_code=7)
        poor, back, skipped, _ = await rows(client)
        assert skipped["compute_phase"] == {"skipped": True, "skip_reason": "cskip_no_gas"}
        assert "action_phase" not in skipped
        assert back["bounce_phase"] == "TrPhaseBounceOk"
        assert poor["bounce_phase"] == "TrPhaseBounceNofunds"
        assert (back["aborted"], back["success"], len(back["out_msgs"])) == (True, False, 1)

    async def test_between_two(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Neither of which counts; the newest first unless told otherwise."""
        sent = [desk.send(US, TON).lt for _ in range(6)]

        async def lts(**asked: Any) -> list[int]:
            return [each["lt"] for each in await rows(client, **asked)]

        assert await lts(limit=2) == sent[:3:-1]
        assert await lts(after_lt=sent[1], before_lt=sent[5]) == sent[4:1:-1]
        assert await lts(after_lt=sent[1], sort_order="asc", limit=2) == sent[2:4]

    async def test_how_far_it_is_behind(
        self, desk: TonDesk, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        """The head is that of the chain; the status says how far behind it the index is."""
        desk.lag()
        clock.advance(seconds=90)
        desk.send(US, TON)
        head = await get(client, "/v2/blockchain/masterchain-head")
        assert head["gen_utime"] == int(clock.now().timestamp())
        assert (head["workchain_id"], type(head["seqno"])) == (-1, int)
        status = await get(client, "/v2/status")
        assert status == {
            "rest_online": True,
            "indexing_latency": 90,
            "last_known_masterchain_seqno": head["seqno"] - 90,
        }
        assert len(await rows(client)) == 1

    async def test_contracts_answer(self, desk: TonDesk, client: httpx.AsyncClient) -> None:
        """Their arguments are words, and what they leave is in hexadecimal."""
        desk.send_jetton(US, 300)
        wallet = jetton_wallet(USDT_MASTER, US)

        async def run(address: str, method: str, **asked: Any) -> Any:
            path = f"/v2/blockchain/accounts/{address}/methods/{method}"
            return await get(client, path, **asked)

        said = await run(USDT_MASTER, "get_wallet_address", args=US.lower())
        assert (said["success"], said["exit_code"]) == (True, 0)
        (left,) = said["stack"]
        cell = b64encode(bytes.fromhex(left["cell"])).decode()
        assert (left["type"], address_in(cell)) == ("cell", wallet)
        said = await run(wallet, "get_wallet_data")
        assert said["stack"][0] == {"type": "num", "num": "0x012c"}
        desk.send_jetton(NOBODY, 0)
        said = await run(jetton_wallet(USDT_MASTER, NOBODY), "get_wallet_data")
        assert said["stack"][0] == {"type": "num", "num": "0x"}
        said = await run(US, "get_wallet_data")
        assert (said["success"], said["exit_code"], said["stack"]) == (False, 11, [])
        said = await run(USDT_MASTER, "get_wallet_address", args="NaN")
        assert said["exit_code"] == 9

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (f"{TONAPI}/transactions?limit=1001", 400),
            (f"{TONAPI}/transactions?limit=0", 400),
            (f"{TONAPI}/transactions?sort_order=up", 400),
            ("/v2/blockchain/accounts/nobody/transactions", 400),
            (f"/v2/blockchain/accounts/{stranger('no one')}/methods/get_wallet_data", 404),
        ],
    )
    async def test_no(self, client: httpx.AsyncClient, path: str, status: int) -> None:
        """It is said why."""
        answer = await client.get(path)
        assert (answer.status_code, list(answer.json())) == (status, ["error"])

    async def test_no_such_path(self, client: httpx.AsyncClient) -> None:
        """Nobody there who could say why."""
        answer = await client.get("/v2/nothing")
        assert (answer.status_code, answer.json()) == (404, {})
        assert (await client.post(f"{TONAPI}/transactions")).status_code == 405


class TestKeysAndFaults:
    """As each of them words it."""

    @pytest.mark.parametrize(
        ("path", "header", "wrong", "busy"),
        [
            (
                f"{NODE}/getAddressInformation?address={US}",
                {"X-API-Key": "our-key"},
                {"ok": False, "result": "API key does not exist", "code": 401},
                {"ok": False, "result": "Ratelimit exceed", "code": 429},
            ),
            (
                "/v2/status",
                {"Authorization": "Bearer our-key"},
                {"error": "unauthorized"},
                {"error": "too many requests"},
            ),
        ],
    )
    async def test_a_key(
        self,
        desk: TonDesk,
        client: httpx.AsyncClient,
        path: str,
        header: dict[str, str],
        wrong: Any,
        busy: Any,
    ) -> None:
        """Without one somebody is served once a second, with another he is not."""
        desk.api_key = "our-key"
        for _ in range(2):
            assert (await client.get(path, headers=header)).status_code == 200
        ((name, value),) = header.items()
        answer = await client.get(path, headers={name: value.replace("our", "any")})
        assert (answer.status_code, answer.json()) == (401, wrong)
        assert (await client.get(path)).status_code == 200
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (429, busy)

    @pytest.mark.parametrize("path", [f"{NODE}/getTransactions", f"{TONAPI}/transactions"])
    @pytest.mark.parametrize(
        ("fault", "status"),
        [(Fault.BUSY, 429), (Fault.FAIL_BEFORE, 500), (Fault.FAIL_AFTER, 500)],
    )
    async def test_a_fault(
        self, desk: TonDesk, client: httpx.AsyncClient, path: str, fault: Fault, status: int
    ) -> None:
        """Once, as planned."""
        desk.faults.plan(path, fault)
        answer = await client.get(path, params={"address": US})
        assert answer.status_code == status
        assert ("ok" in answer.json()) == path.startswith(NODE)
        assert (await client.get(path, params={"address": US})).status_code == 200
