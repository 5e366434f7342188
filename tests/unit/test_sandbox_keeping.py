"""What the world of the sandbox remembers, and what it refuses to believe."""

import os
import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox.desks import SHOP, Desks
from altyn.entrypoints.sandbox.fragment import DESTINATION
from altyn.entrypoints.sandbox.keeping import Keeping, WorldUnreadable


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path / "world.state")


def test_the_world_goes_on_where_it_was_left(keeping: Keeping) -> None:
    """Chats, invoices and the chain are there again, and shops see what was paid before."""
    left = Desks.open(ManualClock())
    ann = left.telegram.join("Ann")
    left.telegram.say(ann, "/start")
    left.heleket.sell("order", "3.5", "USDT")
    left.ton.send(SHOP, 5, "memo")
    left.ton.send(DESTINATION, 7, "50 Telegram Stars \n\nRef#one")
    keeping.keep(left)
    assert keeping.path.stat().st_mode & 0o077 == 0

    clock = ManualClock()
    clock.advance(minutes=5)
    found = Desks.open(clock)
    assert keeping.restore(found)
    assert found.telegram.chats.messages == left.telegram.chats.messages
    assert found.telegram.updates.pending == left.telegram.updates.pending
    assert found.heleket.invoices == left.heleket.invoices
    assert found.heleket.notices == left.heleket.notices
    assert [each.hash for each in found.ton.chain.transactions] == [
        each.hash for each in left.ton.chain.transactions
    ]
    assert found.fragment.sees is not None
    assert found.fragment.sees("Ref#one")
    # They are of one piece, and in the time of now.
    assert found.telegram.sales.chats is found.telegram.talk.chats is found.telegram.chats
    assert found.telegram.chats.clock is clock
    again = found.telegram.say(ann, "hello")
    assert again["message_id"] > found.telegram.chats.messages[ann.id][0]["message_id"]
    assert found.ton.chain.clock is clock


def test_where_nothing_was_kept_nothing_changes(keeping: Keeping) -> None:
    """It is a new world then."""
    assert not keeping.restore(Desks.open(ManualClock()))


@pytest.mark.parametrize("function", [os.system, eval, pickle.loads, Decimal.from_float])
def test_a_file_runs_nothing(keeping: Keeping, function: object) -> None:
    """Whatever somebody writes into it, only values of the sandbox are made of it."""

    class Wish:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return function, ("touch harm",)

    keeping.path.write_bytes(pickle.dumps((1, {"telegram": Wish()})))
    with pytest.raises(WorldUnreadable, match="does not belong there"):
        keeping.restore(Desks.open(ManualClock()))


@pytest.mark.parametrize("kept", [b"nonsense", pickle.dumps((0, {})), pickle.dumps((1, {}))])
def test_another_shape_is_refused(keeping: Keeping, kept: bytes) -> None:
    """What cannot be read as a world is left alone, and it is told what to do."""
    keeping.path.write_bytes(kept)
    with pytest.raises(WorldUnreadable, match="move the folder"):
        keeping.restore(Desks.open(ManualClock()))
