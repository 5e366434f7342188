"""Webhooks and what they are told, as values."""

import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from attrs import evolve

from altyn.adapters.memory import ManualClock
from altyn.core.events import Event, EventId, Fact
from altyn.core.identifiers import TimeOrdered
from altyn.core.notifications import (
    DELAYS,
    PUBLIC,
    DeliveryState,
    WebhookMalformed,
    WebhookState,
    deliveries_of,
    new_secret,
    signed,
    whose,
)
from altyn.core.notifications.signing import was_made_under
from altyn.core.wording import MalformedText
from altyn.entrypoints.testkit.notifications.ground import MINUTE, NOON, delivery, webhook


def event(name: str = "payment.settled", **facts: Fact) -> Event:
    return Event(id=EventId(uuid4()), name=name, at=NOON, facts=facts)


class TestWhatIsAnAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "shop.example",
            "ftp://shop.example/",
            "https:///path",
            "https://user:secret@shop.example/",
            "https://shop.example/#part",
            "https://shop.example:0/",
            "https://shop.example:99999/",
            "https://[::1/",
            "https://shop.example/ here",
            "https://магазин.example/",
            "https://shop.example/\n",
            "https://shop.example/" + "x" * 1000,
        ],
    )
    def test_others_are_refused(self, url: str) -> None:
        """Before anything is kept."""
        with pytest.raises(WebhookMalformed) as error:
            webhook(url=url)
        assert error.value.what == "url"

    def test_the_host_hides_the_path(self) -> None:
        """What may be secret in an address is not told around."""
        assert webhook(url="https://shop.example:8443/secret?key=1").host == "shop.example:8443"


class TestWhatIsWanted:
    @pytest.mark.parametrize(
        "events", [(), ("payment.settled", "payment.settled"), ("payment.*",) * 101]
    )
    def test_a_few_and_each_once(self, events: tuple[str, ...]) -> None:
        """Nothing at all is as wrong as the same twice."""
        with pytest.raises(WebhookMalformed):
            webhook(events=events)

    def test_names_of_another_version_are_no_harm(self) -> None:
        """Nothing of that kind happens here; of all else that it named it is told."""
        one = webhook(events=("payment.foreseen", "prophecy.*", "payment.settled"))
        assert one.wants(event())
        assert not one.wants(event("payment.foreseen"))
        assert not one.wants(event("payment.expired"))

    def test_an_account_is_a_word(self) -> None:
        """It is shown."""
        with pytest.raises(MalformedText):
            webhook(account="user:\n")

    @pytest.mark.parametrize(
        ("wanted", "hears"),
        [
            (("*",), True),
            (("payment.*",), True),
            (("payment.settled",), True),
            (("payment.expired", "refund.*"), False),
        ],
    )
    def test_names_subjects_and_everything(self, wanted: tuple[str, ...], hears: bool) -> None:
        """Of each event whoever named it, its subject, or all."""
        assert webhook(events=wanted).wants(event()) is hears

    def test_what_stays_in_the_house(self) -> None:
        """An event that is in no catalogue is told to nobody."""
        assert not webhook(events=("*",)).wants(event("cheque.unresolved"))

    def test_whose_events(self) -> None:
        """A webhook of somebody hears of nobody else."""
        theirs = webhook(events=("*",), account="user:1")
        assert theirs.wants(event(payer="user:1"))
        assert theirs.wants(event("purchase.delivered", buyer="user:1"))
        assert not theirs.wants(event(payer="user:2"))
        assert not theirs.wants(event())

    def test_not_of_itself(self) -> None:
        """Whoever does not listen is not told that they do not; others are."""
        one = webhook(events=("*",))
        told = event("webhook.given_up", webhook=str(one.id), account="user:1")
        assert not one.wants(told)
        assert webhook(events=("webhook.*",)).wants(told)
        assert whose(told) == "user:1"


