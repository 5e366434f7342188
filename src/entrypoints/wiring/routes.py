"""For which sales each way of paying is, as the operator decided."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from ...core.balances import MalformedText
from ...core.payments import Goods, Place, Route, Sale
from .methods import CARDS_ROUTE, ROUTES, TELEGRAMS_RULE
from .tables import each, known, table

EXAMPLE: Final = 'cards = { countries = ["KZ"], rank = 5 }'
SALES: Final = {
    f"{goods} {'in telegram' if place is Place.TELEGRAM else 'elsewhere'}": (goods, place)
    for goods in Goods
    for place in Place
}
"""What a method may be said not to be for."""


def routes(written: object) -> Mapping[str, Route]:
    """
    The routes; what is not written stays as it is shipped.

    Raises:
        ValueError: with the method that is wrong.
    """
    return {**ROUTES, **each(table(written, EXAMPLE), _route)}


def _route(method: str, written: object) -> Route:
    values = table(written, EXAMPLE)
    found: dict[str, Any] = each(values, _part)
    if "not_for" in found:
        found["forbidden"] = found.pop("not_for")
    # Who charges cards by a profile is never shown where digital goods are sold inside Telegram:
    # whoever lifts Telegram's rule decides about Telegram's own methods.
    route: Route = evolve(ROUTES.get(method, CARDS_ROUTE), **found)
    if method not in ROUTES and not route.forbidden >= TELEGRAMS_RULE:
        raise ValueError("a card provider is never for digital goods inside Telegram")
    return route


def _part(key: str, written: object) -> object:
    match known(key, ("rank", "not_for", "countries", "without"), "word about a route"):
        case "rank":
            return _rank(written)
        case "not_for":
            return _sales(written)
    return _countries(written)


def _rank(written: object) -> int:
    if type(written) is not int or written < 0:
        raise ValueError("expected a whole number: those with less are offered first")
    return written


def _sales(written: object) -> frozenset[tuple[Goods, Place]]:
    return frozenset(SALES[known(each, SALES, "sale")] for each in _words(written))


def _countries(written: object) -> frozenset[str]:
    countries = frozenset(_words(written))
    try:
        for country in countries:
            Sale(country=country)
    except MalformedText as wrong:
        raise ValueError(str(wrong)) from None
    return countries - {""}


def _words(written: object) -> list[str]:
    if not isinstance(written, list) or not all(isinstance(each, str) for each in written):
        raise ValueError('expected a list, like ["digital in telegram"] or ["DE", "KZ"]')
    return written
