"""People come, are looked up, get roles, are muted, handed their data, and erased."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from uuid import uuid4

import pytest
from attrs import evolve, field, frozen

from altyn.adapters.memory import (
    ManualClock,
    MemoryLedger,
    MemoryPayments,
    MemoryPurchases,
    MemoryRefunds,
    MemoryStandings,
    MemoryStore,
    MemoryTrail,
    MemoryUsers,
)
from altyn.core.balances import Account, MoveMoney, Transfer, TransferId, account_name
from altyn.core.events import Fact
from altyn.core.identity import (
    Audit,
    Audited,
    Caller,
    EraseUser,
    ExportUser,
    FindUser,
    Keeper,
    Keepers,
    Language,
    LastOwner,
    ListUsers,
    MalformedUser,
    MuteUser,
    NamedOwner,
    NotAllowed,
    NotSure,
    Outranked,
    Owners,
    Permission,
    Role,
    SeeUser,
    SetRole,
    User,
    UserId,
    UserMissing,
    account_of,
    whom,
)
from altyn.core.money import XTR, Money
from altyn.core.payments import TellPayments, TellRefunds, TellStandings, Term
from altyn.core.purchases import TellPurchases
from altyn.entrypoints.testkit.identity.ground import ANN, BOB, EVE, NOON, shown
from altyn.entrypoints.testkit.payments.ground import begun, came, order
from altyn.entrypoints.testkit.payments.ground import refund as a_refund
from altyn.entrypoints.testkit.payments.standing import standing
from altyn.entrypoints.testkit.purchases.ground import quoted, wish

OWNER = Caller.local("ann at the machine")
SUPPORT = Caller(name="user:43", role=Role.SUPPORT, user=BOB)
CUSTOMER = Caller(name="user:42", role=Role.CUSTOMER, user=ANN)


@frozen
class Diary:
    """A keeper of one line about each, which can be forgotten."""

    name: str = "diary"
    lines: dict[UserId, str] = field(factory=dict)

    async def told(self, user: UserId) -> AsyncIterator[Mapping[str, Fact]]:
        """As the port says."""
        if user in self.lines:
            yield {"line": self.lines[user]}

    async def wipe(self, user: UserId) -> None:
        """As the port says."""
        self.lines.pop(user, None)


@frozen
class House:
    """The use cases over one store."""

    owners: Owners = field(factory=Owners)
    clock: ManualClock = field(factory=lambda: ManualClock(NOON))
    store: MemoryStore = field(factory=MemoryStore)
    diary: Diary = field(factory=Diary)
    users: MemoryUsers = field(init=False)
    trail: MemoryTrail = field(init=False)
    ledger: MemoryLedger = field(init=False)
    audit: Audit = field(init=False)

    def __attrs_post_init__(self) -> None:
        set_once = object.__setattr__
        set_once(self, "users", MemoryUsers(self.store))
        set_once(self, "trail", MemoryTrail(self.store))
        set_once(self, "ledger", MemoryLedger(self.store, self.clock))
        set_once(self, "audit", Audit(self.trail, self.clock))

    @property
    def see(self) -> SeeUser:
        """They come."""
        return SeeUser(self.users, self.owners, self.audit, self.store)

    @property
    def set_role(self) -> SetRole:
        """They get a role."""
        return SetRole(self.users, self.owners, self.audit, self.store)

    @property
    def mute(self) -> MuteUser:
        """They are muted."""
        return MuteUser(self.users, self.audit, self.store)

    @property
    def export(self) -> ExportUser:
        """They are handed their data."""
        keepers = Keepers([self.diary])
        return ExportUser(self.users, self.ledger, keepers, self.audit, self.store)

    @property
    def erase(self) -> EraseUser:
        """They are erased."""
        return EraseUser(self.users, self.owners, Keepers([self.diary]), self.audit, self.store)

    async def done(self) -> list[tuple[str, str, str, dict[str, Fact]]]:
        """What the trail tells, the oldest first."""
        links = await self.trail.onward(99)
        told: list[Audited] = [each.audited for each in links]
        return [(each.who, each.what, each.about, dict(each.facts)) for each in told]

    async def somebody(self, id: UserId, role: Role = Role.CUSTOMER) -> User:
        """They came before, and got that role."""
        await self.users.seen(shown(id), NOON)
        return await self.users.change(id, role=role)


# Coming


async def test_who_comes_is_known() -> None:
    """New the first time, and brought by whoever brought them then."""
    house = House()
    first = await house.see(shown(), referrer=EVE)
    assert first.new
    assert first.user.referrer == EVE
    again = await house.see(shown(name="Anna"))
    assert not again.new
    assert (again.user.name, again.user.referrer) == ("Anna", EVE)
    assert await house.done() == []


async def test_who_shows_nothing_new_is_not_written_again() -> None:
    """Until a minute has gone by."""
    house = House()
    await house.see(shown())
    house.clock.advance(seconds=59)
    seen = await house.see(shown())
    assert (seen.user.seen_at, seen.new) == (NOON, False)
    house.clock.advance(seconds=1)
    assert (await house.see(shown())).user.seen_at == NOON + timedelta(minutes=1)


async def test_who_has_blocked_us_is_written_at_once() -> None:
    """They can be written to again."""
    house = House()
    await house.somebody(ANN)
    await house.users.change(ANN, blocked=True)
    assert not (await house.see(shown())).user.blocked


async def test_whom_the_setting_names_is_an_owner() -> None:
    """From the first time they come, or from the next one; the trail tells it once."""
    house = House(Owners(frozenset({ANN, BOB})))
    await house.somebody(BOB, Role.SUPPORT)
    first = await house.see(shown(ANN))
    assert (first.user.role, first.new) == (Role.OWNER, True)
    assert (await house.see(shown(BOB))).user.role is Role.OWNER
    assert not (await house.see(shown(ANN))).new
    assert (await house.see(shown(EVE))).user.role is Role.CUSTOMER
    assert await house.done() == [
        ("ALTYN_OWNERS", "user.role_set", "user:42", {"role": "owner", "was": "customer"}),
        ("ALTYN_OWNERS", "user.role_set", "user:43", {"role": "owner", "was": "support"}),
    ]


# Roles


async def test_an_owner_gives_roles() -> None:
    """The trail tells what was before; the same role again is no deed."""
    house = House()
    await house.somebody(ANN)
    assert (await house.set_role(OWNER, ANN, Role.OPERATOR)).role is Role.OPERATOR
    assert (await house.set_role(OWNER, ANN, Role.OPERATOR)).role is Role.OPERATOR
    assert (await house.users.get(ANN)).role is Role.OPERATOR
    assert await house.done() == [
        (OWNER.name, "user.role_set", "user:42", {"role": "operator", "was": "customer"})
    ]


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SUPPORT, Role.OPERATOR])
async def test_nobody_else_gives_roles(role: Role) -> None:
    """Not even to themselves."""
    house = House()
    await house.somebody(ANN, role)
    with pytest.raises(NotAllowed):
        await house.set_role(Caller.of(await house.users.get(ANN)), ANN, Role.OWNER)
    assert await house.done() == []


async def test_a_stolen_session_of_an_owner_gives_no_role() -> None:
    """Whoever got one would set up a second factor of their own, and be sure with that."""
    house = House()
    await house.somebody(EVE)
    ann = Caller.of(await house.somebody(ANN, Role.OWNER))
    with pytest.raises(NotSure):
        await house.set_role(ann, EVE, Role.OPERATOR)
    assert (await house.users.get(EVE)).role is Role.CUSTOMER
    assert await house.done() == []
    sure = evolve(ann, sure=True)
    assert (await house.set_role(sure, EVE, Role.OPERATOR)).role is Role.OPERATOR


async def test_roles_are_for_those_who_are_known() -> None:
    """Not for strangers, and not for the erased."""
    house = House()
    await house.somebody(ANN)
    await house.users.erase(ANN, NOON)
    for id in (ANN, BOB):
        with pytest.raises(UserMissing):
            await house.set_role(OWNER, id, Role.OWNER)


async def test_the_last_owner_stays_one() -> None:
    """Of two one may go, and then no more."""
    house = House()
    for id in (ANN, BOB):
        await house.somebody(id, Role.OWNER)
    ann = evolve(Caller.of(await house.users.get(ANN)), sure=True)
    assert (await house.set_role(ann, ANN, Role.CUSTOMER)).role is Role.CUSTOMER
    for refused in (house.set_role(OWNER, BOB, Role.OPERATOR), house.erase(OWNER, BOB)):
        with pytest.raises(LastOwner):
            await refused
    assert (await house.users.get(BOB)).role is Role.OWNER
    assert len(await house.done()) == 1


async def test_whom_the_setting_names_stays_an_owner() -> None:
    """However many others there are."""
    house = House(Owners(frozenset({ANN})))
    for id in (ANN, BOB):
        await house.somebody(id, Role.OWNER)
    for refused in (house.set_role(OWNER, ANN, Role.CUSTOMER), house.erase(OWNER, ANN)):
        with pytest.raises(NamedOwner):
            await refused
    assert (await house.set_role(OWNER, BOB, Role.CUSTOMER)).role is Role.CUSTOMER


# Muting


async def test_support_mutes_customers() -> None:
    """And listens to them again; each is told once."""
    house = House()
    await house.somebody(ANN)
    assert (await house.mute(SUPPORT, ANN, muted=True, why="noise")).muted
    assert (await house.mute(SUPPORT, ANN, muted=True)).muted
    assert not (await house.mute(SUPPORT, ANN, muted=False)).muted
    assert await house.done() == [
        ("user:43", "user.muted", "user:42", {"why": "noise"}),
        ("user:43", "user.unmuted", "user:42", {"why": ""}),
    ]


@pytest.mark.parametrize("role", Role)
async def test_nobody_mutes_who_is_not_below_them(role: Role) -> None:
    """Peers and superiors have to be demoted first."""
    house = House()
    await house.somebody(ANN, role)
    for by in Role:
        caller = Caller(name="by", role=by)
        if by is Role.CUSTOMER:
            with pytest.raises(NotAllowed):
                await house.mute(caller, ANN, muted=True)
        elif role.covers(by):
            with pytest.raises(Outranked):
                await house.mute(caller, ANN, muted=True)
        else:
            assert (await house.mute(caller, ANN, muted=True)).muted
            await house.users.change(ANN, muted=False)


# Looking up


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("42", ANN),
        ("user:42", ANN),
        (" 42 ", ANN),
        ("@Ann_Lee", "Ann_Lee"),
        ("ann_lee", "ann_lee"),
    ],
)
def test_people_are_meant_by_number_or_name(text: str, means: UserId | str) -> None:
    """As they are written in statements, in chats, or plainly."""
    assert whom(text) == means


@pytest.mark.parametrize("text", ["", "@", "0", "user:", "9" * 40, "a b", "аня", "key:1", "-1"])
def test_nobody_is_called_that(text: str) -> None:
    """Whatever it is."""
    with pytest.raises(MalformedUser):
        whom(text)


async def test_support_finds_anybody() -> None:
    """By either; everybody finds themselves by their number."""
    house = House()
    ann = await house.somebody(ANN)
    find = FindUser(house.users)
    assert await find(SUPPORT, "@ann_lee") == await find(SUPPORT, "42") == ann
    assert await find(CUSTOMER, "42") == ann
    for text in ("43", "@ann_lee"):
        with pytest.raises(NotAllowed):
            await find(CUSTOMER, text)
    with pytest.raises(UserMissing):
        await find(SUPPORT, "43")


async def test_support_lists_everybody() -> None:
    """In pages, or those of one role."""
    house = House()
    ann, bob = await house.somebody(ANN), await house.somebody(BOB, Role.OWNER)
    everybody = ListUsers(house.users)
    assert list(await everybody(SUPPORT, 1)) == [ann]
    assert list(await everybody(SUPPORT, 9, after=ANN)) == [bob]
    assert list(await everybody(SUPPORT, 9, role=Role.OWNER)) == [bob]
    with pytest.raises(NotAllowed):
        await everybody(CUSTOMER, 9)


# Privacy


async def test_all_that_is_known_is_handed_out() -> None:
    """To themselves, with every entry of their accounts, and not who else is a user."""
    house = House()
    ann = await house.somebody(ANN)
    house.diary.lines[ANN] = "likes tea"
    shop, mine, bobs = account_name("income:shop"), account_of(ANN), account_of(BOB)
    await house.ledger.open(Account.unlimited(shop, XTR))
    for name in (mine, bobs):
        await house.ledger.open(Account(name, XTR))
    move = MoveMoney(house.ledger)
    transfers = [(shop, mine, 500, "hello")] + [(mine, bobs, 1, "")] * 250
    for source, target, units, memo in transfers:
        id = TransferId(uuid4())
        amount = Money(units, XTR)
        await move(Transfer(id=id, source=source, target=target, amount=amount, memo=memo))
    document = await house.export(CUSTOMER, ANN)
    assert document.user == {
        "id": 42,
        "account": "user:42",
        "name": "Ann",
        "username": "Ann_Lee",
        "language": Language.RU,
        "role": Role.CUSTOMER,
        "muted": False,
        "blocked": False,
        "since": NOON.isoformat(),
        "seen_at": NOON.isoformat(),
        "referrer": None,
        "erased_at": None,
    }
    assert document.balances == [{"posted": "250 XTR", "held": "0 XTR"}]
    assert document.kept["diary"] == [{"line": "likes tea"}]
    entries = document.kept["entries"]
    assert len(entries) == 251
    assert {each["counterpart"] for each in entries[:250]} == {"another user"}
    assert {key: entries[250][key] for key in ("change", "balance", "counterpart", "memo")} == {
        "change": "500 XTR",
        "balance": "500 XTR",
        "counterpart": "income:shop",
        "memo": "hello",
    }
    assert await house.done() == [("user:42", "user.exported", ann.account, {})]


async def test_what_subjects_know_is_handed_out() -> None:
    """Payments, refunds, standing orders and purchases, page after page, of nobody else."""
    store = MemoryStore()
    payments, refunds = MemoryPayments(store), MemoryRefunds(store)
    standings, purchases = MemoryStandings(store), MemoryPurchases(store)
    for payer in ("user:42", "user:43"):
        for number in range(201):
            at = NOON + timedelta(seconds=number)
            await payments.add(begun(order(payer=payer, reference=str(number)), at))
            await purchases.add(quoted(wish(buyer=payer), at))
        arrival = came(await payments.add(begun(order(payer=payer))), 5)
        for number in range(201):
            at = NOON + timedelta(seconds=number)
            await refunds.add(a_refund(arrival, payer=payer, created_at=at))
        await standings.add(standing(payer=payer))
        await standings.add(standing(payer=payer, amount=None))
    keepers: list[tuple[Keeper, int]] = [
        (TellPayments(payments), 202),
        (TellRefunds(refunds), 201),
        (TellStandings(standings), 2),
        (TellPurchases(purchases), 201),
    ]
    for keeper, count in keepers:
        rows = [each async for each in keeper.told(ANN)]
        assert len({each["id"] for each in rows}) == len(rows) == count
        assert [each async for each in keeper.told(EVE)] == []
        await keeper.wipe(ANN)  # it is history of money
        assert [each async for each in keeper.told(ANN)] == rows
    assert rows[0]["recipient"] == "bob"


async def test_a_subscription_says_until_when_it_is_paid() -> None:
    """Where it is paid at all."""
    standings = MemoryStandings(MemoryStore())
    plain = await standings.add(standing(payer="user:42"))
    paid = evolve(plain, term=Term(charge="1", until=NOON))
    await standings.put(paid)
    (row,) = [each async for each in TellStandings(standings).told(ANN)]
    assert row["paid_until"] == NOON.isoformat()


async def test_data_is_handed_to_whom_it_is_about() -> None:
    """Or to an owner; support sees much, and hands out nothing."""
    house = House()
    await house.somebody(ANN)
    await house.export(OWNER, ANN)
    for refused in (
        house.export(SUPPORT, ANN),
        house.erase(SUPPORT, ANN),
        house.export(CUSTOMER, BOB),
        house.erase(CUSTOMER, BOB),
    ):
        with pytest.raises(NotAllowed):
            await refused
    reading = evolve(CUSTOMER, scopes=frozenset({Permission.SEE_OWN}))
    await house.export(reading, ANN)
    with pytest.raises(NotAllowed):
        await house.erase(reading, ANN)
    owner = Caller(name="user:44", role=Role.OWNER, user=EVE)
    for unsure in (house.export(owner, ANN), house.erase(owner, ANN)):
        with pytest.raises(NotSure):
            await unsure
    for missing in (house.export(OWNER, EVE), house.erase(OWNER, EVE)):
        with pytest.raises(UserMissing):
            await missing
    assert [each[1] for each in await house.done()] == ["user.exported"] * 2


async def test_who_is_erased_leaves_a_number_and_their_money() -> None:
    """What subjects may forget they forget; erased again, nothing happens."""
    house = House()
    await house.somebody(ANN, Role.SUPPORT)
    house.diary.lines[ANN] = "likes tea"
    house.diary.lines[BOB] = "likes coffee"
    await house.ledger.open(Account(account_of(ANN), XTR))
    erased = await house.erase(CUSTOMER, ANN)
    assert (erased.name, erased.username, erased.role) == ("", "", Role.CUSTOMER)
    assert erased.erased_at == NOON
    assert house.diary.lines == {BOB: "likes coffee"}
    house.clock.advance(hours=1)
    assert await house.erase(CUSTOMER, ANN) == erased
    assert len(await house.ledger.balances(account_of(ANN))) == 1
    assert await house.done() == [("user:42", "user.erased", "user:42", {})]
    assert (await house.export(OWNER, ANN)).user["erased_at"] == NOON.isoformat()


async def test_a_stolen_session_of_an_owner_wipes_nobody_else() -> None:
    """It does not come back, so whoever wipes others is sure; oneself one wipes as before."""
    house = House()
    await house.somebody(EVE)
    await house.somebody(BOB, Role.OWNER)
    ann = Caller.of(await house.somebody(ANN, Role.OWNER))
    for id in (EVE, BOB):
        with pytest.raises(NotSure):
            await house.erase(ann, id)
        assert (await house.users.get(id)).erased_at is None
    assert (await house.erase(evolve(ann, sure=True), EVE)).erased_at == NOON
    assert (await house.erase(ann, ANN)).erased_at == NOON


async def test_an_owner_may_go_when_there_is_another() -> None:
    """They own nothing afterwards."""
    house = House()
    for id in (ANN, BOB):
        await house.somebody(id, Role.OWNER)
    await house.erase(Caller.of(await house.users.get(ANN)), ANN)
    assert [each.id for each in await house.users.owners()] == [BOB]
