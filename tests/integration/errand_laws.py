"""What somebody might try on the table of errands, and the laws that stop it."""

from typing import Final
from uuid import UUID

from altyn.core.errands import Errands
from altyn.entrypoints.testkit.errands import DONE, LATER, NOON, errand
from tests.integration.payment_laws import Crime

OPEN, ANSWERED = errand("open"), errand("answered")
SET: Final = "UPDATE {s}errand SET "
OF_OPEN: Final = " WHERE status IS NULL"
OF_ANSWERED: Final = " WHERE status IS NOT NULL"

CRIMES: Final = (
    Crime(
        "an id again",
        "errand_is_single",
        "INSERT INTO {s}errand (id, digest, claim, until) "
        "SELECT id, digest, claim, until FROM {s}errand" + OF_OPEN,
    ),
    Crime("a digest that is none", "errand_digest_is_one", f"{SET}digest = {{b}}{OF_OPEN}",
          ("errand.errand_contents_are_fixed",)),
    Crime("other contents", "errand_contents_are_fixed", f"{SET}digest = {{b}}{OF_OPEN}"),
    Crime("a status that is no answer", "errand_status_is_one",
          f"{SET}claim = NULL, status = 500, media_type = '', body = {{b}}{OF_OPEN}"),
    Crime("an answer without words", "errand_answer_is_whole",
          f"{SET}claim = NULL, status = 200, media_type = ''{OF_OPEN}"),
    Crime("an answer of no kind", "errand_answer_is_whole",
          f"{SET}claim = NULL, status = 200, body = {{b}}{OF_OPEN}"),
    Crime("an answer while it is done", "errand_answered_is_nobodys",
          f"{SET}status = 200, media_type = '', body = {{b}}{OF_OPEN}"),
    Crime("another answer", "errand_is_answered_once", f"{SET}status = 404{OF_ANSWERED}"),
    Crime("an answer taken back", "errand_is_answered_once",
          f"{SET}status = NULL, media_type = NULL, body = NULL{OF_ANSWERED}"),
)  # fmt: skip
HONEST: Final = (
    f"{SET}claim = NULL, status = 200, media_type = '', body = {{b}}{OF_OPEN}",
    f"{SET}claim = NULL{OF_OPEN}",
    "DELETE FROM {s}errand",
)


async def lived(errands: Errands) -> None:
    """One that is open, and one that was answered."""
    for each in (OPEN, ANSWERED):
        await errands.begin(each, UUID(int=1), NOON, LATER)
    await errands.answer(ANSWERED.id, DONE)
