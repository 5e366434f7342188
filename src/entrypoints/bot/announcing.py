"""How an announcement looks to those who get it."""

from collections.abc import Mapping
from typing import Any

from ...core.broadcasts import Announcement
from ...core.identity import Language
from .press import Press
from .texts import words_in


def laid_out(announcement: Announcement, language: Language) -> Mapping[str, Any]:
    """
    What `sendMessage` takes besides the chat.

    Below it stands how one gets no more of them, which is good at any turn of a window.
    """
    link = announcement.link
    rows = [] if link is None else [[{"text": link.label, "url": link.url}]]
    quiet = words_in(language).plain("button-quiet")
    rows.append([{"text": quiet, "callback_data": Press(0, "quiet").data}])
    return {
        "text": announcement.text_in(language),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": rows},
    }
