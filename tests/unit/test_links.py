"""DeepLinks into the chat: nobody else writes one, and each is about one thing."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from altyn.core.chats import DeepLink, DeepLinks, LinkForged, Topic
from altyn.core.chats.links import TEXT_MAX, _mark

OLD, NEW = b"o" * 32, b"n" * 32
LINKS = DeepLinks((NEW,))


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("subject", [0, 42, 2**128 - 1])
def test_a_link_says_what_it_is_about(topic: Topic, subject: int) -> None:
    """In what Telegram hands on; the keys are not to be seen."""
    text = LINKS.written(DeepLink(topic, subject))
    assert LINKS.read(text) == DeepLink(topic, subject)
    assert len(text) <= TEXT_MAX
    assert text.replace("-", "a").replace("_", "a").isalnum()
    assert "nnn" not in repr(LINKS)


def test_what_an_old_key_marked_is_good() -> None:
    """And what one marked that is gone is not."""
    text = DeepLinks((OLD,)).written(DeepLink(Topic.PURCHASE, 7))
    assert DeepLinks((NEW, OLD)).read(text) == DeepLink(Topic.PURCHASE, 7)
    with pytest.raises(LinkForged):
        LINKS.read(text)


def test_whatever_is_changed_is_forged() -> None:
    """Any bit of the version, the topic, the subject, or the mark."""
    raw = urlsafe_b64decode(LINKS.written(DeepLink(Topic.PAYMENT, 42)) + "==")
    for at in range(len(raw)):
        bent = bytearray(raw)
        bent[at] ^= 1
        with pytest.raises(LinkForged):
            LINKS.read(urlsafe_b64encode(bent).decode().rstrip("="))


@pytest.mark.parametrize("text", ["", "hello", "ё" * 46, "a" * 46, "a" * 65, "a" * 45, "a b"])
def test_what_is_no_link_is_forged(text: str) -> None:
    """People come by whatever others have made up."""
    with pytest.raises(LinkForged):
        LINKS.read(text)


@pytest.mark.parametrize("said", [bytes([1, 99]), bytes([2, 1])])
def test_what_a_later_version_wrote_is_not_understood(said: bytes) -> None:
    """It is ours, and about something that is not known yet."""
    said += bytes(16)
    with pytest.raises(LinkForged):
        LINKS.read(urlsafe_b64encode(said + _mark(NEW, said)).decode().rstrip("="))


def test_a_subject_has_bounds() -> None:
    """Ids of a hundred and twenty-eight bits, and what is smaller."""
    for wrong in (-1, 2**128):
        with pytest.raises(ValueError, match="128 bits"):
            DeepLink(Topic.REFERRAL, wrong)
