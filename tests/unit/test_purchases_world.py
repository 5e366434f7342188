"""Whatever goes wrong, what was bought is paid for once and delivered once: from many seeds."""

import os

import pytest

from altyn.entrypoints.testkit import run_virtually
from tests.unit.purchases_world import World
from tests.unit.purchases_world_judge import judge
from tests.unit.purchases_world_life import live

SEEDS = int(os.environ.get("ALTYN_TEST_WORLD_SEEDS", "300"))
"""How many worlds are played through; thousands of them every night."""
FIRST = int(os.environ.get("ALTYN_TEST_WORLD_FIRST", "0"))
"""From which on; others every night."""
PARTS = max(10, SEEDS // 200)


async def story(world: World) -> None:
    """Live, and be judged."""
    await live(world)
    await judge(world)


def play(world: World) -> None:
    """To the end; a failure names the seed, which plays it again."""
    try:
        run_virtually(story(world))
    except BaseException as failed:
        failed.add_note(f"seed {world.seed}")
        raise


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_bought_is_paid_and_delivered_once(part: int) -> None:
    """Processes die at every call, clocks fall behind, answers are lost, two decide at once."""
    for seed in range(FIRST + part, FIRST + SEEDS, PARTS):
        play(World(seed))


def test_a_seed_plays_the_same_world_again() -> None:
    """To the microsecond, and no other seed does: what fails once can be looked at."""

    def history(seed: int) -> tuple[list[tuple[float, str]], object, object]:
        world = World(seed)
        play(world)
        return world.dice.log, world.kept.outbox._waiting, world.outside.chain.carried

    once, again, other = map(history, (1, 1, 2))
    assert once == again
    assert once != other
    log = [what for _, what in once[0]]
    assert log.count("crash") > 5
    assert log.count("dozes") > 5
