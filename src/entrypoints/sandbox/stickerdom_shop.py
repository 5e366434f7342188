"""What the store sells, and what has become of each order."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from attrs import define, field

PLENTY: Final = 10_000
"""So many packs are left of what nobody will buy out."""


@define(kw_only=True)
class Character:
    """What can be bought, pack by pack."""

    id: int
    name: str
    stars: int
    """What a pack costs in Stars."""
    coins: Decimal
    """And in coins."""
    left: int
    supply: int = 1000


@define(kw_only=True)
class Collection:
    """Characters that are sold together."""

    id: int
    title: str
    characters: dict[int, Character]
    status: str = "active"

    @property
    def said(self) -> dict[str, Any]:
        """How a list shows it."""
        creator = {"name": "Sandbox", "status": "verified", "social_links": []}
        return {
            "id": self.id,
            "creator": creator,
            "title": self.title,
            "description": "",
            "type": "default",
            "media": [],
            "status": self.status,
            "badges": [],
        }

    def shown(self, character: Character) -> dict[str, Any]:
        """How one of its characters is shown."""
        return {
            "id": character.id,
            "collection_id": self.id,
            "name": character.name,
            "description": "",
            "stickers": [],
            "price": character.stars,
            "left": character.left,
            "supply": character.supply,
            "type": "default",
            "attributes": [],
        }


@define(kw_only=True)
class Order:
    """Something that somebody may pay for; who does not owes nothing."""

    id: str
    """By which a payment is known: the words that go with coins, or the slug of an invoice."""
    user: int
    collection: Collection
    character: Character
    count: int
    units: int
    """What it costs, in nano or in Stars."""
    in_stars: bool
    made_at: datetime
    paid_at: datetime | None = None
    delivered_at: datetime | None = field(default=None)


def assortment() -> dict[int, Collection]:
    """What there is in a new world: plenty of some, a few of others, and one of the rarest."""
    forest = {
        3: Character(id=3, name="Fox", stars=150, coins=Decimal("0.25"), left=PLENTY),
        4: Character(id=4, name="Owl", stars=240, coins=Decimal("0.4"), left=PLENTY),
    }
    steppe = {
        5: Character(id=5, name="Saiga", stars=180, coins=Decimal("0.3"), left=5),
        6: Character(id=6, name="Snow leopard", stars=300, coins=Decimal("0.5"), left=1),
    }
    return {
        12: Collection(id=12, title="Forest", characters=forest),
        13: Collection(id=13, title="Steppe", characters=steppe),
    }
