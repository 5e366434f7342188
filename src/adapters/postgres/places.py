"""Where pages begin that are read by moment and id."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

BEFORE_ALL: Final = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
AFTER_ALL: Final = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
