"""Whatever goes wrong, what came is in the books once: played through from many seeds."""

import os

import pytest

from altyn.core.payments import Case, Rules, Treatment
from altyn.entrypoints.testkit import run_virtually
from altyn.entrypoints.wiring.methods import TREATMENTS
from tests.unit.payments_world import World
from tests.unit.payments_world_judge import judge
from tests.unit.payments_world_life import live

SEEDS = int(os.environ.get("ALTYN_TEST_WORLD_SEEDS", "40"))
"""How many worlds are played through; thousands of them every night."""
FIRST = int(os.environ.get("ALTYN_TEST_WORLD_FIRST", "0"))
"""The first of them: every night begins elsewhere."""
PARTS = max(8, SEEDS // 50)

IN_QUESTION = (Case.UNDER, Case.OVER, Case.LATE, Case.DOUBLE)
RULES = {
    "as delivered": Rules(of_method=TREATMENTS),
    "strict": Rules(dict.fromkeys(IN_QUESTION, Treatment.HOLD)),
    "returning": Rules(
        dict.fromkeys((*IN_QUESTION, Case.WRONG_ASSET, Case.UNMATCHED), Treatment.RETURN)
    ),
}


def rules_of(seed: int) -> Rules:
    """Each world has one of them."""
    return list(RULES.values())[seed % len(RULES)]


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
def test_what_came_is_in_the_books_once(part: int) -> None:
    """Processes die at every call, answers are lost, notices come thrice: nothing is lost."""
    for seed in range(FIRST + part, FIRST + SEEDS, PARTS):
        play(World(seed, rules_of(seed)))


def test_a_seed_plays_the_same_world_again() -> None:
    """To the microsecond, and no other seed does: what fails once can be looked at."""

    def history(seed: int) -> tuple[object, ...]:
        world = World(seed)
        play(world)
        kept, outside = world.kept, world.outside
        told = kept.outbox._waiting, outside.heleket.notices, outside.telegram.deliveries
        return world.dice.log, *told, outside.ton.chain.transactions

    once, again, other = map(history, (1, 1, 2))
    assert once == again
    assert once != other
    log = [what for _, what in once[0]]  # type: ignore[attr-defined]
    assert log.count("crash") > 5
