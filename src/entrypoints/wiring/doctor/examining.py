"""All checks at once, each with an end; what is found is told in their order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

from ....core.errors import AltynError, Conflict, Unavailable
from ..redaction import hidden
from .finding import Check, Finding, unknown, wrong

DEADLINE_SECONDS: Final = 20.0

LATER: Final = "look again in a while"
REPORT: Final = "please report it, with what the same command says under --debug"


async def examine(
    checks: Sequence[Check], deadline_seconds: float = DEADLINE_SECONDS
) -> AsyncIterator[Finding]:
    """What is found; none of them keeps another one waiting, and no secret is in the words."""
    looks = [asyncio.create_task(_look(each, deadline_seconds)) for each in checks]
    try:
        for look in looks:
            found = await look
            yield Finding(found.code, found.grade, hidden.text(found.words), found.advice)
    finally:
        for look in looks:
            look.cancel()


async def _look(check: Check, seconds: float) -> Finding:
    try:
        async with asyncio.timeout(seconds):
            return await check.look()
    except TimeoutError:
        return unknown(check.code, f"no answer within {seconds:g} s", LATER)
    except (Unavailable, Conflict) as silence:
        return unknown(check.code, str(silence), LATER)
    except AltynError as no:
        return wrong(check.code, str(no), " ".join(getattr(no, "__notes__", [])))
    except Exception as bug:  # which keeps nobody from seeing the rest
        return wrong(check.code, f"a mistake inside Altyn: {type(bug).__name__}", REPORT)
