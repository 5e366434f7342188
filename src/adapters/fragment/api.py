"""Calls of Fragment as its pages make them: with their cookies, and the hash that they hold."""

import logging
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from attrs import define, field

from ...core.purchases import SupplierClosed, SupplierUnclear
from ...core.resilience import Priority, TurnedAway, Turns
from ...core.spans import calling
from ..http import Answer, Calls, Said
from .hosts import PAGE, Hosts, operation_of
from .refusing import Meaning, meaning_of
from .session import Session
from .wire import FRAGMENT

ORIGIN: Final = "https://fragment.com"
"""Where its pages are, whatever stands in for it."""
HASH: Final = re.compile(r"\\?/api\?hash=([a-f0-9]{1,128})(?![0-9A-Za-z])")
"""In a page; in a script its slash has another before it."""
OK: Final = 200
BUSY: Final = 429
NOT_LET_IN: Final = frozenset({401, 403})
SECRETS: Final = re.compile(r"(api\?hash=|stel_\w+=)[^\s;,'\"&]+")


def hide_secrets(record: logging.LogRecord) -> bool:
    """The client of HTTP logs addresses, and deeper down what comes: a hash, or a new cookie."""
    told = record.getMessage()
    if (hidden := SECRETS.sub(r"\1(secret)", told)) != told:
        record.msg, record.args = hidden, ()
    return True


for _name in ("httpx", "httpcore.http11", "httpcore.http2"):
    logging.getLogger(_name).addFilter(hide_secrets)


@define(eq=False)
class FragmentApi:
    """What can be asked of Fragment in one session."""

    session: Session
    hosts: Hosts
    turns: Turns
    browser: str = ""
    """What the browser in which somebody logged in calls itself; empty for what we are."""
    _hashes: dict[str, str] = field(factory=dict, init=False, repr=False)

    async def ask(
        self, method: str, page: str, wanted: Mapping[str, str], priority: Priority
    ) -> Said:
        """
        What is answered to a call from that page, which may be an error in its words.

        Raises:
            SupplierClosed: it does not let us in.
            Unavailable: it is not known what became of it.
        """
        hash = await self._hash(page, priority)
        said = await self._post(method, page, hash, wanted, priority)
        if meaning_of(said)[0] is not Meaning.STALE:
            return said
        # Nothing was done. Somebody else may have read the page again meanwhile.
        if self._hashes.get(page) == hash:
            del self._hashes[page]
        hash = await self._hash(page, priority)
        return await self._post(method, page, hash, wanted, priority)

    async def _hash(self, page: str, priority: Priority) -> str:
        if (known := self._hashes.get(page)) is not None:
            return known
        async with self.turns.turn(priority):
            with calling(FRAGMENT, PAGE):
                read = await self.hosts.ask(PAGE, lambda caller: self._read(caller, page))
        self._hashes[page] = read
        return read

    async def _post(
        self, method: str, page: str, hash: str, wanted: Mapping[str, str], priority: Priority
    ) -> Said:
        async def once(caller: Calls) -> Said:
            return await self._call(caller, method, page, hash, wanted)

        async with self.turns.turn(priority):
            with calling(FRAGMENT, method):
                return await self.hosts.ask(operation_of(method), once)

    @property
    def _ours(self) -> dict[str, str]:
        browser = {"User-Agent": self.browser} if self.browser else {}
        return {"Cookie": self.session.header, **browser}

    async def _read(self, caller: Calls, page: str) -> str:
        headers = {**self._ours, "Accept": "text/html"}
        answer = _well(await caller("GET", page, headers=headers))
        found = HASH.search(answer.body.decode("utf-8", "replace"))
        if found is None:
            raise SupplierUnclear(FRAGMENT, "its page is not as it was: it holds no hash")
        return found[1]

    async def _call(
        self, caller: Calls, method: str, page: str, hash: str, wanted: Mapping[str, str]
    ) -> Said:
        headers = {
            **self._ours,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "Accept": "application/json, text/javascript, */*; q=0.01",
            "X-Requested-With": "XMLHttpRequest",
            "Origin": ORIGIN,
            "Referer": f"{ORIGIN}{page}",
            "Sec-Fetch-Site": "same-origin",
            "Sec-Fetch-Mode": "cors",
            "Sec-Fetch-Dest": "empty",
        }
        body = urlencode({"method": method, **wanted}).encode()
        path = f"/api?hash={hash}"
        answer = _well(await caller("POST", path, body=body, headers=headers))
        try:
            said = answer.json()
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise SupplierUnclear(FRAGMENT, f"what it answers to {method} makes no sense")
        return said


def _well(answer: Answer) -> Answer:
    """The answer, if it is one."""
    if answer.status == BUSY:
        raise TurnedAway(f"{FRAGMENT}, status {BUSY}", answer.retry_after_seconds)
    if answer.status in NOT_LET_IN:
        raise SupplierClosed(FRAGMENT, f"it does not let us in (status {answer.status})")
    if answer.status != OK:
        words = f"status {answer.status}"
        raise SupplierUnclear(FRAGMENT, words, answer.retry_after_seconds)
    return answer
