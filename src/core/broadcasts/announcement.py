"""What is said to many at once: a text in each language, and perhaps a button."""

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from ..identity import Language
from ..wording import checked_text
from .errors import AnnouncementMalformed
from .markup import checked_address, checked_markup

LABEL_MAX: Final = 64
ADDRESS_MAX: Final = 1000


@frozen
class Link:
    """A button that leads somewhere."""

    label: str
    url: str

    def __attrs_post_init__(self) -> None:
        checked_text("label", self.label, LABEL_MAX)
        if not self.label.strip():
            raise AnnouncementMalformed("a button", "it says what it does")
        checked_address(checked_text("address", self.url, ADDRESS_MAX))


@frozen(kw_only=True)
class Announcement:
    """
    Texts as Telegram shows HTML, by language; in which there is none one is written to in another.

    Raises:
        AnnouncementMalformed: Telegram would not show it.
        MalformedText: the button is longer than it can be.
    """

    texts: Mapping[Language, str] = field(factory=dict)
    link: Link | None = None

    def __attrs_post_init__(self) -> None:
        for text in self.texts.values():
            checked_markup(text)

    def text_in(self, language: Language) -> str:
        """
        What is said to whoever reads that language.

        Raises:
            AnnouncementMalformed: nothing is said in any.
        """
        for each in (language, *Language):
            if each in self.texts:
                return self.texts[each]
        raise AnnouncementMalformed("silence", "it says something in one language at least")
