"""What a cheque of Stars is: a form, what it pays, and the newest spending before it."""

import re
from typing import Final, Self

from attrs import frozen

from ...core.wallets import BillRefused

SLUG: Final = re.compile(r"[0-9A-Za-z_-]{1,128}")
BOT: Final = re.compile(r"[1-9][0-9]{0,18}")
SPENDING: Final = re.compile(r"[!-~]{2,1024}")
"""What the id of a spending looks like: a word."""
NOTHING: Final = "-"


@frozen(kw_only=True)
class StarsDraft:
    """All that is needed to pay it, and to know it again; one line of words."""

    form: int
    slug: str
    bot: int
    stars: int
    after: str
    """The id of what was spent last when it was drawn; empty when nothing ever was."""

    @property
    def message(self) -> str:
        """To the letter."""
        return f"{self.form} {self.slug} {self.bot} {self.stars} {self.after or NOTHING}"

    @classmethod
    def parse(cls, message: str) -> Self:
        """The same again; it is one that we wrote."""
        form, slug, bot, stars, after = message.split(" ")
        return cls(
            form=int(form),
            slug=slug,
            bot=int(bot),
            stars=int(stars),
            after="" if after == NOTHING else after,
        )


def payee_in(wallet: str, to: str, body: str) -> tuple[int, str]:
    """
    The bot that is to be paid, and the slug of its invoice.

    Raises:
        BillRefused: the bill does not say so.
    """
    if not BOT.fullmatch(to):
        raise BillRefused(wallet, "a bot is paid, by its id")
    if not SLUG.fullmatch(body):
        raise BillRefused(wallet, "what travels with it is the slug of an invoice")
    return int(to), body
