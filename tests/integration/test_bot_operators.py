"""Operators in the bot: they look after the shop, and nobody else notices that they can."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from altyn.adapters.memory import ManualClock
from altyn.core.chats import Inbox
from altyn.core.identity import Caller, Role, SetRole, UserId, Users
from altyn.core.money import XTR, Money
from altyn.core.payments import Approvals, BookInflows, Deposit, Inflow, Notices, RequestRefund
from altyn.core.payments import State as PaymentState
from altyn.core.purchases import HOUSE, Purchase, Purchases, Stage, State
from altyn.core.transaction import Transaction
from altyn.core.wallets import Cheques, Outlays, OutlayState
from altyn.entrypoints.bot.lanes import CLAIMED
from altyn.entrypoints.bot.scenes.office import STAFF
from altyn.entrypoints.testkit.payments.ground import notice
from altyn.entrypoints.testkit.wallets.ground import drawn, outlay
from tests.integration.bot_stand import Stand, desk_of, house_of, open_stand, tapped, working
from tests.unit.purchases_house import FakeSupplier, FakeWallet

EN: Mapping[str, str] = {
    "give": "Give 67 ⭐ back",
    "ask": "Send the code of your app",
    "wrong": "That code did not do",
    "do": "Do it",
    "sure": "Shall it be done?",
    "due": "State: due",
    "done": "State: done",
    "told": "67 ⭐ went back to you.",
}
RU: Mapping[str, str] = {
    "give": "Вернуть 67 ⭐",
    "ask": "Пришлите код из приложения",
    "wrong": "Этот код не подошёл",
    "do": "Сделать",
    "sure": "Сделать это?",
    "due": "Состояние: на очереди",
    "done": "Состояние: готово",
    "told": "К вам вернулось 67 ⭐.",
}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(tmp_path, ALTYN_LIMITS='"bot.write".burst = 30') as stand:
        yield stand


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Any]:
    """Opens processes of one shop, one after the other or side by side."""
    clock = ManualClock()
    supplier = FakeSupplier(clock, FakeWallet(clock))
    async with AsyncExitStack() as stack:
        desk, address = await stack.enter_async_context(desk_of(clock))

        async def open_one() -> Stand:
            house = house_of(tmp_path, desk, address, clock, supplier)
            return await stack.enter_async_context(house)

        yield open_one


async def paid(stand: Stand, language: str = "en") -> tuple[Any, str]:
    """A customer who has paid 67 Stars, and the name of that charge."""
    anna = stand.desk.join("Anna", username="anna", language_code=language)
    await stand.say(anna, "/recharge 100")
    await stand.press(anna, "67 ⭐")
    await stand.pays(anna)
    await stand.passes(4)
    (charge,) = stand.desk.stars.charges
    return anna, str(charge)


async def raws(stand: Stand) -> str:
    """All that is kept of what was written."""
    inbox: Inbox = await stand.get(Inbox)
    lanes = [str(each) for each in stand.desk.chats.messages]
    found = [each for lane in lanes for each in await inbox.of(stand.talk.bot.id, lane, 99)]
    return " ".join(each.raw.decode() for each in found)


@pytest.mark.parametrize(("language", "words"), [("en", EN), ("ru", RU)])
async def test_stars_go_back(stand: Stand, language: str, words: Mapping[str, str]) -> None:
    """Found by the charge, confirmed with a code, given back once, and told once."""
    anna, charge = await paid(stand, language)
    olga = stand.desk.join("Olga", language_code=language)
    phone = await stand.appointed(olga)
    await stand.say(olga, f"/payment {charge}")
    assert f"user:{anna.id}" in stand.text(olga)
    await stand.press(olga, words["give"])
    assert words["ask"] in stand.text(olga)
    assert words["do"] not in stand.labels(olga)
    await stand.say(olga, "000000")
    assert words["wrong"] in stand.text(olga)
    code = phone.code()
    await stand.say(olga, code)
    assert words["sure"] in stand.text(olga)
    assert code not in str(stand.desk.chats.messages[olga.id])
    assert code not in await raws(stand)
    await stand.say(olga, "they changed their mind")
    assert "they changed their mind" in stand.text(olga)
    await stand.press(olga, words["do"])
    assert words["due"] in stand.text(olga)
    await stand.passes(5)
    assert words["done"] in stand.text(olga)
    (payment,) = await stand.asked_to_pay(anna)
    assert payment.state is PaymentState.REFUNDED
    assert await stand.holds(anna) == ("0.00", "0.00")

    async def told() -> bool:
        await stand.passes(1)
        return len(stand.messages(anna)) > 1

    await stand.until(told)
    await stand.passes(5)
    _, *news = [each["text"].replace("\u00a0", " ") for each in stand.messages(anna)]
    assert len(news) == 1
    assert news[0].endswith(words["told"])
    assert (f"user:{olga.id}", "refund.asked_for") in await stand.deeds()
    assert await stand.sound()


async def in_review(stand: Stand) -> tuple[Any, Purchase]:
    """A customer whose Stars were paid for, and not seen to arrive for days."""
    anna = stand.desk.join("Anna", username="anna")
    await stand.given(anna, "1000")
    await stand.say(anna, "/buy_stars 50 @bob")
    stand.supplier.stage = Stage.PENDING
    await stand.press(anna, "Buy for")
    await stand.passes(10)
    for _ in range(2):
        stand.clock.advance(hours=72)
        await stand.passes(2)
    (purchase,) = await stand.bought(anna)
    assert purchase.state is State.REVIEW
    return anna, purchase


@pytest.mark.parametrize(
    ("label", "state", "left", "shown"),
    [
        ("Delivered", State.DELIVERED, "835.00", "State: delivered"),
        ("Give the money back", State.RELEASED, "1000.00", "State: released"),
    ],
)
async def test_a_doubt_is_decided(
    stand: Stand, label: str, state: State, left: str, shown: str
) -> None:
    """Everything is on one screen; what is decided is done once and is in the trail."""
    anna, purchase = await in_review(stand)
    olga = stand.desk.join("Olga")
    phone = await stand.appointed(olga)
    await stand.say(olga, "/review")
    await stand.press(olga, "50 Stars · @bob")
    for fact in (str(purchase.id), f"user:{anna.id}", "165.00 ₽", "Bill: 0.5 TON, which is paid"):
        assert fact in stand.text(olga)
    await stand.press(olga, label)
    await stand.say(olga, phone.code())
    stand.desk.press(olga, "Do it")
    stand.desk.press(olga, "Do it")  # twice
    await stand.settled()
    assert shown in stand.text(olga)
    assert f"Decided by: user:{olga.id}" in stand.text(olga)
    assert (await stand.bought(anna))[0].state is state
    assert await stand.holds(anna) == (left, "0.00")
    assert (await stand.deeds()).count((f"user:{olga.id}", "purchase.decided")) == 1
    await stand.press(olga, "Back")
    assert "Nothing waits for a decision" in stand.text(olga)
    assert await stand.sound()


ON_THE_HOUSE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "how": "How many Stars, and for whom?",
        "at_least": "at least 50",
        "title": "Stars on the house",
        "goods": "Bought: 50 Stars",
        "cost": "Cost: 0.5 TON",
        "code": "Send the code of your app",
        "do": "Do it",
        "done": "State: delivered",
    },
    "ru": {
        "how": "Сколько звёзд и для кого?",
        "at_least": "at least 50",
        "title": "Звёзды за счёт магазина",
        "goods": "Покупка: 50 звёзд",
        "cost": "Стоимость: 0,5 TON",
        "code": "Пришлите код из приложения",
        "do": "Сделать",
        "done": "Состояние: доставлено",
    },
}


@pytest.mark.parametrize(("language", "words"), ON_THE_HOUSE.items())
async def test_stars_on_the_house(stand: Stand, language: str, words: Mapping[str, str]) -> None:
    """Priced and shown, agreed to with a code and one tap, bought once, and nobody's money gone."""
    anna = stand.desk.join("Anna", username="anna")
    await stand.given(anna, "1000")
    olga = stand.desk.join("Olga", language_code=language)
    phone = await stand.appointed(olga)
    await stand.say(olga, "/buy_stars_fragment")
    assert words["how"] in stand.text(olga)
    await stand.say(olga, "5 @anna")
    assert words["at_least"] in stand.text(olga)
    await stand.say(olga, "50 @anna a prize")
    for fact in ("title", "goods", "cost", "code"):
        assert words[fact] in stand.text(olga)
    assert "@anna" in stand.text(olga)
    await stand.passes(5)
    purchases: Purchases = await stand.get(Purchases)
    (purchase,) = await purchases.of(HOUSE, 9)
    assert (purchase.state, purchase.supplier) == (State.QUOTED, "fragment")
    await stand.say(olga, phone.code())
    assert "a prize" in stand.text(olga)
    stand.desk.press(olga, words["do"])
    stand.desk.press(olga, words["do"])  # twice
    await stand.settled()
    await stand.passes(10)
    assert words["done"] in stand.text(olga)
    (purchase,) = await purchases.of(HOUSE, 9)
    assert purchase.state is State.DELIVERED
    assert len(stand.supplier.wallet.drawn) == 1
    assert (await stand.deeds()).count((f"user:{olga.id}", "purchase.for_the_house")) == 1
    assert await stand.holds(anna) == ("1000.00", "0.00")
    assert await stand.holds(olga) == ("0.00", "0.00")
    assert stand.messages(anna) == []
    assert await stand.sound()


