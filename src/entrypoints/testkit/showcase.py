"""The contract of `core.purchases.Showcase`."""

from collections.abc import Sequence

import pytest

from ...core.errors import Unavailable
from ...core.purchases import Article, Collection, Goods, Kind, Showcase, SupplierRefused


class OnShow:
    """A supplier who does as he is told. Subclass it, and override everything."""

    collection: Collection
    """One that is on sale."""
    articles: Sequence[Article]
    """What is in it."""

    def sell_out(self, item: str) -> None:
        """None of it is left."""
        raise NotImplementedError

    def withdraw(self) -> None:
        """That collection is not on sale any more."""
        raise NotImplementedError

    def fall_silent(self) -> None:
        """Whatever he is asked, he does not answer."""
        raise NotImplementedError


@pytest.mark.asyncio
class ShowcaseContract:
    """
    What every showcase does. Subclass it in a test and override two fixtures: `showcase`, and the
    supplier whose it is, `shown`.
    """

    @pytest.fixture
    def showcase(self) -> Showcase:
        """A showcase of that supplier."""
        raise NotImplementedError("override the fixture `showcase`")

    @pytest.fixture
    def shown(self) -> OnShow:
        """The supplier."""
        raise NotImplementedError("override the fixture `shown`")

    async def test_what_is_on_sale_is_shown(self, showcase: Showcase, shown: OnShow) -> None:
        """Collections, what is in them, sold out or not, and what each costs."""
        assert shown.collection in await showcase.collections()
        assert list(await showcase.articles(shown.collection.id)) == list(shown.articles)
        for each in shown.articles:
            assert Goods(kind=Kind.PACK, quantity=1, item=each.item)
            assert (await showcase.cost(each.item)).units > 0

    async def test_what_is_sold_out_is_shown_as_that(
        self, showcase: Showcase, shown: OnShow
    ) -> None:
        """It may come again."""
        sold_out, *others = shown.articles
        shown.sell_out(sold_out.item)
        none, *some = await showcase.articles(shown.collection.id)
        assert (none.item, none.left) == (sold_out.item, 0)
        assert some == others

    async def test_what_is_not_on_sale_is_not_shown(
        self, showcase: Showcase, shown: OnShow
    ) -> None:
        """Neither the collection, nor what is in it."""
        shown.withdraw()
        assert shown.collection not in await showcase.collections()
        assert list(await showcase.articles(shown.collection.id)) == []

    @pytest.mark.parametrize("name", ["999", "no such thing", "a/b"])
    async def test_what_he_does_not_have_is_refused(
        self, showcase: Showcase, shown: OnShow, name: str
    ) -> None:
        """That is a no, and no doubt."""
        with pytest.raises(SupplierRefused):
            await showcase.articles(name)
        with pytest.raises(SupplierRefused):
            await showcase.cost(f"{shown.collection.id}/{name}")

    async def test_silence_shows_nothing(self, showcase: Showcase, shown: OnShow) -> None:
        """It is not taken for an empty shop."""
        shown.fall_silent()
        for asking in (
            showcase.collections(),
            showcase.articles(shown.collection.id),
            showcase.cost(shown.articles[0].item),
        ):
            with pytest.raises(Unavailable):
                await asking
