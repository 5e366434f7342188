"""How somebody looks at the page: as whom, and in which language. It is all in the address."""

from collections.abc import Mapping
from typing import Final, Self
from urllib.parse import urlencode

from attrs import evolve, frozen

from ..people import OWNER, PEOPLE, Person
from ..telegram_chats import User
from .words import LANGUAGES, WORDS

PATH: Final = "/sandbox"


@frozen
class Look:
    """One way to look."""

    who: Person
    language: str

    @classmethod
    def of(cls, query: Mapping[str, str], accepts: str) -> Self:
        """As the address says, else as the browser would like it."""
        language = query.get("lang", "")
        if language not in LANGUAGES:
            language = "ru" if accepts.lower().startswith("ru") else "en"
        named = {each.name: each for each in PEOPLE}
        first = next(each for each in PEOPLE if each.user.language_code == language)
        return cls(named.get(query.get("who", ""), first), language)

    @property
    def user(self) -> User:
        """Them at Telegram; who owns the shop speaks the language of the page."""
        user = self.who.user
        return evolve(user, language_code=self.language) if self.who is OWNER else user

    def as_(self, who: Person) -> Self:
        """The same as somebody else."""
        return evolve(self, who=who)

    def in_(self, language: str) -> Self:
        """The same in another language."""
        return evolve(self, language=language)

    def url(self, path: str = "") -> str:
        """The address of something below the page, looked at like this."""
        return f"{PATH}{path}?{urlencode({'who': self.who.name, 'lang': self.language})}"

    def or_raw(self, what: str, code: str) -> str:
        """Words for a code of that sort; the code where there are none."""
        word = f"{what}_{code}"
        return self(word) if word in WORDS else code

    def __call__(self, word: str, **facts: object) -> str:
        """Words of the page."""
        return WORDS[word][LANGUAGES.index(self.language)].format(**facts)
