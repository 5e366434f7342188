"""The description as a page for people: one file, nothing from elsewhere, no scripts."""

import json
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Any, Final

Spec = dict[str, Any]

STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #1c1c1c; background: #fff }
h2 { margin-top: 3rem; border-bottom: 1px solid #ddd } h3 { margin: 2rem 0 0 }
code, pre { font: 14px/1.4 ui-monospace, monospace } pre { background: #f5f5f5; padding: .8rem;
       overflow: auto } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0 }
.verb { text-transform: uppercase; font-weight: 600; color: #075 } nav a { margin-right: 1rem }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #161616 }
       pre { background: #222 } h2 { border-color: #333 } a { color: #8cf } .verb { color: #6c9 } }
"""
POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    f"{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing may be loaded, sent or framed; the one style is known by its digest."""
DESCRIPTION: Final = "/docs/openapi.json"


def page(spec: Spec) -> str:
    """That description."""
    info = spec["info"]
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(info['title'])} {escape(info['version'])}</title>",
            f"<style>{STYLE}</style></head><body>",
            f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
            f"<p>{escape(info['description'])}</p>",
            f'<p><a href="{DESCRIPTION}">OpenAPI 3.1</a></p>',
            *_tags(spec),
            "</body></html>\n",
        ]
    )


def _tags(spec: Spec) -> Iterator[str]:
    by_tag: dict[str, list[tuple[str, str, Spec]]] = {}
    for path, verbs in spec["paths"].items():
        for verb, operation in verbs.items():
            by_tag.setdefault(operation["tags"][0], []).append((path, verb, operation))
    yield "<nav>" + "".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in by_tag)
    yield "</nav>"
    for tag, operations in by_tag.items():
        yield f'<h2 id="{escape(tag)}">{escape(tag)}</h2>'
        for each in operations:
            yield from _operation(spec, *each)


def _operation(spec: Spec, path: str, verb: str, operation: Spec) -> Iterator[str]:
    name = escape(operation["operationId"])
    yield f'<h3 id="{name}"><span class="verb">{verb}</span> <code>{escape(path)}</code></h3>'
    summary, words = escape(operation["summary"]), escape(operation.get("description", ""))
    yield f"<p><b>{summary}</b> · {words}</p>"
    if parameters := operation.get("parameters"):
        yield "<table><tr><th>parameter</th><th>in</th><th></th><th></th></tr>"
        known = spec["components"]["parameters"]
        yield from (_parameter(known.get(_named(each), each)) for each in parameters)
        yield "</table>"
    if body := operation.get("requestBody"):
        yield from _content(spec, "Body", body)
    yield "<table><tr><th>status</th><th></th></tr>"
    for status, answer in operation["responses"].items():
        yield f"<tr><td>{status}</td><td>{escape(answer['description'])}</td></tr>"
    yield "</table>"
    for status in ("200", "201"):
        yield from _content(spec, f"Answer {status}", operation["responses"].get(status, {}))


def _named(reference: Spec) -> str:
    """The last word of a reference; empty where it is none."""
    return str(reference.get("$ref", "")).rpartition("/")[2]


def _parameter(parameter: Spec) -> str:
    needed = "required" if parameter.get("required") else ""
    words = escape(parameter.get("description", ""))
    name, place = escape(parameter["name"]), escape(parameter["in"])
    return f"<tr><td><code>{name}</code></td><td>{place}</td><td>{needed}</td><td>{words}</td></tr>"


def _content(spec: Spec, title: str, said: Spec) -> Iterator[str]:
    for media_type, content in said.get("content", {}).items():
        yield f"<p>{title}, <code>{escape(media_type)}</code></p>"
        yield from _members(spec, content.get("schema", {}))
        if "example" in content:
            example = json.dumps(content["example"], indent=2, ensure_ascii=False)
            yield f"<details><summary>example</summary><pre>{escape(example)}</pre></details>"


def _members(spec: Spec, schema: Spec) -> Iterator[str]:
    shape = spec["components"]["schemas"].get(_named(schema), {})
    if not shape.get("properties"):
        return
    needed = shape.get("required", [])
    yield "<table><tr><th>member</th><th>is</th><th></th><th></th></tr>"
    for member, kind in shape["properties"].items():
        words = escape(kind.get("description", ""))
        must = "required" if member in needed else ""
        yield f"<tr><td><code>{escape(member)}</code></td><td>{escape(_kind(kind))}</td>"
        yield f"<td>{must}</td><td>{words}</td></tr>"
    yield "</table>"


def _kind(schema: Spec) -> str:
    """What it is, in a few words."""
    if "$ref" in schema:
        return _named(schema)
    if "oneOf" in schema:
        return " or ".join(map(_kind, schema["oneOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "any"))
