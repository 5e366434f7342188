"""A plan of a campaign, as it is written in a file."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from ....core.amounts import amount_written
from ....core.balances import account_name
from ....core.clock import aware, parse_instant
from ....core.errors import AltynError
from ....core.identifiers import parse_id
from ....core.money import Assets, Money
from ....core.purchases import CampaignId, Kind, Plan, PlanMalformed, Strategy
from ....core.resilience import profile_named

FILE_BYTES_MAX: Final = 64 * 1024
PLANS: Final = UUID("6b0f3f5e-5f0b-5b34-9d0d-0a5c2f5a9b77")
MEMBERS: Final = frozenset(
    {
        "id",
        "kind",
        "item",
        "recipient",
        "wanted",
        "deadline",
        "profile",
        "account",
        "strategies",
    }
)
OF_STRATEGIES: Final = frozenset({"supplier", "budget", "unit_max", "at_once", "quantity_max"})


def read_plan(path: Path, assets: Assets) -> Plan:
    """
    The plan in that file; without an id it gets one from its contents, so that it begins once.

    Raises:
        PlanMalformed: it cannot be read, or does not say what is to be done.
    """
    try:
        raw = path.read_bytes()[: FILE_BYTES_MAX + 1]
        if len(raw) > FILE_BYTES_MAX:
            raise PlanMalformed(f"{path} is no plan: it is too large")
        written = tomllib.loads(raw.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise PlanMalformed(f"cannot read {path}: {wrong}") from None
    _only(written, MEMBERS, "a plan")
    try:
        return _plan(written, uuid5(PLANS, raw.decode()), assets)
    except PlanMalformed:
        raise
    except (AltynError, KeyError, TypeError, ValueError) as wrong:
        what = f"{wrong.args[0]} is missing" if isinstance(wrong, KeyError) else str(wrong)
        raise PlanMalformed(what) from None


def _plan(written: Mapping[str, Any], id: UUID, assets: Assets) -> Plan:
    deadline = written["deadline"]
    more = {"source": account_name(written["account"])} if "account" in written else {}
    return Plan(
        id=CampaignId(parse_id(written["id"]) if "id" in written else id),
        kind=Kind(written.get("kind", Kind.PACK)),
        item=written.get("item", ""),
        recipient=written["recipient"],
        wanted=written["wanted"],
        strategies=tuple(_strategy(each, assets) for each in written["strategies"]),
        deadline=aware(deadline) if isinstance(deadline, datetime) else parse_instant(deadline),
        poll_seconds=profile_named(written.get("profile", "balanced")).poll_seconds,
        **more,
    )


def _strategy(written: Mapping[str, Any], assets: Assets) -> Strategy:
    _only(written, OF_STRATEGIES, "a strategy")
    counts = {each: written[each] for each in ("at_once", "quantity_max") if each in written}
    return Strategy(
        supplier=written["supplier"],
        budget=_money(written["budget"], assets),
        unit_max=_money(written["unit_max"], assets),
        **counts,
    )


def _money(text: str, assets: Assets) -> Money:
    """An amount and its asset, like `12.5 TON`."""
    amount, _, code = text.partition(" ")
    return amount_written(amount, assets.named(code))


def _only(written: Mapping[str, Any], members: frozenset[str], what: str) -> None:
    if unknown := sorted(set(written) - members):
        raise PlanMalformed(f"{what} has no {unknown[0]}; it has {', '.join(sorted(members))}")
