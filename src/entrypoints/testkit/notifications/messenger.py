"""The contract of `core.notifications.Messenger`, and one that works without anybody outside."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from attrs import define, evolve, field

from ....core.errors import Refused, Unavailable
from ....core.notifications import (
    KindUnworded,
    Messenger,
    Notification,
    NotificationId,
    Recipient,
    RecipientGone,
)
from ....core.resilience import CircuitOpen, NotExecuted, TurnedAway

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANNA = Recipient(7_000_000_001)
NOTHING_SENT = (NotExecuted, TurnedAway, CircuitOpen)


def notification(recipient: Recipient = ANNA, **what: Any) -> Notification:
    """Something to be told now, which is no news a day later."""
    whole: dict[str, Any] = {
        "id": NotificationId(uuid4()),
        "source": uuid4(),
        "recipient": recipient,
        "kind": "payment.settled",
        "facts": {"payment": str(uuid4()), "credited": "10 XTR"},
        "made_at": NOON,
        "until": NOON + timedelta(days=1),
        "repeats": True,
        "check_at": NOON,
    }
    return Notification(**(whole | what))


class Mailbox:
    """
    Whoever the messenger speaks with, and does as he is told. Subclass it and override all.

    `people` are two who can be told something.
    """

    people: tuple[Recipient, Recipient]

    @property
    def reached(self) -> Sequence[Recipient]:
        """Who was told something, in that order, each as often as it happened."""
        raise NotImplementedError

    def leave(self, recipient: Recipient) -> None:
        """From now on they do not want to hear from us."""
        raise NotImplementedError

    def turn_away(self, seconds: int) -> None:
        """The next one is turned away, and asked to come again that much later."""
        raise NotImplementedError

    def break_off(self) -> None:
        """The next one is told, and nobody says so."""
        raise NotImplementedError

    def refuse(self) -> None:
        """The next one is refused for what it is, whoever it is for."""
        raise NotImplementedError


@pytest.mark.asyncio
class MessengerContract:
    """
    What every messenger does. Subclass it in a test and override two fixtures: `messenger`, which
    has words for `payment.settled` and none for `no.words`, and the `mailbox` at its other end.
    """

    @pytest.fixture
    def messenger(self) -> Messenger:
        """A messenger."""
        raise NotImplementedError("override the fixture `messenger`")

    @pytest.fixture
    def mailbox(self) -> Mailbox:
        """Its other end."""
        raise NotImplementedError("override the fixture `mailbox`")

    async def test_each_is_sent_once(self, messenger: Messenger, mailbox: Mailbox) -> None:
        """To whom it is for; the same one again is sent again, since the caller wishes that."""
        anna, boris = mailbox.people
        told = notification(anna)
        await messenger.send(told)
        await messenger.send(notification(boris))
        await messenger.send(told)
        assert list(mailbox.reached) == [anna, boris, anna]

    async def test_without_words_nothing_is_sent(
        self, messenger: Messenger, mailbox: Mailbox
    ) -> None:
        """And it is said for which kind there are none."""
        with pytest.raises(KindUnworded) as error:
            await messenger.send(notification(mailbox.people[0], kind="no.words"))
        assert error.value.kind == "no.words"
        assert list(mailbox.reached) == []

    async def test_whoever_left_is_told_nothing(
        self, messenger: Messenger, mailbox: Mailbox
    ) -> None:
        """It says who is gone; others are told as before."""
        anna, boris = mailbox.people
        mailbox.leave(anna)
        with pytest.raises(RecipientGone) as error:
            await messenger.send(notification(anna))
        assert error.value.recipient == anna
        await messenger.send(notification(boris))
        assert list(mailbox.reached) == [boris]

    async def test_whoever_is_too_busy_says_how_long(
        self, messenger: Messenger, mailbox: Mailbox
    ) -> None:
        """Nothing was sent, which is certain; later it can be."""
        anna, _ = mailbox.people
        mailbox.turn_away(7)
        with pytest.raises(TurnedAway) as error:
            await messenger.send(notification(anna))
        assert error.value.retry_after_seconds == 7
        assert list(mailbox.reached) == []
        await messenger.send(notification(anna))
        assert list(mailbox.reached) == [anna]

    async def test_what_breaks_off_is_doubt(self, messenger: Messenger, mailbox: Mailbox) -> None:
        """It may have been sent, so it is neither a refusal nor certainty that nothing was."""
        anna, _ = mailbox.people
        mailbox.break_off()
        with pytest.raises(Unavailable) as error:
            await messenger.send(notification(anna))
        assert not isinstance(error.value, NOTHING_SENT)
        assert list(mailbox.reached) == [anna]

    async def test_what_is_refused_is_not_about_the_recipient(
        self, messenger: Messenger, mailbox: Mailbox
    ) -> None:
        """The next one to the same recipient is sent."""
        anna, _ = mailbox.people
        mailbox.refuse()
        with pytest.raises(Refused) as error:
            await messenger.send(notification(anna))
        assert not isinstance(error.value, RecipientGone)
        await messenger.send(notification(anna))
        assert list(mailbox.reached) == [anna]


@define
class FakeMessenger(Mailbox):
    """A messenger and its other end in one, for stories: all are reached unless it is told so."""

    people = (ANNA, Recipient(7_000_000_002))
    sent: list[Notification] = field(factory=list)
    """What reached somebody."""
    troubles: list[Exception] = field(factory=list)
    """What happens to the next ones instead of being sent."""
    breaks: list[Exception] = field(factory=list)
    """What happens to the next ones after they were sent."""
    left: set[Recipient] = field(factory=set)

    async def send(self, notification: Notification) -> None:
        """As the port says."""
        if notification.kind == "no.words":
            raise KindUnworded(notification.kind)
        if self.troubles:
            raise self.troubles.pop(0)
        if notification.recipient in self.left:
            raise RecipientGone(notification.recipient, "left")
        self.sent.append(evolve(notification))
        if self.breaks:
            raise self.breaks.pop(0)

    @property
    def reached(self) -> Sequence[Recipient]:
        """As the mailbox says."""
        return [each.recipient for each in self.sent]

    def leave(self, recipient: Recipient) -> None:
        """As the mailbox says."""
        self.left.add(recipient)

    def turn_away(self, seconds: int) -> None:
        """As the mailbox says."""
        self.troubles.append(TurnedAway("too much to do", float(seconds)))

    def break_off(self) -> None:
        """As the mailbox says."""
        self.breaks.append(_NothingHeard())

    def refuse(self) -> None:
        """As the mailbox says."""
        self.troubles.append(_NotAsItIs())


@define
class _NothingHeard(Unavailable):
    """What was sent was not answered."""

    def __str__(self) -> str:
        return "nothing was heard of it"


@define
class _NotAsItIs(Refused):
    """What was to be sent cannot be."""

    def __str__(self) -> str:
        return "it cannot be sent as it is"
