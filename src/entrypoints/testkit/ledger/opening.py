"""Accounts: opened once, limited again, listed in one order."""

from datetime import timedelta

import pytest

from ....core.balances import (
    Account,
    AccountDiffers,
    AccountMissing,
    AssetDiffers,
    Ledger,
    LimitsBroken,
    Move,
    account_name,
)
from ....core.money import RUB, TON, UNITS_MAX, XTR, Asset
from .ground import (
    ALICE,
    BANK,
    BOB,
    NOBODY,
    Ground,
    HandClock,
    coins,
    figures,
    funded,
    moved,
    opened,
    pay,
    picture,
    placed,
    posted,
    refusal,
    same,
    set_aside,
)


class Opening(Ground):
    """`open`, `limit`, `accounts` and `balances`."""

    async def test_an_account_begins_with_nothing(self, ledger: Ledger) -> None:
        """Opened, it holds nothing and has no history."""
        await opened(ledger, ALICE)
        assert await figures(ledger, ALICE) == (0, 0, 0)
        statement = await ledger.statement(ALICE, XTR)
        assert (statement.entries, statement.next) == ((), None)

    async def test_opening_again_changes_nothing(self, ledger: Ledger, clock: HandClock) -> None:
        """The same limits a second time leave money, history and limits alone."""
        await funded(ledger, alice=5)
        before = await picture(ledger)
        clock.advance(minutes=1)
        await ledger.open(Account(ALICE, XTR))
        await ledger.open(Account.unlimited(BANK, XTR))
        assert await picture(ledger) == before

    @pytest.mark.parametrize(
        "other", [Account(ALICE, XTR, -1), Account(ALICE, XTR, 0, 7), Account.unlimited(ALICE, XTR)]
    )
    async def test_opening_with_other_limits_is_refused(
        self, ledger: Ledger, other: Account
    ) -> None:
        """Who opens an account otherwise is told, and its limits stay."""
        await opened(ledger, ALICE)
        with pytest.raises(AccountDiffers) as said:
            await ledger.open(other)
        assert same(said.value, AccountDiffers(ALICE, "XTR"))
        assert await ledger.accounts() == [Account(ALICE, XTR)]

    async def test_an_asset_has_one_scale(self, ledger: Ledger) -> None:
        """Whoever names a known asset with another scale is refused, for every account."""
        await opened(ledger, ALICE, asset=RUB)
        wrong = Asset("RUB", 4)
        for name in (ALICE, BOB):
            with pytest.raises(AssetDiffers) as said:
                await ledger.open(Account(name, wrong))
            assert same(said.value, AssetDiffers(wrong, 2))
        with pytest.raises(AssetDiffers) as said:
            await ledger.limit(Account(ALICE, wrong))
        assert same(said.value, AssetDiffers(wrong, 2))
        assert await ledger.accounts() == [Account(ALICE, RUB)]

    async def test_nobody_reads_an_account_with_another_scale(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """Its figures would mean something else: now, at a past moment, line by line."""
        await opened(ledger, ALICE, asset=RUB)
        wrong = Asset("RUB", 4)
        for reading in (
            ledger.balance(ALICE, wrong),
            ledger.balance(ALICE, wrong, clock.now()),
            ledger.statement(ALICE, wrong),
        ):
            with pytest.raises(AssetDiffers) as said:
                await reading
            assert same(said.value, AssetDiffers(wrong, 2))

    async def test_an_account_nobody_opened_is_missing(self, ledger: Ledger) -> None:
        """Neither the name nor the asset alone make an account."""
        await opened(ledger, ALICE)
        await opened(ledger, BOB, asset=RUB)
        for name, asset in ((NOBODY, XTR), (ALICE, RUB), (BOB, XTR), (ALICE, TON)):
            missing = AccountMissing(name, asset.code)
            with pytest.raises(AccountMissing) as said:
                await ledger.balance(name, asset)
            assert same(said.value, missing)
            with pytest.raises(AccountMissing) as said:
                await ledger.statement(name, asset)
            assert same(said.value, missing)
            with pytest.raises(AccountMissing) as said:
                await ledger.limit(Account(name, asset))
            assert same(said.value, missing)

    async def test_a_past_moment_does_not_excuse_a_missing_account(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        """A balance at a moment needs an account too."""
        with pytest.raises(AccountMissing) as said:
            await ledger.balance(NOBODY, XTR, clock.now() - timedelta(days=1))
        assert same(said.value, AccountMissing(NOBODY, "XTR"))

    async def test_limits_replace_limits(self, ledger: Ledger) -> None:
        """From then on the new limits hold, and opening with them changes nothing."""
        await funded(ledger, alice=5)
        narrow = Account(ALICE, XTR, -3, 6)
        await ledger.limit(narrow)
        await ledger.limit(narrow)
        assert narrow in await ledger.accounts()
        await ledger.open(narrow)
        with pytest.raises(AccountDiffers):
            await ledger.open(Account(ALICE, XTR))
        await moved(ledger, pay(ALICE, BOB, 8))
        assert (await refusal(ledger, Move.of(pay(ALICE, BOB, 1)))).code == "insufficient_funds"
        await moved(ledger, pay(BANK, ALICE, 9))
        assert (await refusal(ledger, Move.of(pay(BANK, ALICE, 1)))).code == "ceiling_reached"
        assert await posted(ledger, ALICE) == 6

    async def test_limits_may_be_exactly_what_the_account_holds(self, ledger: Ledger) -> None:
        """Ceiling and floor may touch the figures, which stay as they were."""
        await funded(ledger, alice=10)
        await placed(ledger, set_aside(ALICE, 10))
        await ledger.limit(Account(ALICE, XTR, 0, 10))
        await ledger.limit(Account(BANK, XTR, -10, 0))
        assert await figures(ledger, ALICE) == (10, 10, 0)
        assert await figures(ledger, BANK) == (-10, 0, -10)

    async def test_limits_that_the_account_breaks_are_refused(self, ledger: Ledger) -> None:
        """What it holds, held money included, decides; the old limits stay."""
        await funded(ledger, alice=10)
        await ledger.limit(Account(ALICE, XTR, -5))
        await placed(ledger, set_aside(ALICE, 12))
        before = await picture(ledger)
        for bad in (Account(ALICE, XTR, -5, 9), Account(ALICE, XTR, -1), Account(ALICE, XTR)):
            with pytest.raises(LimitsBroken) as said:
                await ledger.limit(bad)
            assert same(said.value, LimitsBroken(ALICE, coins(10), coins(-2)))
        with pytest.raises(LimitsBroken) as said:
            await ledger.limit(Account(BANK, XTR, -9))
        assert same(said.value, LimitsBroken(BANK, coins(-10), coins(-10)))
        assert await picture(ledger) == before

    async def test_limits_reach_to_the_edge_of_64_bits(self, ledger: Ledger) -> None:
        """The widest and the narrowest limits are kept as they were given."""
        accounts = [
            Account(ALICE, XTR, -UNITS_MAX, UNITS_MAX),
            Account(BOB, XTR, 0, 0),
            Account(NOBODY, XTR, -UNITS_MAX, 0),
        ]
        for account in accounts:
            await ledger.open(account)
        assert await ledger.accounts() == accounts
        await ledger.limit(Account(BOB, XTR, -UNITS_MAX, UNITS_MAX))
        assert (await ledger.accounts())[1] == Account(BOB, XTR, -UNITS_MAX, UNITS_MAX)

    async def test_accounts_come_by_name_and_asset(self, ledger: Ledger) -> None:
        """The order is that of characters, whatever language the storage speaks; pages keep it."""
        texts = (
            "user:a user:B user:b user:a-b user:aB user:a_b user:10 user:9 user_x:1 z:1 user:a.b"
        )
        wanted = sorted(
            (Account(account_name(text), asset) for text in texts.split() for asset in (XTR, RUB)),
            key=lambda account: (account.name, account.asset.code),
        )
        for account in reversed(wanted):
            await ledger.open(account)
        assert list(await ledger.accounts()) == wanted
        for size in (1, 2, 3, 7, len(wanted)):
            found: list[Account] = []
            while page := await ledger.accounts(
                after=(found[-1].name, found[-1].asset.code) if found else None, limit=size
            ):
                assert len(page) <= size
                found += page
                assert found == wanted[: len(found)]
            assert found == wanted

    async def test_accounts_go_on_after_a_name_that_is_none(self, ledger: Ledger) -> None:
        """The place to go on from need not exist."""
        await opened(ledger, ALICE, BOB)
        assert await ledger.accounts(after=(account_name("user:am"), "")) == [Account(BOB, XTR)]
        assert await ledger.accounts(after=(BOB, "ZZZ")) == []
        assert await ledger.accounts(after=(ALICE, "RUB"), limit=1) == [Account(ALICE, XTR)]

    async def test_balances_show_every_asset_of_a_name(self, ledger: Ledger) -> None:
        """By asset code, with what is held; nothing for a name nobody opened."""
        codes = ["XTR", "SKU:mug", "SKU:Mug", "RUB", "A", "A1"]
        for code in codes:
            await opened(ledger, ALICE, asset=Asset(code, 0))
        await opened(ledger, BOB)
        await ledger.open(Account.unlimited(BANK, XTR))
        await moved(ledger, pay(BANK, ALICE, 7))
        await placed(ledger, set_aside(ALICE, 3))
        found = await ledger.balances(ALICE)
        assert [balance.posted.asset.code for balance in found] == sorted(codes)
        assert all(balance.account == ALICE for balance in found)
        assert [(one.posted.units, one.held.units) for one in found] == [(0, 0)] * 5 + [(7, 3)]
        assert await ledger.balances(NOBODY) == []
