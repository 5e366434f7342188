"""What is asked of the store, and where; whoever knows another place for it declares that too."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from ...core.resilience import Candidate, Effect, Operation

SIGN_IN: Final = "sign_in"
SETTINGS: Final = "settings"
PRICE: Final = "price"
COLLECTIONS: Final = "collections"
COLLECTION: Final = "collection"
PROFILE: Final = "profile"
ORDER: Final = "order"
INVOICE: Final = "invoice"

ROOT: Final = "/api/v1"
ITEM: Final = "collection={collection}&character={character}"


def _one(name: str, effect: Effect, candidate: str, path: str) -> Operation:
    return Operation(name, effect, (Candidate(candidate, f"{ROOT}/{path}"),))


OPERATIONS: Final = (
    _one(SIGN_IN, Effect.READ, "auth", "auth"),  # signed in twice is signed in
    _one(SETTINGS, Effect.READ, "shop_settings", "shop/settings"),
    _one(PRICE, Effect.READ, "shop_price_crypto", f"shop/price/crypto?{ITEM}"),
    _one(COLLECTIONS, Effect.READ, "collections", "collections"),
    _one(COLLECTION, Effect.READ, "collection", "collection/{collection}"),
    _one(PROFILE, Effect.READ, "user_profile", "user/{user}/profile"),
    _one(
        ORDER,
        Effect.CREATE,
        "shop_buy_crypto",
        f"shop/buy/crypto?{ITEM}&currency=TON&count={{count}}",
    ),
    _one(INVOICE, Effect.CREATE, "shop_buy", f"shop/buy?{ITEM}"),
)
"""For a pool; the address of a candidate is a path, with what is asked for in braces."""
POSTED: Final = frozenset({SIGN_IN, ORDER, INVOICE})


def path_of(candidate: Candidate, wanted: Mapping[str, str]) -> str:
    """Where that is asked."""
    return candidate.address.format_map({name: quote(each, "") for name, each in wanted.items()})
