"""What Heleket lists: invoices, page by page, and what it takes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .heleket_wire import Refusal, moment_of


def page_of(
    invoices: Sequence[Mapping[str, Any]], asked: Mapping[str, Any], cursor: str, per_page: int
) -> dict[str, Any]:
    """Those that were made in that time, the newest first, from where the cursor says."""
    since, until = moment_of(asked, "date_from"), moment_of(asked, "date_to")
    listed = [each for each in reversed(invoices) if _within(each, since, until)]
    names = [each["uuid"] for each in listed]
    begin = 0
    if cursor:
        try:
            begin = names.index(urlsafe_b64decode(cursor).decode()) + 1
        except ValueError:
            raise Refusal(422, errors={"cursor": ["validation.cursor"]}) from None
    items = listed[begin : begin + per_page]
    more = begin + per_page < len(listed)
    return {
        "items": items,
        "paginate": {
            "count": len(items),
            "hasPages": len(listed) > per_page,
            "nextCursor": urlsafe_b64encode(items[-1]["uuid"].encode()).decode() if more else None,
            "previousCursor": cursor or None,
            "perPage": per_page,
        },
    }


def _within(invoice: Mapping[str, Any], since: datetime | None, until: datetime | None) -> bool:
    made = datetime.fromisoformat(invoice["created_at"]).replace(microsecond=0)
    return (since is None or since <= made) and (until is None or made <= until)


def service(
    currency: str, network: str, least: str, most: str, *, is_available: bool = True
) -> dict[str, Any]:
    """A coin on a network, as it is listed."""
    return {
        "network": network,
        "currency": currency,
        "is_available": is_available,
        "limit": {"min_amount": least, "max_amount": most},
        "commission": {"fee_amount": "0.00", "percent": "2.00"},
    }


def services() -> list[dict[str, Any]]:
    """What is taken on an ordinary day."""
    return [
        service("USDT", "tron", "1.00000000", "500000.00000000"),
        service("USDT", "bsc", "0.50000000", "1000000.00000000"),
        service("TON", "ton", "0.10000000", "100000.00000000"),
        service("BTC", "bitcoin", "0.00003000", "100.00000000"),
    ]
