"""Somebody who sits between us and a provider, and changes what is said."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import define, field

from altyn.adapters.http import Answer, Calls

Change = Callable[[Any], Any]


@define
class Between:
    """Calls of somebody between whom and the provider somebody else sits."""

    desk: Calls
    changes: dict[str, Change] = field(factory=dict, init=False)
    """What becomes of an answer, by its path."""
    instead: dict[str, Answer | Exception] = field(factory=dict, init=False)
    asked: list[tuple[str, dict[str, str], Mapping[str, str]]] = field(factory=list, init=False)

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        parts = urlsplit(path)
        self.asked.append((parts.path, dict(parse_qsl(parts.query)), headers or {}))
        found = self.instead.get(parts.path)
        if isinstance(found, Exception):
            raise found
        answer = found or await self.desk(method, path, body=body, headers=headers)
        if parts.path not in self.changes:
            return answer
        said = self.changes[parts.path](json.loads(answer.body))
        return Answer(answer.status, answer.headers, json.dumps(said).encode())
