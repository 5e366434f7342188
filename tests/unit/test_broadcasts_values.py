"""What may be announced and to whom: said before anybody gets anything."""

from datetime import UTC, datetime, timedelta

import pytest

from altyn.core.broadcasts import (
    BROADCAST_MOVES,
    Announcement,
    AnnouncementMalformed,
    BroadcastMoved,
    BroadcastState,
    Counts,
    Link,
    Segment,
    checked_markup,
)
from altyn.core.clock import ZoneMissing
from altyn.core.identity import Language, Role, UserId
from altyn.core.wording import MalformedText
from altyn.entrypoints.sandbox.telegram_html import plain_of
from altyn.entrypoints.testkit.broadcasts.ground import NEWS, NOON, draft

SHOWN = {
    "plain words": "News",
    "lines and signs": "a & b\n«Ж» 👋 &lt;&gt;&amp;&quot;&#39;&#x27;",
    "tags in tags": "<b>a<i>b</i></b><strong>c</strong><em>d</em><u>e</u><s>f</s>",
    "code and quotes": "<pre><code>x</code></pre><blockquote>q</blockquote>",
    "what is hidden": "<tg-spoiler>boo</tg-spoiler>",
    "links": '<a href="https://a.example/?a=1&amp;b=2">a</a><a href="tg://user?id=1">b</a>',
    "as long as can be": "<b>" + "я" * 4096 + "</b>",
}
NOT_SHOWN = {
    "nothing": ("", "it says nothing"),
    "blanks": ("<b> \n</b>", "it says nothing"),
    "too long": ("я" * 4097, "4096 characters are shown at most"),
    "too long for its signs": ("👋" * 2049, "4096 characters are shown at most"),
    "too long with its tags": ("<b></b>" * 3000, "16384 characters at most"),
    "a tag it does not know": ("<p>a</p>", "Telegram knows no <p>"),
    "a tag left open": ("<b>a", "<b> is not closed"),
    "tags crossed": ("<b><i>a</b></i>", "</b> closes nothing"),
    "a tag closed only": ("a</b>", "</b> closes nothing"),
    "a tag closed at once": ("<b/>a", "<b/> is not closed by a tag of its own"),
    "a tag with more": ('<b class="x">a</b>', "<b> has nothing"),
    "a link with more": ('<a href="https://a.example" id="x">a</a>', "<a> has href"),
    "a link without": ("<a>b</a>", "<a> has href"),
    "a bare sign": ("1 < 2", "< begins a tag: write &lt;"),
    "a tag half way": ("a <b", "< begins a tag: write &lt;"),
    "another sign": ("a&nbsp;b", "Telegram knows no &nbsp;"),
    "a comment": ("a<!-- b -->", "Telegram knows no comments"),
    "a declaration": ("a<!DOCTYPE html>", "Telegram knows no comments"),
    "an instruction": ("a<?php b?>", "Telegram knows no comments"),
    "a section": ("a<![CDATA[b]]>", "Telegram knows no comments"),
    "what cannot be seen": ("a\x00b", "characters that can be seen, and line ends"),
}


@pytest.mark.parametrize("text", SHOWN.values(), ids=SHOWN)
def test_what_telegram_shows_is_allowed(text: str) -> None:
    """The sandbox reads it as it does; texts stay as they were written."""
    assert checked_markup(text) == text
    assert plain_of(text)[0]


@pytest.mark.parametrize(("text", "why"), NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_what_telegram_does_not_show_is_refused(text: str, why: str) -> None:
    """And it is said why."""
    with pytest.raises(AnnouncementMalformed) as error:
        Announcement(texts={Language.EN: text})
    assert (error.value.what, error.value.reason) == ("the text", why)


@pytest.mark.parametrize(
    "url", ["", "shop.example", "javascript:alert(1)", "https://a b", "https://a\n"]
)
def test_links_lead_somewhere(url: str) -> None:
    """In texts and on buttons."""
    with pytest.raises((AnnouncementMalformed, MalformedText)):
        Link("tap", url)
    with pytest.raises(AnnouncementMalformed):
        checked_markup(f'<a href="{url}">a</a>')


@pytest.mark.parametrize(
    ("label", "url"),
    [(" ", "https://a.example"), ("x" * 65, "https://a.example"), ("a", "https://" + "a" * 1000)],
)
def test_buttons_are_short_and_say_something(label: str, url: str) -> None:
    """As Telegram has them."""
    with pytest.raises((AnnouncementMalformed, MalformedText)):
        Link(label, url)


def test_one_is_written_to_in_ones_language() -> None:
    """Or in the other, where there is no text in it; silence is refused."""
    assert NEWS.text_in(Language.RU) == "Новости"
    russian = Announcement(texts={Language.RU: "Новости"})
    assert russian.text_in(Language.EN) == "Новости"
    with pytest.raises(AnnouncementMalformed):
        Announcement().text_in(Language.EN)


def test_a_segment_tells_what_it_is() -> None:
    """Everybody, or all that is named."""
    assert Segment().words == "everybody"
    narrow = Segment(language=Language.RU, role=Role.CUSTOMER, seen_since=NOON)
    assert narrow.words == "language=ru role=customer seen_since=2026-01-01T12:00:00+00:00"
    with pytest.raises(ZoneMissing):
        Segment(bought_since=datetime(2026, 1, 1))  # noqa: DTZ001


def test_counts_add_up() -> None:
    """All letters, and those of which nobody knows yet what becomes of them."""
    each = Counts(waiting=1, sending=2, sent=4, gone=8, refused=16, declined=32, unknown=64)
    assert (each.letters, each.open) == (127, 3)


@pytest.mark.parametrize("one", BroadcastState)
def test_it_moves_as_the_table_says(one: BroadcastState) -> None:
    """Each step is the next version; others are refused."""
    for two in BroadcastState:
        at = draft(state=one)
        if two in BROADCAST_MOVES[one]:
            assert (at.moved(two).state, at.moved(two).version) == (two, 1)
        else:
            with pytest.raises(BroadcastMoved):
                at.moved(two)


def test_it_ends_when_nothing_is_under_way() -> None:
    """Done when all letters are; called off when none is in hand; and once."""
    sent = draft().begun(NOON).gathered_up_to(UserId(7)).gathered_up_to(None)
    assert (sent.gathered_to, sent.gathered, sent.version) == (7, True, 3)
    after = sent.ended(NOON)
    assert after is not None
    assert (after.state, after.ended_at) == (BroadcastState.DONE, NOON)
    assert after.ended(NOON) is None
    assert draft().begun(NOON).ended(NOON) is None
    later = NOON + timedelta(hours=1)
    for counts in (Counts(waiting=1), Counts(sending=1)):
        assert sent.changed(counts=counts).ended(NOON) is None
        off = sent.changed(counts=counts).called_off(NOON)
        ended = off.ended(later)
        assert (ended is None) == bool(counts.sending)
    assert sent.moved(BroadcastState.PAUSED).ended(NOON) is None
    assert draft().called_off(later).ended_at == later
    assert datetime(2026, 1, 1, tzinfo=UTC) < later
