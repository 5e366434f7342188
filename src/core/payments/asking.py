"""Whether providers let us in: asked by whoever sets the shop up, and never by a payer."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError, Unavailable
from .gateways import Gateways
from .ports import Gateway


class Condition(StrEnum):
    """How a way of paying stands."""

    DISABLED = "disabled"
    """Nothing was said about it."""
    ENABLED = "enabled"
    SILENT = "silent"
    """It is enabled, and the provider does not answer, or has nothing that could be asked."""
    MISCONFIGURED = "misconfigured"
    """It is half enabled or wrongly, or the provider does not let us in."""


@frozen
class Reply:
    """What a provider said."""

    state: Condition
    why: str = ""


@frozen
class AskMethods:
    """Ask each provider for his latest lines, which he shows to nobody else."""

    gateways: Gateways
    clock: Clock

    async def __call__(self) -> Mapping[str, Reply]:
        """How each enabled method stands."""
        return {name: await self._ask(each) for name, each in self.gateways.by_method.items()}

    async def _ask(self, gateway: Gateway) -> Reply:
        now = self.clock.now()
        try:
            async for _ in gateway.lines(now - timedelta(minutes=1), now):
                break
        except Unavailable as silence:
            return Reply(Condition.SILENT, str(silence))
        except AltynError as no:
            return Reply(Condition.MISCONFIGURED, str(no))
        return Reply(Condition.ENABLED)
