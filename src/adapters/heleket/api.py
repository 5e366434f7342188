"""Calls of Heleket: signed with the key that they belong to, and what an answer says."""

import json
from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from ...core.payments import ProviderRefused, ProviderUnclear
from ...core.resilience import Guard
from ...core.spans import calling
from ..http import Answer, Calls
from .signing import METHOD, signature

OK: Final = 200
REFUSALS: Final = range(400, 500)
LATER: Final = frozenset({408, 409, 425, 429})
"""Statuses under 500 that say nothing about what was done."""
NOT_FOUND: Final = 404

Result = dict[str, Any] | list[Any]


@frozen(kw_only=True)
class Merchant:
    """Who we are to Heleket."""

    id: str
    payment_key: str = field(repr=False)
    payout_key: str = field(default="", repr=False)
    """Without it nothing can be given back."""
    callback_url: str = ""
    """Where notices are to be sent; without it payments are found by asking."""


@frozen
class HeleketApi:
    """What can be asked of Heleket."""

    merchant: Merchant
    caller: Calls
    guard: Guard

    async def ask(self, path: str, wanted: Mapping[str, Any] | None = None) -> Result | None:
        """
        What he answers to a call about payments; None when it is about something unknown to him.

        Raises:
            ProviderRefused: he will not have it.
            Unavailable: it is not known what became of it.
        """
        return await self._signed(path, wanted, self.merchant.payment_key)

    async def pay_out(self, path: str, wanted: Mapping[str, Any]) -> Result | None:
        """The same of a call by which money leaves."""
        return await self._signed(path, wanted, self.merchant.payout_key)

    async def _signed(self, path: str, wanted: Mapping[str, Any] | None, key: str) -> Result | None:
        body = b"" if wanted is None else json.dumps(wanted, separators=(",", ":")).encode()
        headers = {
            "merchant": self.merchant.id,
            "sign": signature(body, key),
            "Content-Type": "application/json",
        }
        return await self.guard(lambda: self._call(f"/v1/{path}", body, headers))

    async def _call(self, path: str, body: bytes, headers: Mapping[str, str]) -> Result | None:
        with calling(METHOD, path.removeprefix("/v1/")):
            return result_of(await self.caller("POST", path, body=body, headers=headers))


def result_of(answer: Answer) -> Result | None:
    """The result in an answer, or what went wrong; None when there is no such thing."""
    try:
        said = answer.json()
    except ValueError:
        said = None
    if answer.status >= 500 or answer.status in LATER or not isinstance(said, dict):
        what = f"status {answer.status}" + ("" if isinstance(said, dict) else ", not JSON")
        raise ProviderUnclear(METHOD, what, answer.retry_after_seconds)
    result = said.get("result")
    if answer.status == OK and said.get("state") == 0 and isinstance(result, dict | list):
        return result
    reason = _reason(said)
    if answer.status == NOT_FOUND or reason.lower() == "not found":
        return None
    if said.get("state") == 1 or answer.status in REFUSALS:
        raise ProviderRefused(METHOD, reason or f"status {answer.status}")
    raise ProviderUnclear(METHOD, f"status {answer.status}, and no result")


def _reason(said: Mapping[str, Any]) -> str:
    """Why, in his words, as far as they can be shown; of wrong members their names."""
    errors = said.get("errors")
    text = ", ".join(errors) if isinstance(errors, dict) else said.get("message")
    return "".join(each for each in str(text or "")[:200] if each.isprintable())
