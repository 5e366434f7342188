"""The program is killed while people pay by every way there is: what came is in the books once."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from altyn.core.payments import Case
from tests.integration.kills.people import WAYS
from tests.integration.kills.playing import Story, play
from tests.integration.kills.shop import End, Fate
from tests.integration.kills.town import Moment

PEOPLE = int(os.environ.get("ALTYN_TEST_KILLS_PEOPLE", "36"))
KILLS = int(os.environ.get("ALTYN_TEST_KILLS", "12"))
SEED = int(os.environ.get("ALTYN_TEST_KILLS_SEED", "1"))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each storage."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/shop.db"


async def test_what_came_is_in_the_books_once(database: str, tmp_path: Path) -> None:
    """Killed at any point and started again, it credits what the desks hold, and nothing twice."""
    story = Story(folder=tmp_path, database=database, people=PEOPLE, kills=KILLS, seed=SEED)
    figures = await play(story, deadline_seconds=240 + 6 * KILLS)
    print(f"\n{database.partition(':')[0]}: {figures}")
    assert figures.kills == KILLS
    assert figures.came.keys() == {"cards", "example", "heleket", "stars", "ton"}
    assert figures.cases.keys() == {Case.EXACT, Case.UNDER, Case.OVER, Case.DOUBLE, Case.LATE}


@pytest.mark.parametrize(
    ("mistake", "method", "times_max"),
    [("acknowledge_before_storing", "cards", 1), ("book_without_a_key", "heleket", 3)],
)
async def test_planted_mistakes_are_found(
    mistake: str, method: str, times_max: int, tmp_path: Path
) -> None:
    """A program that makes one of them ends with other books than the desks have."""
    story = Story(
        folder=tmp_path,
        database=f"sqlite:///{tmp_path}/shop.db",
        people=4,
        kills=6,
        seed=SEED,
        ways=[way for way in WAYS if way[0] == method],
        mistake=mistake,
        fate=Fate(ends={End.AMBUSH: 1}, moments=(Moment.ACKNOWLEDGED,), spared_max=0),
        times_max=times_max,
        looks=(timedelta(),),
        patience_seconds=1,
    )
    with pytest.raises(AssertionError, match="what came is there, once"):
        await play(story, deadline_seconds=240)
