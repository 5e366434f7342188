"""Use cases and transactions under their names, where somebody follows what is done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError
from aiogram.methods import GetMe, TelegramMethod

from altyn.core.balances import ExpireHolds
from altyn.core.purchases import GoOn
from altyn.core.schema import Schema
from altyn.core.spans import followed_by, span
from altyn.core.transaction import Transaction
from altyn.entrypoints.bot.following import Followed
from altyn.entrypoints.testkit import Recorder
from altyn.entrypoints.wiring import read_settings
from altyn.entrypoints.wiring.container import make_container
from altyn.entrypoints.wiring.following import FollowedUseCase

TOKEN = "7000000001:a-token-of-some-length-nobody-may-see"


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    with followed_by(recorder):
        yield recorder


async def test_in_a_house(tmp_path: Path, recorder: Recorder) -> None:
    """What the container has is wrapped if that was chosen, and is what it was all the same."""
    database = {"ALTYN_DATABASE": f"sqlite:///{tmp_path}/shop.db"}
    plain = make_container(read_settings(database, tmp_path), create=True)
    assert type(await plain.get(ExpireHolds)) is ExpireHolds
    await (await plain.get(Schema)).migrate()
    await plain.close()
    assert recorder.spans == []
    followed = make_container(read_settings(database | {"ALTYN_TRACES": "yes"}, tmp_path))
    transaction = await followed.get(Transaction)
    with span("step"):
        async with transaction():
            assert transaction.active
        assert not transaction.active
        assert not await (await followed.get(ExpireHolds))()
    assert isinstance(await followed.get(GoOn), FollowedUseCase)
    assert callable((await followed.get(GoOn)).further)
    await followed.close()
    step, kept, expired = recorder.spans[:3]
    assert [kept.name, expired.name] == ["transaction", "expire holds"]
    assert kept.inside is expired.inside is step


@pytest.mark.parametrize(
    ("error", "failed"), [(TelegramBadRequest, False), (TelegramNetworkError, True)]
)
async def test_calls_of_the_bot(recorder: Recorder, error: type[Exception], failed: bool) -> None:
    """They are told by method, and what Telegram answers with a no has not failed."""

    async def no(bot: Bot, method: TelegramMethod[object]) -> object:
        raise error(method, TOKEN)

    with span("answer update"), pytest.raises(error):
        await Followed()(no, Bot(TOKEN), GetMe())  # type: ignore[arg-type]
    (call,) = recorder.told("telegram getMe")
    assert call.failed == failed
    assert TOKEN not in str(call.facts)
