"""What a caller over HTTP is told when a request cannot be answered."""

from http import HTTPStatus

from altyn.core.transaction import StorageBusy
from altyn.entrypoints.api.problems import problem_of, retry_after


def test_a_crowd_is_asked_to_come_again() -> None:
    """Where others have all connections it is no mistake of ours, and it is said when to ask."""
    crowd = StorageBusy("postgresql://localhost:5432/altyn", "others have all of its connections")
    told = problem_of(crowd)
    assert (told.status, told.code) == (HTTPStatus.SERVICE_UNAVAILABLE, "storage_busy")
    assert retry_after(crowd) == "1"
