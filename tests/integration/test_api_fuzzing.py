"""Whatever anybody asks, the API answers as its description says, never with a mistake of ours."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
import schemathesis
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from altyn.entrypoints.api.app import specification
from tests.integration.api_counter import opened

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6
"""Of each operation and each way of making them up: the run has to stay short."""
SCHEMA = schemathesis.openapi.from_dict(specification())


def can_be_nonsense(operation: dict[str, Any]) -> bool:
    """Whether there is anything about it that could be otherwise than described: text cannot."""
    schemas = [each.get("schema", {}) for each in operation.get("parameters", ())]
    told = [schema.keys() - {"type", "description"} for schema in schemas]
    return "requestBody" in operation or any(told)


OPERATIONS = [
    (f"{verb.upper()} {path}", mode)
    for path, verbs in specification()["paths"].items()
    if path != "/v1/live"  # its answer has no end
    for verb, operation in verbs.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or can_be_nonsense(operation)
]


@frozen
class Served:
    """A house in another thread, with something of everything."""

    address: str
    known: dict[str, str]

    def ask(self, path: str, body: Any = None) -> Any:
        """What is answered to whoever asks for something that makes sense."""
        if body is None:
            return httpx.get(self.address + path).raise_for_status().json()
        headers = {"Idempotency-Key": path}
        answer = httpx.post(self.address + path, json=body, headers=headers)
        return answer.raise_for_status().json()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    told: Queue[str | BaseException] = Queue()
    stopping = threading.Event()
    folder = tmp_path_factory.mktemp("shop")
    thread = threading.Thread(target=_serve, args=(folder, told, stopping))
    thread.start()
    try:
        address = told.get(timeout=60)
        assert isinstance(address, str), address
        house = Served(address, {"user": "42", "name": "user:42", "asset": "RUB"})
        rub = {"amount": "5.00", "asset": "RUB"}
        payment = {"payer": "user:42", "method": "fake", "amount": rub}
        quote = {
            "kind": "stars",
            "quantity": 50,
            "recipient": "b",
            "buyer": "user:42",
            "asset": "RUB",
        }
        house.known["payments"] = house.ask("/v1/payments", payment)["id"]
        house.known["purchases"] = house.ask("/v1/quotes", quote)["id"]
        hook = {"url": "https://shop.example/altyn", "events": ["*"]}
        house.known["webhooks"] = house.ask("/v1/webhooks", hook)["id"]
        yield house
    finally:
        stopping.set()
        thread.join()


def _serve(folder: Path, told: "Queue[str | BaseException]", stopping: threading.Event) -> None:
    async def serve() -> None:
        async with opened(folder, ALTYN_SEALING_KEYS="ab" * 32) as counter:
            await counter.shop.pays(100_000)
            told.put(counter.shop.address)
            await asyncio.to_thread(stopping.wait)

    try:
        asyncio.run(serve())
    except BaseException as failed:
        told.put(failed)
        raise


@pytest.mark.parametrize(
    ("name", "mode"), OPERATIONS, ids=lambda part: getattr(part, "value", part)
)
def test_every_answer_is_described(served: Served, name: str, mode: GenerationMode) -> None:
    """Its status, its media type, its headers and its shape; to sense and to nonsense."""
    verb, _, path = name.partition(" ")
    operation = SCHEMA[path][verb]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def answered(case: Any, known: bool) -> None:
        if known:
            for each in case.path_parameters:
                what = path.split("/")[2] if each == "id" else each
                if what in served.known:
                    case.path_parameters[each] = served.known[what]
        response = case.call(base_url=served.address)
        case.validate_response(response, checks=CHECKS)

    answered()
