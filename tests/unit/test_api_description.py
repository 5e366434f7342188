"""The API is what its description says, and the description in the repository is that one."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import convert

from altyn.entrypoints.api import bodies
from altyn.entrypoints.api.app import specification
from altyn.entrypoints.api.examples import EXAMPLES
from altyn.entrypoints.api.snapshot import written

SNAPSHOT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def operations() -> dict[str, Any]:
    """Everything one can ask, by verb and path."""
    return {
        f"{verb.upper()} {path}": operation
        for path, verbs in specification()["paths"].items()
        for verb, operation in verbs.items()
    }


def test_the_snapshot_is_the_api() -> None:
    """A change of the API shows in the repository: `nox -s openapi` writes it."""
    assert SNAPSHOT.read_text("utf-8") == written()


@pytest.mark.parametrize("name", operations())
def test_every_operation_is_shown(name: str) -> None:
    """With words, and with an example of what goes there and of what comes back."""
    operation = operations()[name]
    assert operation["summary"]
    assert operation["description"]
    said = [operation.get("requestBody", {})]
    said += [operation["responses"].get(status, {}) for status in ("200", "201")]
    for each in said:
        for media_type, content in each.get("content", {}).items():
            shapeless = media_type.startswith("text/") or name.startswith("POST /webhooks/")
            assert shapeless or "example" in content


@pytest.mark.parametrize("name", [name for name in operations() if " /v1/" in name])
def test_every_operation_says_how_it_refuses(name: str) -> None:
    """As a problem, whoever asks; and what is posted takes a key."""
    operation = operations()[name]
    refusals = {"400", "401", "403", "404", "421", "422", "429", "503"}
    posted = name.startswith("POST") and " /v1/auth/" not in name
    if posted:
        refusals |= {"409", "413"}
    assert {status for status in operation["responses"] if status >= "4"} >= refusals
    for status in refusals:
        assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
    parameters = operation.get("parameters", ())
    names = [each.get("$ref", "").rpartition("/")[2] for each in parameters]
    assert ("Idempotency-Key" in names) is posted
    signs_in = name.endswith(("/auth/telegram", "/auth/refresh"))
    assert operation["security"] == ([] if signs_in else [{"key": []}])


def test_bodies_are_strict() -> None:
    """Everything that is sent is described as closed, and its example can be sent."""
    schemas = specification()["components"]["schemas"]
    waiting, seen = [bodies.Body], set()
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            seen.add(kind.__name__)
            assert schemas[kind.__name__]["additionalProperties"] is False
            if kind.__name__ in EXAMPLES:
                convert(EXAMPLES[kind.__name__], kind)
    assert len(seen) > 10


def test_nothing_is_made_up() -> None:
    """Two descriptions are the same: no example comes from chance."""
    specification.cache_clear()
    first = written()
    specification.cache_clear()
    assert written() == first
