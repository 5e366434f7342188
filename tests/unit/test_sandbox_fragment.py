"""Fragment's desk: it writes what the real one was seen to write, and takes nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from altyn.adapters.fragment.api import HASH
from altyn.adapters.memory import ManualClock
from altyn.entrypoints.sandbox import FragmentDesk
from altyn.entrypoints.sandbox.fragment import COOKIES, DESTINATION
from altyn.entrypoints.sandbox.fragment_wire import bag, comment, dollars
from tests.unit.fragment_outside import PAYER, AtTheDesk
from tests.unit.test_fragment_wire import DOLLARS_50, VECTORS

OWNER = "0:2eb1972b8651344b4728a5c4be479e1186ebbb0b3b5cd7d6d4a49b1d8fcb7b5a"


@pytest.fixture
def desk() -> FragmentDesk:
    return FragmentDesk(ManualClock())


def headers_of(page: str, **cookies: str) -> dict[str, str]:
    """What a browser sends from there."""
    told = "; ".join(f"{name}={value}" for name, value in (COOKIES | cookies).items() if value)
    return {
        "Cookie": told,
        "X-Requested-With": "XMLHttpRequest",
        "Referer": f"https://fragment.com{page}",
    }


async def ask(desk: FragmentDesk, page: str, body: str, **cookies: str) -> Any:
    """What is answered there."""
    calls, headers = AtTheDesk(desk), headers_of(page, **cookies)
    found = HASH.search((await calls("GET", page, headers=headers)).body.decode())
    assert found
    path = f"/api?hash={found[1]}"
    answer = await calls("POST", path, body=body.encode(), headers=headers)
    assert answer.status == 200
    return answer.json()


@pytest.mark.parametrize("vector", VECTORS)
def test_words_are_laid_out_as_they_were_seen(vector: tuple[Any, str, str, str]) -> None:
    """To the last bit: thirty-five bytes in the root, and the rest below it."""
    _, payload, text, _ = vector
    assert bag(comment(text)) == payload


def test_a_transfer_of_dollars_is_laid_out_as_it_was_seen() -> None:
    """With the words in a cell of their own."""
    words = comment("50 Telegram Stars \n\nRef#m9JhZwApQ")
    payer = "0:5d632e5728325a3947945c2ac6a83bdd81d3e7cbd9db68de07c3c5abf84a6de1"
    made = bag(dollars(750_000, DESTINATION, payer, words, 0x4FF3CE5D85C72276))
    assert made[:90] == DOLLARS_50[:90]
    assert len(made) == len(DOLLARS_50)


async def test_the_steps_of_a_purchase(desk: FragmentDesk) -> None:
    """Somebody is found, asked for money, and gets what they paid for."""
    page = "/stars/buy"
    found = await ask(desk, page, "method=searchStarsRecipient&query=@Durov&quantity=50")
    assert (found["ok"], found["found"]["name"]) == (True, "Pavel Durov")
    token = found["found"]["recipient"]
    state = await ask(desk, page, "method=updateStarsBuyState&mode=new&lv=false&dh=100000000")
    assert (state["ok"], state["mode"], state["need_update"]) == (True, "new", True)
    wanted = f"recipient={token}&quantity=50&payment_method=ton"
    begun = await ask(desk, page, f"method=initBuyStarsRequest&{wanted}")
    assert begun["amount"] == "0.4609"
    account = PAYER.account.replace("+", "%2B")
    link = (
        f"method=getBuyStarsLink&account={account}&device={PAYER.device}"
        f"&transaction=1&id={begun['req_id']}&show_sender=0"
    )
    said = await ask(desk, page, link)
    assert said["confirm_method"] == "confirmReq"
    assert said["confirm_params"] == {"id": begun["req_id"]}
    transaction = said["transaction"]
    assert transaction["from"] == PAYER.address.raw
    assert transaction["validUntil"] == desk.clock.now().timestamp() + 1800
    (message,) = transaction["messages"]
    assert message["amount"] == "460900000"
    assert message["address"] == "UQCFJEP4WZ_mpdo0_kMEmsTgvrMHG7K_tWY16pQhKHwoOtFz"
    poll = f"method=updateStarsBuyState&mode=new&lv=false&dh=100000001&id={begun['req_id']}"
    assert (await ask(desk, page, poll))["mode"] == "new"
    desk.pay(desk.requests[begun["req_id"]].reference)
    modes = [await ask(desk, page, poll) for _ in range(3)]
    assert [each["mode"] for each in modes] == ["processing", "done", "done"]
    assert [each["need_update"] for each in modes] == [True, False, False]
    confirm = f"method=confirmReq&id={begun['req_id']}&boc=Ym9j"
    assert await ask(desk, page, confirm) == {"ok": True}


async def test_a_payment_may_be_seen_by_whoever_watches_the_chain() -> None:
    """By its reference; it is delivered as late as somebody wants."""
    clock, seen = ManualClock(), set[str]()
    desk = FragmentDesk(clock, sees=seen.__contains__, delivers_after=timedelta(minutes=5))
    page = "/ads/topup"
    found = await ask(desk, page, "method=searchAdsTopupRecipient&query=bob")
    wanted = f"method=initAdsTopupRequest&recipient={found['found']['recipient']}&amount=1000"
    begun = await ask(desk, page, wanted)
    assert begun["amount"] == "1,000"
    poll = "method=updateAdsTopupState&mode=new&lv=false&dh=100000001"
    seen.add(desk.requests[begun["req_id"]].reference)
    assert [(await ask(desk, page, poll))["mode"] for _ in range(2)] == ["processing"] * 2
    clock.advance(minutes=5)
    assert (await ask(desk, page, poll))["mode"] == "done"


@pytest.mark.parametrize(
    ("body", "cookies", "said"),
    [
        ("method=searchStarsRecipient&query=bob", {"stel_ssid": "x"}, {"error": "Bad request"}),
        ("method=searchStarsRecipient&query=bob", {"stel_dt": ""}, {"error": "Bad request"}),
        ("method=buyStars", {}, {"error": "Invalid method"}),
        ("method=initGiftPremiumRequest", {}, {"error": "Invalid method"}),
        ("method=initBuyStarsRequest", {"stel_token": ""}, {"error": "Access denied"}),
        ("method=initBuyStarsRequest", {"stel_ton_token": ""}, {"need_ton": True}),
        ("method=initBuyStarsRequest&recipient=x&quantity=50", {}, {"error": "Bad request"}),
        ("method=getBuyStarsLink&transaction=true", {}, {"error": "Bad request"}),
        ("method=updateStarsBuyState&mode=new&lv=0&dh=1000000", {}, {"error": "Bad request"}),
        ("method=updateStarsBuyState&mode=new&lv=false&dh=1", {}, {"error": "Bad request"}),
        ("method=confirmReq&id=x&boc=Ym9j", {}, {"error": "Bad request"}),
        ("method=searchStarsRecipient&query=x", {}, {"error": "No Telegram users found."}),
    ],
)
async def test_errors_come_with_the_status_of_success(
    desk: FragmentDesk, body: str, cookies: dict[str, str], said: dict[str, object]
) -> None:
    """And in words, or as a flag."""
    assert await ask(desk, "/stars/buy", body, **cookies) == said


async def test_a_hash_is_of_one_page_and_does_not_last(desk: FragmentDesk) -> None:
    """With that of another, or of before, a request is a bad one."""
    calls = AtTheDesk(desk)
    old = desk.pages["/stars/buy"].hash
    other = desk.pages["/premium/gift"].hash
    desk.expire_hashes()
    for hash in (old, other, ""):
        answer = await calls(
            "POST",
            f"/api?hash={hash}",
            body=b"method=searchStarsRecipient&query=bob",
            headers=headers_of("/stars/buy"),
        )
        assert answer.json() == {"error": "Bad request"}
