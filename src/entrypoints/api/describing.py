"""The API described in OpenAPI 3.1: what the framework knows of it, and what it cannot know."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from .bodies import Body
from .examples import EXAMPLES
from .once import HEADER, KEY_MAX

Spec = dict[str, Any]

TITLE: Final = "Altyn"
VERSION: Final = "v1"
DESCRIPTION: Final = """\
Money in and goods out, over the same use cases as the command line. Amounts are decimal text,
beside them the whole number of smallest units, as text too. Everything that is posted carries an
`Idempotency-Key`: sent again under the same key it happens once, and is answered the same. Lists
come in pages: `next` of one is where the following goes on. Every error is a problem (RFC 9457)
with a stable `code`, and names its request.
"""
BEARER: Final = "key"
PROBLEM: Final = "Problem"
KNOWN: Final = "If-None-Match"
KEPT: Final = "/v1/"
"""How the paths begin below which everything happens once, and has a tag."""
SIGNING_IN: Final = "/v1/auth/"
"""But below this: what is answered there is a secret, and kept nowhere."""
OPEN: Final = ("/health/live", "/webhooks/", "/v1/auth/telegram", "/v1/auth/refresh")
"""How the paths begin that ask for no key."""

TAKES_KEY: Final[Spec] = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "Fresh for each thing you want to happen, the same when you ask for it again.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_MAX,
        "pattern": "^[\\x21-\\x7e]+$",
    },
    "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
}
KNOWS_TAG: Final[Spec] = {
    "name": KNOWN,
    "in": "header",
    "required": False,
    "description": "The `ETag` of the answer that you have.",
    "schema": {"type": "string"},
}
HEADERS: Final[Spec] = {
    "X-Request-Id": {
        "description": "The name of the request: yours, if you gave one that can be one.",
        "schema": {"type": "string"},
    },
    "ETag": {"description": "Changes when the answer does.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "Only with an answer that was given before.",
        "schema": {"type": "string", "const": "true"},
    },
    "Retry-After": {
        "description": "Whole seconds until asking again makes sense.",
        "schema": {"type": "integer"},
    },
}
LATER: Final = ("429", "503")


def described(routes: Sequence[ControllerRouterHandler]) -> Spec:
    """Those routes."""
    config = OpenAPIConfig(
        title=TITLE, version=VERSION, description=DESCRIPTION, use_handler_docstrings=True
    )
    app = Litestar(routes, openapi_config=config, logging_config=None)
    spec: Spec = _cleaned(app.openapi_schema.to_schema())
    spec.pop("servers", None)  # it is served wherever it is read
    components = spec["components"]
    components["headers"] = HEADERS
    components["parameters"] = {HEADER: TAKES_KEY, KNOWN: KNOWS_TAG}
    components["securitySchemes"] = {
        BEARER: {"type": "http", "scheme": "bearer", "description": "An API key."}
    }
    components["schemas"][PROBLEM]["examples"] = [EXAMPLES[PROBLEM]]
    for name in _bodies():
        if name in components["schemas"]:
            components["schemas"][name]["additionalProperties"] = False
    for path, verbs in spec["paths"].items():
        for verb, operation in verbs.items():
            _about_keys(path, verb, operation)
            _about_answers(operation)
    return spec


def _about_keys(path: str, verb: str, operation: Spec) -> None:
    """Which headers are asked for, and which come back."""
    operation["security"] = [] if path.startswith(OPEN) else [{BEARER: []}]
    if not path.startswith(KEPT) or path.startswith(SIGNING_IN):
        return
    answers, parameters = operation["responses"], operation.setdefault("parameters", [])
    if verb == "post":
        parameters.append({"$ref": f"#/components/parameters/{HEADER}"})
        for answer in answers.values():
            _comes(answer, "Idempotent-Replayed")
    elif "application/json" in answers.get("200", {}).get("content", ()):
        parameters.append({"$ref": f"#/components/parameters/{KNOWN}"})
        answers["304"] = {"description": "It is as you know it."}
        for status in ("200", "304"):
            _comes(answers[status], "ETag")


def _about_answers(operation: Spec) -> None:
    """What every answer has, and an example of it."""
    for status, answer in operation["responses"].items():
        _comes(answer, "X-Request-Id", *(["Retry-After"] if status in LATER else []))
        _show(answer)
    _show(operation.get("requestBody", {}))


def _comes(answer: Spec, *names: str) -> None:
    headers = answer.setdefault("headers", {})
    headers.update({name: {"$ref": f"#/components/headers/{name}"} for name in names})


def _show(said: Spec) -> None:
    for content in said.get("content", {}).values():
        shape = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if shape in EXAMPLES and shape != PROBLEM:
            content["example"] = EXAMPLES[shape]


def _bodies() -> Iterator[str]:
    waiting = [Body]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            yield kind.__name__


def _cleaned(value: Any) -> Any:
    """Without examples made up by chance, and without «or anything» where a tuple repeats."""
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"oneOf"} and {} in value["oneOf"]:
        (kept,) = (each for each in value["oneOf"] if each)
        return _cleaned(kept)
    return {name: _cleaned(each) for name, each in value.items() if not _made_up(name, each)}


def _made_up(name: str, value: Any) -> bool:
    return name == "examples" and isinstance(value, list)