async def test_what_is_not_agreed_to_is_not_bought(stand: Stand) -> None:
    """Called off, or left until the price has run out: no wallet pays."""
    olga = stand.desk.join("Olga", username="olga")
    phone = await stand.appointed(olga)
    await stand.say(olga, "/buy_stars_fragment 50")
    assert "@olga" in stand.text(olga)
    await stand.press(olga, "Cancel")
    assert "How many Stars, and for whom?" in stand.text(olga)
    await stand.say(olga, "50")
    await stand.say(olga, phone.code())
    stand.clock.advance(minutes=10)
    code = phone.code()
    await stand.press(olga, "Do it")
    assert "Send the code of your app" in stand.text(olga)  # it was long ago
    await stand.say(olga, code)
    await stand.press(olga, "Do it")
    assert "does not hold any more" in stand.text(olga)
    await stand.passes(5)
    assert stand.supplier.wallet.drawn == []
    assert "purchase.for_the_house" not in [what for _, what in await stand.deeds()]


async def test_for_customers_there_is_nothing_of_it(stand: Stand) -> None:
    """Commands, buttons and windows of operators: they are answered like what never was."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/nonsense")
    nothing = stand.text(anna)
    for name in (*STAFF, "refund 1", "adjust 1 +5 why"):
        await stand.say(anna, f"/{name}")
        assert stand.text(anna) == nothing
    await stand.say(anna, "/help")
    assert "/stats" not in stand.text(anna)
    help_text = stand.text(anna)
    for action in ("stats:", "review:", "do:", "decide:paid", "person:1", "case:1"):
        await stand.say(anna, "/help")
        turn = (await stand.window(anna)).turn
        await tapped(stand, anna, f"1:{turn}:{action}", stand.messages(anna)[-1])
        assert "Your balance is empty" in stand.text(anna)
    assert help_text
    assert await stand.deeds() == []


async def test_their_commands_are_listed_for_them_alone(stand: Stand) -> None:
    """In both languages, told once; gone with the role, also when we were not looking."""
    listing, listed = stand.talk.listing, stand.desk.talk.commands
    anna, olga = stand.desk.join("Anna"), stand.desk.join("Olga")
    await stand.say(anna, "/start")
    await stand.appointed(olga)
    assert await listing() == 4  # two for everybody, two for her
    assert await listing() == 0
    hers = [names for (scope, _), names in listed.items() if str(olga.id) in scope]
    assert [[each["command"] for each in names][-len(STAFF) :] for names in hers] == [[*STAFF]] * 2
    assert {names[-len(STAFF)]["description"] for names in hers} == {
        "figures of today",
        "сегодняшние цифры",
    }
    assert not [scope for scope, _ in listed if str(anna.id) in scope]
    users: Users = await stand.get(Users)
    await users.change(UserId(olga.id), role=Role.SUPPORT)
    assert await listing() == 2
    assert "adjust" not in str(
        [names for (scope, _), names in listed.items() if "chat_id" in scope]
    )
    give: SetRole = await stand.get(SetRole)
    await give(Caller.local(), UserId(olga.id), Role.CUSTOMER)
    listing._told.clear()  # as after a restart
    listing._looked_to = None
    assert await listing() == 2
    assert not [scope for scope, _ in listed if str(olga.id) in scope]
    await users.change(UserId(olga.id), role=Role.OWNER)
    assert await listing() == 2
    await users.change(UserId(olga.id), role=Role.CUSTOMER)
    assert await listing() == 2
    assert len(listed) == 2


async def test_whoever_works_here_no_more_sees_no_more(stand: Stand) -> None:
    """What is in their window leads to the menu, and nothing is done."""
    anna, purchase = await in_review(stand)
    olga = stand.desk.join("Olga")
    phone = await stand.appointed(olga)
    await stand.say(olga, "/review")
    await stand.press(olga, "50 Stars")
    await stand.press(olga, "Delivered")
    await stand.say(olga, phone.code())
    users: Users = await stand.get(Users)
    await users.change(UserId(olga.id), role=Role.SUPPORT)
    await stand.press(olga, "Do it")
    assert "Not done: user:" in stand.text(olga)  # they may look still
    await users.change(UserId(olga.id), role=Role.CUSTOMER)
    await stand.press(olga, "Back")
    assert "Your balance is empty" in stand.text(olga)
    assert (await stand.bought(anna))[0].state is State.REVIEW
    assert (f"user:{olga.id}", "purchase.decided") not in await stand.deeds()
    assert purchase.price.decimal == "165.00"


async def test_being_sure_lasts_five_minutes(stand: Stand) -> None:
    """In which no other code is asked for; a tap after that asks for one, and does nothing."""
    anna = stand.desk.join("Anna")
    await stand.say(anna, "/start")
    olga = stand.desk.join("Olga")
    phone = await stand.appointed(olga)
    await stand.say(olga, f"/adjust {anna.id} +10 for waiting")
    assert "Give to a person" in stand.text(olga)
    await stand.say(olga, phone.code())
    await stand.press(olga, "Do it")
    assert "10.00 ₽, 0.00 ₽ set aside" in stand.text(olga)
    await stand.say(olga, "/adjust @nobody 1 why")
    assert "was not found" in stand.text(olga)
    for written in ("1,000", "1 000"):
        await stand.say(olga, f"{anna.id} {written} by mistake")
        assert ": write 1000" in stand.text(olga)
    await stand.say(olga, f"{anna.id} -2,50 RUB too much")
    assert "Take from a person" in stand.text(olga)
    await stand.press(olga, "Do it")
    assert await stand.holds(anna) == ("7.50", "0.00")
    await stand.say(olga, f"/adjust {anna.id} +10 once more")
    stand.clock.advance(minutes=6)
    await stand.press(olga, "Do it")
    assert "Send the code of your app" in stand.text(olga)
    await stand.press(olga, "Cancel")
    assert await stand.holds(anna) == ("7.50", "0.00")
    deeds = [what for who, what in await stand.deeds() if what == "money.moved"]
    assert len(deeds) == 2
    await stand.say(olga, f"/adjust {anna.id} -100 more than there is")
    await stand.say(olga, phone.paper[0].upper().replace("-", " "))
    await stand.press(olga, "Do it")
    assert "Not done" in stand.text(olga)
    assert phone.paper[0].upper().replace("-", " ") not in await raws(stand)
    assert await stand.holds(anna) == ("7.50", "0.00")
    assert await stand.sound()


async def test_a_code_from_paper_is_kept_nowhere(stand: Stand) -> None:
    """Also where nobody has asked for it, and where they are too fast to be listened to."""
    olga = stand.desk.join("Olga")
    phone = await stand.appointed(olga)
    await stand.say(olga, phone.paper[0])
    assert "I did not get that" in stand.text(olga)
    for _ in range(40):
        stand.desk.say(olga, "/start")
    stand.desk.say(olga, phone.paper[1])
    await stand.settled()
    kept = await raws(stand)
    assert "/start" in kept
    assert not [each for each in phone.paper if each in kept]


async def test_without_a_second_factor_nothing_is_done(stand: Stand) -> None:
    """It is said how to get one; of wrong codes only a few are listened to."""
    olga = stand.desk.join("Olga")
    await stand.say(olga, "/start")
    users: Users = await stand.get(Users)
    await users.change(UserId(olga.id), role=Role.OPERATOR)
    await stand.say(olga, f"/adjust {olga.id} +10 why not")
    assert f"altyn sessions enrol {olga.id}" in stand.text(olga)
    assert "Do it" not in stand.labels(olga)
    await stand.say(olga, "123456")
    assert f"altyn sessions enrol {olga.id}" in stand.text(olga)
    phone = await stand.appointed(olga)
    await stand.say(olga, f"/adjust {olga.id} +10 why not")
    for _ in range(6):
        await stand.say(olga, "000000")
    assert "Too many codes were wrong" in stand.text(olga)
    await stand.say(olga, phone.code())
    assert "Too many codes were wrong" in stand.text(olga)


async def test_a_large_refund_takes_two(stand: Stand) -> None:
    """Whoever asked for it does not agree to it; somebody else does, or does not."""
    request: RequestRefund = await stand.get(RequestRefund)
    object.__setattr__(request, "approvals", Approvals({}))
    anna, charge = await paid(stand)
    olga, boris = stand.desk.join("Olga"), stand.desk.join("Boris")
    phone, other = await stand.appointed(olga), await stand.appointed(boris)
    await stand.say(olga, f"/refund {charge} 6,700 by mistake")
    assert "has its thousands marked off: write 6700" in stand.text(olga)
    await stand.say(olga, f"/refund {charge} 67₽ by mistake")
    assert "is not an amount" in stand.text(olga)
    await stand.say(olga, f"/refund {charge} 67 by mistake")
    await stand.say(olga, phone.code())
    await stand.press(olga, "Do it")
    assert "State: waiting for a yes" in stand.text(olga)
    await stand.press(olga, "Agree")
    await stand.press(olga, "Do it")
    assert "Not done" in stand.text(olga)
    await stand.say(boris, "/review")
    await stand.press(boris, "Refund · 67 ⭐")
    assert "Why: by mistake" in stand.text(boris)
    await stand.press(boris, "Agree")
    await stand.say(boris, other.code())
    await stand.press(boris, "Do it")
    await stand.passes(5)
    assert "State: done" in stand.text(boris)
    (payment,) = await stand.asked_to_pay(anna)
    assert payment.state is PaymentState.REFUNDED


async def test_operators_look_around(stand: Stand) -> None:
    """Figures, people, payments, limits, health and cases; what is not there is asked for again."""
    anna, charge = await paid(stand)
    olga = stand.desk.join("Olga")
    await stand.appointed(olga, Role.SUPPORT)
    await stand.say(olga, "/stats")
    assert "Came: 67 ⭐ (1)" in stand.text(olga)
    assert "People: 2" in stand.text(olga)
    await stand.say(olga, "/user")
    await stand.say(olga, "@nobody")
    assert "was not found" in stand.text(olga)
    await stand.say(olga, "@anna")
    assert "100.00 ₽, 0.00 ₽ set aside" in stand.text(olga)
    await stand.press(olga, "67 ⭐ · settled")
    assert charge in stand.text(olga)
    assert "Give 67" not in stand.labels(olga)  # support looks
    await stand.press(olga, "Back")
    await stand.press(olga, "Limits")
    assert "bot.write" in stand.text(olga)
    await stand.say(olga, "/limits nobody at all")
    assert "was not found" in stand.text(olga)
    looking = stand.talk.stage.looking
    ledger = looking.ledger
    object.__setattr__(looking, "ledger", None)
    await stand.say(anna, "/balance")
    object.__setattr__(looking, "ledger", ledger)
    inbox: Inbox = await stand.get(Inbox)
    (case,) = await inbox.troubled(stand.talk.bot.id, 10)
    await stand.say(olga, "/health")
    assert "✅ database" in stand.text(olga)
    await stand.press(olga, str(case.number))
    assert "AttributeError" in stand.text(olga)
    assert "What was said: /balance" in stand.text(olga)
    await stand.press(olga, "This person")
    assert "@anna" in stand.text(olga)
    await stand.say(olga, "/case 999999")
    assert "was not found" in stand.text(olga)
    await stand.say(olga, "/refund")
    assert "I did not get that" in stand.text(olga)  # of others than support


async def test_killed_between_the_tap_and_the_deed(opened: Any) -> None:
    """The next process does it, under the same id, once."""
    first: Stand = await opened()
    anna = first.desk.join("Anna")
    olga = first.desk.join("Olga")
    async with working(first):
        await first.say(anna, "/start")
        phone = await first.appointed(olga)
        await first.say(olga, f"/adjust {anna.id} +10 for waiting")
        await first.say(olga, phone.code())
    first.desk.press(olga, "Do it")
    await first.talk.fetching()  # type: ignore[misc]
    inbox: Inbox = await first.get(Inbox)
    now = first.clock.now()
    (update,) = await inbox.claim(first.talk.bot.id, now, now + CLAIMED, 10)
    await first.talk.lanes.answer(update)  # and then it dies
    assert await first.holds(anna) == ("10.00", "0.00")
    second: Stand = await opened()
    async with working(second):
        second.clock.advance(seconds=CLAIMED.total_seconds())
        await second.settled()
        assert (await inbox.get(first.talk.bot.id, update.number)).tries == 2
        assert "10.00 ₽, 0.00 ₽ set aside" in second.text(olga)
    assert await second.holds(anna) == ("10.00", "0.00")
    assert [what for _, what in await second.deeds()].count("money.moved") == 1


async def test_killed_after_the_code(opened: Any) -> None:
    """It has made them sure; nothing of it is kept, and the next process has nothing to read."""
    first: Stand = await opened()
    olga = first.desk.join("Olga")
    async with working(first):
        phone = await first.appointed(olga)
        await first.say(olga, f"/adjust {olga.id} +10 for waiting")
    first.desk.say(olga, phone.code())
    await first.talk.fetching()  # type: ignore[misc]
    inbox: Inbox = await first.get(Inbox)
    now = first.clock.now()
    (update,) = await inbox.claim(first.talk.bot.id, now, now + CLAIMED, 10)
    await first.talk.lanes.answer(update)  # and then it dies
    second: Stand = await opened()
    async with working(second):
        second.clock.advance(seconds=CLAIMED.total_seconds())
        await second.settled()
        kept = await inbox.get(first.talk.bot.id, update.number)
        assert (kept.outcome, kept.raw, kept.trouble) == ("hushed", b"", False)
        await second.press(olga, "Do it")
    assert await second.holds(olga) == ("10.00", "0.00")


async def test_notices_and_cheques_are_decided(stand: Stand) -> None:
    """What moves no money asks for no code; what may be paid anew does."""
    olga = stand.desk.join("Olga")
    phone = await stand.appointed(olga)
    notices: Notices = await stand.get(Notices)
    for key in ("first", "second, by a « name »"):
        told = notice(key, stand.clock.now(), method="stars")
        await notices.add(told)
        await notices.put(told.given_up("in vain"))
    cheques, outlays = await stand.get(Cheques), await stand.get(Outlays)
    owed = outlay(wallet=stand.supplier.wallet.name, created_at=stand.clock.now())
    await outlays.add(owed)
    stuck = await drawn(cheques, outlays, owed, check_at=None, signed_at=stand.clock.now())
    await stand.say(olga, "/review")
    await stand.press(olga, "Notice · Telegram Stars")
    assert "Charge: first" in stand.text(olga)
    await stand.press(olga, "Set it aside")
    await stand.press(olga, "Do it")
    assert not (await notices.get("stars", "first")).unresolved
    await stand.press(olga, "Back")
    await stand.press(olga, "Notice")
    await stand.press(olga, "Read it again")
    await stand.press(olga, "Do it")
    assert (await notices.get("stars", "second, by a « name »")).read_at is not None
    await stand.press(olga, "Back")
    await stand.press(olga, "Cheque 1 · ton")
    await stand.press(olga, "It was not")
    await stand.say(olga, phone.code())
    await stand.press(olga, "Do it")
    assert "can be carried out until" in stand.text(olga)
    await stand.press(olga, "Back")
    stand.clock.advance(minutes=10)
    await stand.press(olga, "It was not")
    await stand.say(olga, phone.code())
    await stand.press(olga, "Do it")
    assert "State: void" in stand.text(olga)
    assert (await outlays.get(owed.id)).state is OutlayState.UNPAID
    assert (await cheques.get(stuck.id)).decided_by == f"user:{olga.id}"
    await stand.press(olga, "Back")
    assert "Nothing waits" in stand.text(olga)


async def test_the_drawer_is_emptied(stand: Stand) -> None:
    """What came twice is credited to whoever paid, what nobody knows goes back."""
    anna, _ = await paid(stand)
    (payment,) = await stand.asked_to_pay(anna)
    book: BookInflows = await stand.get(BookInflows)
    at, transaction = stand.clock.now(), await stand.get(Transaction)
    twice = Inflow(key="twice", amount=Money(67, XTR), at=at)
    lost = Inflow(key="lost", amount=Money(5, XTR), at=at)
    async with transaction():
        await book.told("stars", Deposit(twice, payment=payment.id))
        await book.told("stars", Deposit(lost))
    olga = stand.desk.join("Olga")
    phone = await stand.appointed(olga)
    await stand.say(olga, "/review")
    await stand.press(olga, "Whose money? · 67 ⭐")
    assert "Held: 67 ⭐" in stand.text(olga)
    await stand.press(olga, "Credit the payer")
    await stand.say(olga, phone.code())
    await stand.press(olga, "Do it")
    assert await stand.holds(anna) == ("200.00", "0.00")
    await stand.press(olga, "Back")
    await stand.press(olga, "Whose money? · 5 ⭐")
    assert "Credit" not in stand.labels(olga)
    await stand.press(olga, "Send it back")
    await stand.press(olga, "Cancel")
    assert "Charge: lost" in stand.text(olga)
    await stand.press(olga, "Give 5 ⭐ back")
    await stand.press(olga, "Do it")
    assert "State: due" in stand.text(olga)
    await stand.say(olga, "/review")
    assert "Nothing waits" in stand.text(olga)
    assert await stand.sound()
