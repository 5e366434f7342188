"""Processes that buy are killed at each of their steps: everything is paid once, or not at all."""

import asyncio
from collections import Counter
from typing import Final
from uuid import uuid5

from altyn.adapters.postgres import PostgresAuditor, open_postgres
from altyn.core.money import RUB, TON
from altyn.core.purchases import State, Tally
from altyn.core.wallets import ChequeId, ChequeState, OutlayState
from altyn.core.wallets.cheque import CHEQUES
from tests.integration.purchase_processes import End, Town, house_in
from tests.integration.purchase_stories import SUPPLY, House, Outside, last_piece, sound
from tests.unit.purchases_house import ANN, wish
from tests.unit.staff import ANNA

QUESTIONS: Final = (
    *(f"wallet {what}" for what in ("draw", "present", "look")),
    *(f"fragment {what}" for what in ("order", "delivery")),
    *(f"packs {what}" for what in ("offer", "order", "delivery")),
)
ENDS: Final = tuple(End(question, heard) for question in QUESTIONS for heard in (False, True))


async def test_what_is_killed_anywhere_pays_once(postgres_url: str) -> None:
    """The books say what the wallet has done, and nobody has paid for what did not come."""
    outside = Outside()
    town = Town(postgres_url, outside)
    async with open_postgres(postgres_url) as store:
        house = await house_in(store, outside).furnished("10000")
        campaigns = []
        for number, end in enumerate(ENDS, start=1):
            if end.question.startswith("packs"):
                campaigns.append(await house.begin(last_piece(outside.clock, number), ANNA))
            else:
                await house.reserve((await house.quote(wish(number))).id)
            await town.life(end, minutes=4)
            # And two of them die between two statements: the time is asked for everywhere.
            places = 3 * number, 3 * number + 1
            ends = [End("clock now", heard=True, times=times) for times in places]
            await asyncio.gather(*(town.life(each, minutes=4) for each in ends))
        assert [end for end in ENDS if not town.met[end]] == []
        await asyncio.gather(*(town.life(None, minutes=90) for _ in "12"))
        bought = await house.purchases.of("user:ann", 100)
        assert {each.state for each in bought} <= {State.DELIVERED, State.REFUSED, State.RELEASED}
        delivered = [each for each in bought if each.state is State.DELIVERED]
        assert len(delivered) >= len(bought) // 2
        for each in campaigns:
            assert Tally.of(await house.purchases.of(each.buyer, 100)).delivered == 1
        paid = await paid_for(house)
        assert set(paid.values()) == {1}
        assert {str(each.id) for each in delivered} < paid.keys()
        assert len(paid) == len(delivered) + len(campaigns)
        assert await house.has(ANN, RUB) == (f"{10_000 - 165 * len(delivered)}.00", "0.00")
        assert await house.has(SUPPLY, TON) == (f"{len(delivered) / 2:.9f}", "0.000000000")
        assert await sound(PostgresAuditor(store))


async def paid_for(house: House) -> Counter[str]:
    """How often the wallet has paid for each purchase; cheques and outlays agree with that."""
    paid: Counter[str] = Counter()
    book = await house.cheques.book("ton")
    assert book.open is None
    cheques = [
        await house.cheques.get(ChequeId(uuid5(CHEQUES, f"ton\n{number}")))
        for number in range(1, book.number + 1)
    ]
    assert {each.draft.message for each in cheques} >= set(house.wallet.taken)
    for each in cheques:
        cashed = each.draft.message in house.wallet.carried_out
        assert (each.state is ChequeState.CASHED) is cashed
        for id in each.outlays:
            outlay = await house.outlays.get(id)
            if cashed:
                assert outlay.state is OutlayState.PAID
                paid[outlay.reference] += 1
    return paid
