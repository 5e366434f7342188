"""What is sold, where and to whom: by which methods it may be paid depends on that."""

from enum import StrEnum

from attrs import field, frozen

from ..balances import MalformedText


class Goods(StrEnum):
    """What is paid for."""

    DIGITAL = "digital"
    PHYSICAL = "physical"
    SERVICE = "service"


class Place(StrEnum):
    """Where it is sold."""

    TELEGRAM = "telegram"
    """Inside Telegram: by a bot or a Mini App."""
    ELSEWHERE = "elsewhere"


@frozen(kw_only=True)
class Sale:
    """Unless something is said it is what most rules are about: digital, inside Telegram."""

    goods: Goods = Goods.DIGITAL
    place: Place = Place.TELEGRAM
    country: str = field(default="")
    """Where the payer is from, two capital letters (ISO 3166); empty when it is not known."""

    @country.validator
    def _two_letters(self, _: object, country: str) -> None:
        letters = country.isascii() and country.isalpha() and country.isupper()
        if country and not (letters and len(country) == 2):
            raise MalformedText(
                "country", country[:40], "a country is two capital letters, like DE"
            )
