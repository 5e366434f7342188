"""Heleket's own list of invoices, page by page: what came under them, and what went back."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final
from urllib.parse import urlencode

from attrs import evolve, frozen

from ...core.money import Assets
from ...core.payments import Line, ProviderUnclear, RefundStage, Uncounted
from .api import HeleketApi
from .signing import METHOD
from .wire import (
    REFUND_STAGES,
    Unintelligible,
    list_of,
    moment_of,
    object_of,
    payment_id,
    report_of,
    status_of,
    text_of,
    understood,
)

LOOK_BACK: Final = timedelta(days=14)
"""He lists invoices by when they were made; what is paid late or goes back is so much younger."""
PAGES_MAX: Final = 2000
MOSCOW: Final = timezone(timedelta(hours=3))


@frozen
class HeleketList:
    """All invoices of the merchant."""

    api: HeleketApi
    assets: Assets

    async def lines(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[Line | Uncounted]]:
        """As the port says; a page that was there before is as bad as one that is missing."""
        wanted = {
            "date_from": as_he_writes(since - LOOK_BACK),
            "date_to": as_he_writes(until + timedelta(seconds=1)),
        }
        names: set[str] = set()
        cursors = {""}
        path = "payment/list"
        for _ in range(PAGES_MAX):
            with understood():
                page = object_of(await self.api.ask(path, wanted))
                invoices = {text_of(each, "uuid"): each for each in map(object_of, items_of(page))}
                fresh = [invoices[name] for name in invoices.keys() - names]
                if invoices and not fresh:
                    raise Unintelligible("a page of its list was there before")
                lines = [line for each in fresh for line in lines_of(each, self.assets)]
                cursor = next_of(page)
            yield [line for line in lines if since <= line.at < until]
            if not cursor:
                return
            if cursor in cursors:
                raise ProviderUnclear(METHOD, "its list goes in circles")
            cursors.add(cursor)
            names |= invoices.keys()
            path = "payment/list?" + urlencode({"cursor": cursor})
        raise ProviderUnclear(METHOD, f"its list has no end after {PAGES_MAX} pages")


def lines_of(invoice: Mapping[str, Any], assets: Assets) -> Sequence[Line | Uncounted]:
    """
    What came under an invoice for good, and that it went back, if some of it did.

    Of which part of it, he does not say; of an earlier refund than the last he says nothing.
    """
    at = moment_of(invoice, "updated_at")
    if at is None or moment_of(invoice, "created_at") is None:
        raise Unintelligible("an invoice of its list has no date")
    said, payment = report_of(invoice, assets, at), payment_id(invoice.get("order_id"))
    lines: list[Line | Uncounted] = [evolve(each, payment=payment) for each in said.uncounted]
    for came in said.inflows:
        line = Line(key=came.key, amount=came.amount, at=came.at, payment=payment)
        lines.append(line)
        if REFUND_STAGES.get(status_of(invoice)) is RefundStage.DONE:
            lines.append(evolve(line, at=at, back=True, at_most=True))
    return lines


def items_of(page: Mapping[str, Any]) -> Sequence[Any]:
    """The invoices on a page."""
    return list_of(page.get("items"))


def next_of(page: Mapping[str, Any]) -> str:
    """Where the next page is; empty after the last one."""
    paginate = object_of(page.get("paginate"))
    return text_of(paginate, "nextCursor") if paginate.get("nextCursor") else ""


def as_he_writes(moment: datetime) -> str:
    """A moment in a question."""
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M:%S")
