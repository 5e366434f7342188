"""Whether this process can do its work now, and how everything is that it stands on."""

import asyncio
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ...core.errors import AltynError
from ...core.health import Condition, Conditions, Probe
from ...core.schema import Schema

DATABASE: Final = "database"
SCHEMA: Final = "schema"
NEEDED: Final = (DATABASE, SCHEMA)
"""Nothing can be done without these; without the others it is done less well."""


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
        if not parts[DATABASE].well:
            return Condition(False, "not known while the database is not well")
        try:
            await self.schema.check()
        except AltynError as error:
            return Condition(False, str(error))
        return Condition(True)


def unmet(parts: Conditions) -> Conditions:
    """The parts that work needs and that are not well."""
    return {name: parts[name] for name in NEEDED if not parts[name].well}
