"""Workers are killed while they buy over HTTP: everything is paid once, or not at all."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from altyn.core.purchases import State
from tests.integration.kills.buying import Story, play

BUYERS = int(os.environ.get("ALTYN_TEST_KILLS_BUYERS", "6"))
KILLS = int(os.environ.get("ALTYN_TEST_KILLS", "6"))
SEED = int(os.environ.get("ALTYN_TEST_KILLS_SEED", "1"))


async def test_what_is_killed_anywhere_pays_once(postgres_url: str, tmp_path: Path) -> None:
    """The books say what the wallet has done, and nobody has paid for what did not come."""
    story = Story(folder=tmp_path, database=postgres_url, buyers=BUYERS, kills=KILLS, seed=SEED)
    figures = await play(story, deadline_seconds=180 + 15 * KILLS)
    print(f"\n{figures}")
    assert figures.kills >= KILLS
    assert figures.states[State.DELIVERED] > 0


@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        ("sign_anew", "no bill was paid twice"),
        ("give_back_in_doubt", "(taken|paid) is what was delivered"),
    ],
)
async def test_planted_mistakes_are_found(
    mistake: str, found: str, postgres_url: str, tmp_path: Path
) -> None:
    """A program that makes one of them is not what Fragment and the chain say."""
    story = Story(
        folder=tmp_path,
        database=postgres_url,
        buyers=1,
        kills=0,
        seed=SEED,
        mistake=mistake,
        has_campaign=False,
        looks=(timedelta(),),
        patience_seconds=900,
        # Nobody is so slow between two calls that it is there at the first look.
        delivers_after=timedelta(minutes=2),
    )
    with pytest.raises(AssertionError, match=found):
        await play(story, deadline_seconds=120)