class TestSecrets:
    def test_two_are_good_for_a_day(self) -> None:
        """The new one first; after that the new one alone."""
        rotated = webhook(secret=b"old").rotated(b"new", NOON)
        day = timedelta(hours=24)
        assert rotated.secrets(NOON) == (b"new", b"old")
        assert rotated.secrets(NOON + day - MINUTE) == (b"new", b"old")
        assert rotated.secrets(NOON + day) == (b"new",)
        assert rotated.rotated(b"newest", NOON).secrets(NOON) == (b"newest", b"new")

    def test_they_are_not_shown(self) -> None:
        """Nor are they left when it was removed."""
        one = webhook(secret=b"hidden", old_secret=b"hidden", old_until=NOON)
        assert "hidden" not in repr(one)
        gone = one.removed()
        assert (gone.secret, gone.old_secret, gone.state) == (b"", None, WebhookState.REMOVED)

    def test_a_signature_is_the_one_of_the_standard(self) -> None:
        """The example of Standard Webhooks."""
        headers = signed(
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            datetime.fromtimestamp(1614265330.9, UTC),
            b'{"test": 2432232314}',
        )
        assert headers == {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        }

    def test_of_each_secret_there_is_one(self) -> None:
        """Separated by a space; a new secret is one that nobody can guess."""
        one, two = new_secret(UUID(int=1)), new_secret(UUID(int=1))
        assert one != two
        assert len(b64decode(one.removeprefix("whsec_"))) == 40
        for each in (one, two):
            assert was_made_under(each, UUID(int=1))
            assert not was_made_under(each, UUID(int=2))
        told = signed([one, two], "msg_1", NOON, b"{}")["webhook-signature"].split(" ")
        for secret, signature in zip((one, two), told, strict=True):
            key = b64decode(secret.removeprefix("whsec_"))
            content = f"msg_1.{int(NOON.timestamp())}.{{}}".encode()
            mac = hmac.digest(key, content, sha256)
            assert signature == f"v1,{b64encode(mac).decode()}"


class TestDeliveries:
    def test_whoever_wants_it_is_told(self) -> None:
        """What may be known of it, under an id of its own; nobody who is not enabled."""
        listens, other = webhook(), webhook(events=("refund.*",))
        off = webhook(state=WebhookState.DISABLED, why="why")
        happened = event(payment="1", payer="user:1", margin="secret", credited="«1 XTR»")
        identifiers = TimeOrdered(ManualClock(NOON))
        (told,) = deliveries_of(happened, [listens, other, off], NOON, identifiers)
        assert (told.webhook, told.event, told.name) == (listens.id, happened.id, happened.name)
        assert (told.made_at, told.check_at) == (NOON, NOON)
        assert json.loads(told.body) == {
            "type": "payment.settled",
            "timestamp": "2026-01-01T12:00:00.000Z",
            "data": {
                "payment": "1",
                "payer": "user:1",
                "reference": None,
                "asked": None,
                "came": None,
                "credited": "«1 XTR»",
            },
        }
        assert told.message_id == f"msg_{told.id.hex}"
        assert "." not in told.message_id

    def test_delays_are_those_of_the_plan(self) -> None:
        """Ten attempts within 75.6 hours, each delay a little longer by chance."""
        told = delivery(webhook(), attempts=1, tries=1)
        at = NOON
        for tries, delay in enumerate(DELAYS, 1):
            told = evolve(told, tries=tries)
            assert told.failed("why", at, 0.0).check_at == at + delay
            assert told.failed("why", at, 1.0).check_at == at + delay * 1.1
            at += delay
        assert (at - NOON) / timedelta(hours=1) == pytest.approx(75.585, abs=0.001)
        dead = evolve(told, tries=10).failed("why\n", at, 0.0)
        assert (dead.state, dead.check_at, dead.told) == (DeliveryState.DEAD, None, "why ")


def test_public_events_are_named_by_subject_and_word() -> None:
    """All of them fit into a message, and say of whom they are."""
    assert all(name.count(".") == 1 for name in PUBLIC)
    assert {name.partition(".")[0] for name in PUBLIC} == {
        "hold",
        "payment",
        "refund",
        "purchase",
        "standing",
        "ticket",
        "campaign",
        "webhook",
        "broadcast",
    }
