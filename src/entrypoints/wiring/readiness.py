"""Whether this process can do its work now: everything it stands on is well."""

import asyncio
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ...core.errors import AltynError
from ...core.health import Condition, Conditions, Probe
from ...core.schema import Schema

DATABASE: Final = "database"
SCHEMA: Final = "schema"


@frozen
class Readiness:
    """Asks every probe at once, and the database whether it fits this version."""

    probes: tuple[Probe, ...]
    schema: Schema

    async def __call__(self) -> Conditions:
        """How each part is; the words hold no secret."""
        answers = await asyncio.gather(*(probe() for probe in self.probes))
        parts = {probe.name: answer for probe, answer in zip(self.probes, answers, strict=True)}
        return parts | {SCHEMA: await self._schema(parts)}

    async def _schema(self, parts: Mapping[str, Condition]) -> Condition:
        if DATABASE in parts and not parts[DATABASE].well:
            return Condition(False, "not known while the database is not well")
        try:
            await self.schema.check()
        except AltynError as error:
            return Condition(False, str(error))
        return Condition(True)
