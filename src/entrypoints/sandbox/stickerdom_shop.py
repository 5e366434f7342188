"""What the store sells, and what has become of each order."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import define, field


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
