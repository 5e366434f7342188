"""The contract of `core.identity.ApiKeys`."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from ....core.identity import ApiKey, ApiKeys, KeyMissing, Permission, Token
from ....core.transaction import Transaction
from ..stumbling import undone
from .ground import HOUR, NOON, QUOTED, TICK, Ground, meanwhile


def key(**other: Any) -> ApiKey:
    """A key that somebody has just made."""
    token = Token.fresh("ak")
    fields = {
        "public": token.public,
        "digest": token.digest,
        "name": "cash desk",
        "scopes": frozenset({Permission.SEE_OTHERS}),
        "made_by": "local",
        "made_at": NOON,
        **other,
    }
    return ApiKey(**fields)


class ApiKeysContract(Ground):
    """
    What everything that keeps keys does. Subclass it in a test and override the fixtures
    `api_keys` and `transaction`, of one empty storage.
    """

    @pytest.fixture
    def api_keys(self) -> ApiKeys:
        """No keys."""
        raise NotImplementedError("override the fixture `api_keys`")

    async def test_a_new_key_is_kept_as_it_was(self, api_keys: ApiKeys) -> None:
        """Any words, all scopes there are, moments to the microsecond and in UTC."""
        for made in (
            key(),
            key(name=QUOTED, made_by="user:42", scopes=frozenset(Permission)),
            key(expires_at=NOON + HOUR, replaces=key().public, made_at=NOON + 7 * TICK),
            key(replaces=key().public, root=key().public),
        ):
            await api_keys.add(made)
            kept = await api_keys.get(made.public)
            assert kept == made
            assert kept.made_at.utcoffset() == timedelta(0)

    async def test_what_nobody_made_is_missing(
        self, api_keys: ApiKeys, transaction: Transaction
    ) -> None:
        """To whoever looks for it, and to whoever would change it; not to whoever used it."""
        nobody = key()
        with pytest.raises(KeyMissing) as missing:
            await api_keys.get(nobody.public)
        assert missing.value.like(KeyMissing(nobody.public))
        with pytest.raises(KeyMissing):
            await api_keys.put(nobody)
        await api_keys.used(nobody.public, NOON)
        assert list(await api_keys.all()) == []

    async def test_a_name_is_kept_once(self, api_keys: ApiKeys) -> None:
        """Whoever adds another under it is answered with the one that is there."""
        made = key()
        assert await api_keys.add(made) == made
        other = key(public=made.public, name="other")
        assert await api_keys.add(other) == made
        assert list(await api_keys.all()) == [made]

    async def test_only_its_end_changes(self, api_keys: ApiKeys) -> None:
        """What it opens, and whose it is, stay as they were made."""
        made = key()
        await api_keys.add(made)
        after = evolve(made, expires_at=NOON + HOUR, revoked_at=NOON + TICK)
        await api_keys.put(
            evolve(
                after,
                digest=bytes(32),
                name="other",
                scopes=frozenset({Permission.REFUND}),
                made_by="x",
                made_at=NOON - HOUR,
                replaces="x",
                root="x",
                used_at=NOON,
            )
        )
        assert await api_keys.get(made.public) == after

    async def test_a_revoked_key_stays_revoked(self, api_keys: ApiKeys) -> None:
        """Since when it was first; nobody brings it back, or says otherwise later."""
        made = key()
        await api_keys.add(made)
        await api_keys.put(made.revoked(NOON))
        for later in (made, evolve(made, revoked_at=NOON + HOUR)):
            await api_keys.put(later)
            assert (await api_keys.get(made.public)).revoked_at == NOON

    async def test_the_last_use_never_goes_back(self, api_keys: ApiKeys) -> None:
        """Whoever tells late of an old one changes nothing."""
        made = key()
        await api_keys.add(made)
        for told, known in ((NOON, NOON), (NOON + HOUR, NOON + HOUR), (NOON, NOON + HOUR)):
            await api_keys.used(made.public, told)
            assert (await api_keys.get(made.public)).used_at == known

    async def test_all_are_told_newest_first(self, api_keys: ApiKeys) -> None:
        """Also those that open nothing any more."""
        first, second = key(), key(made_at=NOON + TICK, expires_at=NOON + 2 * TICK)
        third = key(made_at=NOON + HOUR, revoked_at=NOON + HOUR)
        for each in (second, first, third):
            await api_keys.add(each)
        assert list(await api_keys.all()) == [third, second, first]

    async def test_what_a_transaction_undoes_was_never_there(
        self, api_keys: ApiKeys, transaction: Transaction
    ) -> None:
        """New ones and changes alike."""
        made, other = key(), key()
        await api_keys.add(made)
        async with undone(transaction):
            await api_keys.add(other)
            await api_keys.put(made.revoked(NOON))
            await api_keys.used(made.public, NOON)
        assert list(await api_keys.all()) == [made]

    async def test_whoever_read_a_key_in_a_transaction_has_it(
        self, api_keys: ApiKeys, transaction: Transaction
    ) -> None:
        """Others who would change it come after."""
        made = key()
        await api_keys.add(made)
        async with transaction():
            read = await api_keys.get(made.public)
            other = await meanwhile(api_keys.put(evolve(made, expires_at=NOON)))
            assert not other.done()
            await api_keys.put(read.until(NOON + HOUR))
        await other
        assert (await api_keys.get(made.public)).expires_at == NOON
