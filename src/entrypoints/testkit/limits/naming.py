"""Keys are any text, and none is taken for another."""

from enum import StrEnum
from typing import Any

import pytest

from ....core.limits import (
    KEY_LENGTH_MAX,
    Concurrency,
    FixedWindow,
    KeyMalformed,
    Meter,
    Policy,
    Rate,
    StrictWindow,
    digest,
)
from .ground import KEY, Ground, admitted, every_policy, free, refused, spent

LONG = "a" * KEY_LENGTH_MAX
KEYS = (
    *("", " ", "  ", "key", "KEY", "key ", " key", "key:1", ":", "::", "1", "01", "-1"),
    *("{", "}", "{}", "{a}", "{a}b", "{b}a", "*", "?", "[a]", "%s", "%d", "\\", "'", '"'),
    *("\0", "\0\0", "a\0", "a\0b", "\n", "\r\n", "a\nb", "\t", "\x1b[0m", "\x7f"),
    *("ключ", "КЛЮЧ", "é", "e\u0301", "🪙", "\ud800", "\udfff", "\ud83e", "\ufeff", "\u202e"),
    *(LONG, LONG + "a", LONG + "b", LONG * 100, LONG * 100 + "b", "b" + LONG * 100),
    *("я" * KEY_LENGTH_MAX, "я" * (KEY_LENGTH_MAX + 1), "\ud800" * 1000, "\0" * 1000),
    *("\udfff" * 1000, "?" * 1000, "\ufffd" * 1000),
    *(digest(LONG + "a"), digest(digest(LONG + "a")), digest("")),
)


class Somebody(StrEnum):
    """Equals a text, and may write itself as another one."""

    KNOWN = KEY

    def __format__(self, _: str) -> str:
        return "somebody else"


NO_TEXT = (
    *(b"", b"abc", KEY.encode(), digest(LONG + "a").encode(), bytearray(b"abc")),
    *(None, True, 1, 1.5, ("a",), ["a"], {"a": 1}, object, Somebody.KNOWN),
)


class Naming(Ground):
    """What is counted apart."""

    @every_policy
    async def test_a_key_is_any_text(self, meter: Meter, policy: Policy) -> None:
        """Of any length; each is counted, looked at and forgotten by itself."""
        assert len(set(KEYS)) == len(KEYS)
        for number, key in enumerate(KEYS):
            await spent(meter, policy, number % 5 + 1, key)
        for number, key in enumerate(KEYS):
            assert (await meter.peek((key, policy, 5))).remaining == 4 - number % 5
        for key in KEYS[::2]:
            await meter.reset(key, policy)
        for number, key in enumerate(KEYS):
            assert (await meter.peek((key, policy, 1))).admitted == (
                number % 2 == 0 or number % 5 < 4
            )

    @every_policy
    @pytest.mark.parametrize("key", NO_TEXT, ids=repr)
    async def test_what_is_no_text_is_no_key(self, meter: Meter, policy: Policy, key: Any) -> None:
        """Alone and in a set, of a policy that is known; nothing is counted, nothing forgotten."""
        texts = [KEY, LONG + "a", str(key), f"{key}"]
        for text in dict.fromkeys(texts):
            await spent(meter, policy, 2, text)
        for ask in (meter.admit, meter.peek):
            for demands in ([(key, policy, 1)], [("another", policy, 1), (key, policy, 1)]):
                with pytest.raises(KeyMalformed):
                    await ask(*demands)
        with pytest.raises(KeyMalformed):
            await meter.reset(key, policy)
        assert [await free(meter, policy, text) for text in texts] == [3] * len(texts)
        assert await free(meter, policy, "another") == 5

    async def test_strange_keys_stand_together(self, meter: Meter) -> None:
        """In one set, one after the other."""
        one = StrictWindow(name="one", limit=1, seconds=1)
        for begin in range(0, len(KEYS), 10):
            demands = [(key, one, 1) for key in KEYS[begin : begin + 10]]
            await admitted(meter, *demands)
            assert all(wait for wait, _, _ in (await refused(meter, *demands)).answers)

    async def test_a_long_lease_is_given_back(self, meter: Meter) -> None:
        """As one of a short key is."""
        lease = Concurrency(name="lease", limit=1, seconds=1)
        window = FixedWindow(name="fixed", limit=1, seconds=1)
        for key in (LONG * 9, "\ud800" * 1000):
            await meter.release(await spent(meter, lease, 1, key))
            await meter.forgive(await admitted(meter, (key, lease, 1), (key, window, 1)))
            await admitted(meter, (key, lease, 1), (key, window, 1))

    async def test_policies_of_another_kind_name_or_length_are_counted_apart(
        self, meter: Meter
    ) -> None:
        """However much alike they are."""
        alike: list[Policy] = []
        for name in ("a", "b", "a.1000000", "A", "а"):
            alike.append(Rate(name=name, count=1, seconds=1, burst=3))
            for seconds in (1, 10):
                alike += (
                    FixedWindow(name=name, limit=3, seconds=seconds),
                    StrictWindow(name=name, limit=3, seconds=seconds),
                    Concurrency(name=name, limit=3, seconds=seconds),
                )
        for number, policy in enumerate(alike):
            await spent(meter, policy, number % 3 + 1)
        assert [await free(meter, policy) for policy in alike] == [
            2 - number % 3 for number in range(len(alike))
        ]

    async def test_no_name_runs_into_a_key(self, meter: Meter) -> None:
        """Where one ends and the other begins is never in doubt."""
        names = ("a", "a.b", "a/b", "a|b", "a-b", "rate", "1000000")
        keys = ("c", "b:c", "b.c", "1000000:c", "1000000", "a:1000000:c", ":c", "")
        rates = [Rate(name=name, count=1, seconds=1, burst=1) for name in names]
        windows = [FixedWindow(name=name, limit=1, seconds=1) for name in names]
        for policy in (*rates, *windows):
            for key in keys:
                await spent(meter, policy, 1, key)
