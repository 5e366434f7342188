"""Reading a profile: everything that is wrong with it is told, each with its place."""

import tomllib
import typing
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, Final

from attrs import NOTHING, Attribute, define, field, fields, has

from ...core.money import Assets
from .consistency import Checks
from .errors import ProfileMissing, ProfileUnfinished, ProfileWrong
from .plain import PLAIN, array, one_of, table
from .profile import Basic, Bearer, Profile
from .recipes import B64JsonHash, BasicPlusIp, FixedOrderHash, HmacHeaderRaw, SortedConcatHash
from .writing import AnyText

SHIPPED: Final = Path(__file__).parent / "profiles"

FAMILIES: Final[Mapping[str, type]] = {
    "bearer": Bearer,
    "basic": Basic,
    "hmac_header_raw": HmacHeaderRaw,
    "sorted_concat_hash": SortedConcatHash,
    "fixed_order_hash": FixedOrderHash,
    "b64_json_hash": B64JsonHash,
    "basic_plus_ip": BasicPlusIp,
}
"""Ways to prove who one is."""


def load_profile(place: str, assets: Assets) -> Profile:
    """
    The profile of that name that comes with Altyn, or of the file at that path.

    Raises:
        ProfileMissing: there is none.
        ProfileUnfinished, ProfileWrong: it cannot be used.
    """
    known = {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}
    try:
        text = known.get(place, Path(place)).read_text("utf-8")
    except OSError:
        raise ProfileMissing(place, tuple(known)) from None
    except UnicodeDecodeError:
        raise ProfileWrong(place, ("is not UTF-8",)) from None
    return read_profile(text, assets, place)


def read_profile(text: str, assets: Assets, called: str = "") -> Profile:
    """
    The profile that stands in that TOML.

    Raises:
        ProfileUnfinished: all is well but that values are empty.
        ProfileWrong: it is no profile, or contradicts itself.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise ProfileWrong(called, (f"is not TOML: {wrong}",)) from None
    name = said.get("name")
    called = name if isinstance(name, str) and name.isprintable() and name else called
    reading = Reading()
    try:
        profile: Profile = reading.read(Profile, said, "")
    except Unread:
        if not reading.wrong:
            raise ProfileUnfinished(called, tuple(reading.empty)) from None
        empty = (f"{place}: is empty" for place in reading.empty)
        raise ProfileWrong(called, (*reading.wrong, *empty)) from None
    if problems := tuple(Checks(profile, assets).problems()):
        raise ProfileWrong(called, problems)
    return profile


class Unread(Exception):
    """It was noted what is wrong."""


@define
class Reading:
    """One reading, and what was found to be wrong."""

    wrong: list[str] = field(factory=list)
    empty: list[str] = field(factory=list)

    def read(self, kind: Any, written: object, place: str) -> Any:
        """
        What is written there, as that kind.

        Raises:
            Unread: it is not; why is noted.
        """
        if written == "" and kind is not AnyText:
            self.empty.append(place)
            raise Unread
        try:
            return self._read(kind, written, place)
        except ValueError as wrong:
            self.wrong.append(f"{place}: {wrong}" if place else str(wrong))
            raise Unread from None

    def _read(self, kind: Any, written: object, place: str) -> Any:
        if kind in PLAIN:
            return PLAIN[kind](written)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return one_of(kind, written)
        if has(kind):
            return self._table(kind, table(written), place)
        inner = [each for each in typing.get_args(kind) if each is not type(None)]
        match typing.get_origin(kind):
            case origin if origin in (frozenset, tuple):
                return origin(self._each(inner[0], array(written), place))
            case origin if origin is Mapping:
                return self._mapping(inner[0], inner[1], table(written), place)
        if len(inner) == 1:
            return self.read(inner[0], written, place)
        return self._family(inner, table(written), place)

    def _table(self, kind: Any, said: Mapping[str, Any], place: str) -> Any:
        values, whole = {}, True
        attributes = {each.name: each for each in fields(kind) if each.init}
        for name in sorted(said.keys() - attributes.keys()):
            near = get_close_matches(name, attributes, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            self.wrong.append(f"{_within(place, name)}: there is no such key{meant}")
            whole = False
        for name, attribute in attributes.items():
            try:
                if (value := self._member(attribute, said, place)) is not NOTHING:
                    values[name] = value
            except Unread:
                whole = False
        if not whole:
            raise Unread
        return kind(**values)

    def _member(self, attribute: "Attribute[Any]", said: Mapping[str, Any], place: str) -> Any:
        inside = _within(place, attribute.name)
        if attribute.name in said:
            return self.read(attribute.type, said[attribute.name], inside)
        if attribute.default is NOTHING:
            self.wrong.append(f"{inside}: is missing")
            raise Unread
        return NOTHING

    def _family(self, kinds: list[Any], said: Mapping[str, Any], place: str) -> Any:
        """One of several tables, told apart by its family."""
        families = {name: kind for name, kind in FAMILIES.items() if kind in kinds}
        inside = _within(place, "family")
        if "family" not in said:
            self.wrong.append(f"{inside}: is missing")
            raise Unread
        if (family := said["family"]) == "":
            self.empty.append(inside)
            raise Unread
        if not isinstance(family, str) or family not in families:
            raise ValueError(f"family is one of {', '.join(families)}")
        others = {name: value for name, value in said.items() if name != "family"}
        return self._table(families[family], others, place)

    def _mapping(self, key: Any, value: Any, said: Mapping[str, Any], place: str) -> Any:
        found, whole = {}, True
        for name, written in said.items():
            inside = _within(place, name)
            try:
                found[self.read(key, name, inside)] = self.read(value, written, inside)
            except Unread:
                whole = False
        if not whole:
            raise Unread
        return found

    def _each(self, kind: Any, written: list[Any], place: str) -> Iterator[Any]:
        return (self.read(kind, each, f"{place}[{at}]") for at, each in enumerate(written))


def _within(place: str, name: str) -> str:
    plain = name.replace("_", "").isalnum() and name.isascii()
    return f"{place}.{name if plain else repr(name[:64])}".removeprefix(".")
