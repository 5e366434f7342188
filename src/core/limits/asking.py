"""Asking before acting: the story every way in begins with."""

from collections.abc import Iterable, Mapping

from attrs import frozen

from .errors import TooOften
from .ports import Admission, Meter
from .rules import Rulebook


@frozen
class AskLimits:
    """Count an action for everybody it concerns, or say how long to wait."""

    meter: Meter
    rules: Rulebook

    async def __call__(
        self, way_in: str, action: str, subjects: Mapping[str, str], roles: Iterable[str] = ()
    ) -> Admission:
        """
        Whether they may, now.

        Raises:
            TooOften: a limit is used up; nothing was counted.
            RuleUnknown, SubjectMissing: the action was not asked for properly.
            Unavailable: it cannot be counted, and is not done uncounted.
        """
        admission = await self.meter.admit(*self.rules.demands(way_in, action, subjects, roles))
        if not admission.admitted:
            raise TooOften(admission.refused_by.name, admission.wait)
        return admission
