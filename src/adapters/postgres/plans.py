"""How plans of campaigns look in a row of PostgreSQL, and back."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ...core.balances import AccountName
from ...core.errors import AltynError
from ...core.money import Asset, Money
from ...core.purchases import CampaignId, Kind, Plan, Strategy
from ...core.transaction import StorageBroken


def written(plan: Plan) -> str:
    """A plan as JSON, always the same."""
    told = {
        "id": str(plan.id),
        "kind": plan.kind.value,
        "item": plan.item,
        "recipient": plan.recipient,
        "wanted": plan.wanted,
        "strategies": [
            {
                "supplier": each.supplier,
                "asset": [each.asset.code, each.asset.scale],
                "budget": each.budget.units,
                "unit_max": each.unit_max.units,
                "at_once": each.at_once,
                "quantity_max": each.quantity_max,
            }
            for each in plan.strategies
        ],
        "deadline": plan.deadline.astimezone(UTC).isoformat(),
        "source": plan.source,
        "poll_seconds": float(plan.poll_seconds),
    }
    return json.dumps(told, separators=(",", ":"), sort_keys=True)


def plan_of(id: UUID, text: str) -> Plan:
    """
    The plan that was written so, by the campaign of that id.

    Raises:
        StorageBroken: we never write such a one.
    """
    try:
        plan = _read(json.loads(text))
    except (AltynError, LookupError, TypeError, ValueError) as error:
        raise StorageBroken(f"campaign {id}", f"its plan is none ({error})") from error
    if plan.id != id or written(plan) != text:
        raise StorageBroken(f"campaign {id}", "its plan is not as it was written")
    return plan


def _read(told: dict[str, Any]) -> Plan:
    return Plan(
        id=CampaignId(UUID(told["id"])),
        kind=Kind(told["kind"]),
        item=told["item"],
        recipient=told["recipient"],
        wanted=told["wanted"],
        strategies=tuple(map(_strategy, told["strategies"])),
        deadline=datetime.fromisoformat(told["deadline"]),
        source=AccountName(told["source"]),
        poll_seconds=told["poll_seconds"],
    )


def _strategy(told: dict[str, Any]) -> Strategy:
    asset = Asset(*told["asset"])
    return Strategy(
        supplier=told["supplier"],
        budget=Money(told["budget"], asset),
        unit_max=Money(told["unit_max"], asset),
        at_once=told["at_once"],
        quantity_max=told["quantity_max"],
    )
