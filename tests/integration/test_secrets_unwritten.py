"""No secret of the settings is ever written: not when everything fails, and not when asked to tell
everything."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import IO
from uuid import uuid4

import httpx
import pytest
from attrs import define, field

from tests.integration.purchase_mall import PHRASE
from tests.integration.test_cli_program import Answer, Program
from tests.unit.collector import collecting

OWN = "Marked-caller-key-one"
DIGITS = "0123456789abcdef"
SECRETS = {
    "ALTYN_API_KEYS": OWN,
    "ALTYN_HELEKET_PAYMENT_KEY": "Marked-heleket-payment",
    "ALTYN_HELEKET_PAYOUT_KEY": "Marked-heleket-payout",
    "ALTYN_TELEGRAM_TOKEN": "7000000001:Marked-telegram-token",
    "ALTYN_TELEGRAM_PROVIDER_TOKEN": "Marked-provider-TEST-1",
    "ALTYN_TON_API_KEY": "Marked-toncenter",
    "ALTYN_TON_MNEMONIC": PHRASE,
    "ALTYN_FRAGMENT_COOKIES": (
        "stel_ssid=Marked-ssid; stel_token=Marked-stel; stel_ton_token=Marked-ton; stel_dt=-180"
    ),
    "ALTYN_STARS_API_HASH": "a1" * 16,
    "ALTYN_STARS_KEY": DIGITS * 4,
    "ALTYN_PSP_SECRETS": "key=Marked-psp-one, callback_key=Marked-psp-two",
    "ALTYN_ACCESS_KEYS": "2026-11:Marked-access-key-of-at-least-32-letters",
    "ALTYN_SEALING_KEYS": DIGITS[::-1] * 4,
}
ADDRESS = "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh"
METHODS = {"heleket": "USDT", "stars": "XTR", "cards": "RUB", "example": "RUB"}


@define
class Hostile:
    """A server that plays all providers, lets nobody in, and repeats what it was told."""

    asked: Counter[str] = field(factory=Counter)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split()[1]
            way = path.strip("/").partition("/")[0].partition("7000")[0]
            self.asked[way] += 1
            echo = json.dumps({"ok": False, "error_code": 401, "description": head, "error": head})
            match self.asked[way] % 4:
                case 1:
                    self._answer(writer, f"401 Unauthorized {path}", echo)
                case 2:
                    self._answer(writer, "500 Oh", head)
                case 3:
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + head.encode())
            await writer.drain()
        finally:
            writer.close()

    def _answer(self, writer: asyncio.StreamWriter, status: str, body: str) -> None:
        writer.write(
            f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
            f"set-cookie: stel_x=Marked-x\r\ncontent-length: {len(body)}\r\n"
            f"connection: close\r\n\r\n{body}".encode()
        )


@asynccontextmanager
async def hostile() -> AsyncIterator[tuple[Hostile, str]]:
    """The server, and its address."""
    server = Hostile()
    async with await asyncio.start_server(server, "127.0.0.1", 0) as serving:
        host, port = serving.sockets[0].getsockname()[:2]
        yield server, f"http://{host}:{port}"


def settings_at(address: str) -> dict[str, str]:
    """Everything is on, and all of it asks there."""
    return SECRETS | {
        "ALTYN_API_PORT": "0",
        "ALTYN_METRICS_PORT": "0",
        "ALTYN_HELEKET_MERCHANT": "8b03432e-385b-4670-8d06-064591096795",
        "ALTYN_HELEKET_API": f"{address}/heleket",
        "ALTYN_TELEGRAM_API": f"{address}/telegram",
        "ALTYN_TON_ADDRESS": ADDRESS,
        "ALTYN_TON_WALLET": ADDRESS,
        "ALTYN_TON_API": f"toncenter:{address}/ton",
        "ALTYN_FRAGMENT_API": f"{address}/fragment",
        "ALTYN_STARS_API_ID": "1",
        "ALTYN_STICKERDOM_PAID_IN": "TON",
        "ALTYN_STICKERDOM_API": f"{address}/stickerdom",
        "ALTYN_PSP_PROFILE": "example",
        "ALTYN_PSP_ID": "shop",
        "ALTYN_PSP_API": f"{address}/psp",
    }


def signed_in_elsewhere(settings: dict[str, str], address: str) -> dict[str, str]:
    """The same without the account of Telegram, for which somebody has to sign in first."""
    ours = {name: value for name, value in settings.items() if not name.startswith("ALTYN_STARS")}
    return ours | {
        "ALTYN_STICKERDOM_OPENER": f"{address}/opener",
        "ALTYN_STICKERDOM_OPENER_KEY": "Marked-opener-key",
    }


def told(written: str) -> list[str]:
    """Which secrets are in it."""
    words = PHRASE.split()
    parts = [part for value in SECRETS.values() for part in value.replace(",", " ").split()]
    parts = [part for part in parts if part not in words]
    parts += [" ".join(words[at : at + 3]) for at in range(len(words) - 2)]
    parts += ["Marked"]
    return [part for part in parts if part in written]


def whole(written: IO[str]) -> str:
    """All of it, once its writer has ended."""
    with written:
        return written.read()


async def ask_for_trouble(address: str) -> str:
    """Ask what must fail on its way, with secrets in many places; all that was answered."""
    said = []
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        key = {"authorization": f"Bearer {OWN}"}
        for method, asset in METHODS.items():
            order = {"payer": "user:42", "amount": "150", "asset": asset, "method": method}
            said.append(
                await client.post(
                    "/v1/payments", json=order, headers=key | {"idempotency-key": str(uuid4())}
                )
            )
            said.append(await client.post(f"/webhooks/{method}", content=f"{SECRETS}".encode()))
        shown = {"init_data": f"auth_date=1&hash={DIGITS * 4}&key={OWN}"}
        said.append(await client.post("/v1/auth/telegram", json=shown))
        said.append(await client.post("/v1/auth/telegram", json={SECRETS["ALTYN_SEALING_KEYS"]: 1}))
        said.append(await client.get(f"/v1/{OWN}", headers=key))
        said.append(await client.get(f"/v1/accounts/{OWN}/balances?{OWN}=1", headers=key))
        said.append(await client.get("/health/ready", headers=key))
        said.append(await client.get("/health/deep", headers=key))
        said.append(await client.get("/health/ready", headers={"authorization": "Bearer Marked"}))
    assert {answer.status_code for answer in said} & {401, 404, 422}
    return "\n".join(f"{answer.headers} {answer.text}" for answer in said)


@pytest.mark.parametrize("role", ["up", "bot"])
async def test_roles_write_no_secret(tmp_path: Path, role: str) -> None:
    """
    Whatever goes wrong at whichever provider, neither the log nor an answer nor a span tells a
    secret; nor that of the collector, which alone is shown it.
    """
    async with hostile() as (server, address):
        altyn, answered = Program(tmp_path, signed_in_elsewhere(settings_at(address), address)), ""
        assert (await asyncio.to_thread(altyn, "migrate")).code == 0
        wanted = (
            {"telegram"} if role == "bot" else {"heleket", "telegram", "ton", "fragment", "opener"}
        )
        with (
            collecting() as collector,
            altyn.running(
                role,
                ALTYN_LOG="debug json",
                ALTYN_TRACES="yes",
                OTEL_EXPORTER_OTLP_HEADERS="x-key=Marked-collector-key",
                **collector.environment,
            ) as running,
        ):
            # It tells more than a pipe takes that nobody reads.
            stderr, running.process.stderr = running.process.stderr, None
            assert stderr is not None
            reading = asyncio.create_task(asyncio.to_thread(whole, stderr))
            said = await asyncio.to_thread(running.until, "Stop it with Ctrl-C.\n")
            if role == "up":
                answered = await ask_for_trouble(said.partition(" on ")[2].partition(",")[0])
            async with asyncio.timeout(60):
                for _ in count():
                    if all(server.asked[way] for way in wanted):
                        break
                    await asyncio.sleep(0.05)
            answer: Answer = await asyncio.to_thread(running.stop, signal.SIGTERM)
            err = await reading
    assert answer.code == 0
    lines = [json.loads(line) for line in err.splitlines()]
    assert {line["role"] for line in lines} == {role}
    assert all(line["at"] and line["level"] and line["event"] for line in lines)
    assert told(answer.out + err + answered) == []
    assert {each["x-key"] for each in collector.headers} == {"Marked-collector-key"}
    assert {each["altyn.role"] for each in collector.resources} == {role}
    assert any(each.status.code for each in collector.spans), "what failed was told"
    assert told(b"".join(collector.sent).decode("latin-1")) == []


@pytest.mark.parametrize(
    "words", [("payments", "methods", "--ask"), ("reconcile",), ("check",), ("stars", "status")]
)
async def test_commands_write_no_secret(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Nor does a command that fails, also when it shows where its errors come from."""
    async with hostile() as (_, address):
        altyn = Program(tmp_path, settings_at(address))
        assert (await asyncio.to_thread(altyn, "migrate")).code == 0
        with altyn.running(*words, "--debug") as running:
            out, err = await asyncio.to_thread(running.process.communicate, timeout=60)
    assert out + err
    assert told(out + err) == []


def test_a_database_that_refuses(tmp_path: Path) -> None:
    """The password in an address is not told by whoever cannot be reached under it."""
    url = "postgresql://altyn:Marked-password@127.0.0.1:1/altyn?connect_timeout=2"
    with Program(tmp_path, {"ALTYN_DATABASE": url}).running("check", "--debug") as running:
        out, err = running.process.communicate(timeout=60)
    assert running.process.returncode == 3
    assert "127.0.0.1" in out + err
    assert "Marked" not in out + err
