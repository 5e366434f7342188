"""The bot as people run it: the program between real desks, fetching updates or being told them."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from tests.integration.kills.chatting import Way, living, open_parlour
from tests.integration.kills.guests import EN, RU, Guest

FETCHED: Final = Way(brought=False)
BROUGHT: Final = Way(brought=True, processes=2)


@pytest.mark.parametrize("way", [FETCHED, BROUGHT], ids=["fetched", "brought"])
async def test_from_the_first_start_to_delivered_stars(
    way: Way, postgres_url: str, tmp_path: Path
) -> None:
    """Too little money, a top-up by each way, the purchase goes on, and there is a receipt."""
    async with open_parlour(tmp_path, postgres_url, way) as parlour:
        guests = [
            Guest(parlour, f"anna_{words['language']}_{method}", words, method)
            for words in (EN, RU)
            for method in ("stars", "heleket")
        ]
        async with living(parlour):
            await asyncio.gather(*(guest() for guest in guests))
        for guest in guests:
            result = await guest.result()
            assert (result.charged, result.delivered) == (1, 1)
            assert result.left == result.paid - result.price
            assert result.held == 0
            assert (result.receipts, result.told, len(guest.messages)) == (1, 1, 2)
        assert await parlour.found() == []
