"""What people do, led to the stage: commands, taps, and what they write."""

from contextlib import suppress

from aiogram import F, Router
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update
from attrs import evolve
from dishka.integrations.aiogram import FromDishka, inject

from ...core.chats import Inbox, Window, Windows
from ...core.identity import Users
from .listing import Listing
from .middlewares.event import GONE
from .press import Press
from .scenes import TIMELESS, Guest, Stage
from .scenes.office import STAFF
from .screen import Screen


def handlers() -> Router:
    """All there are."""
    router = Router(name="altyn")
    router.message.register(command, F.text.startswith("/"))
    router.message.register(text, F.text)
    router.callback_query.register(tap)
    router.my_chat_member.register(came_or_left)
    return router


@inject
async def command(
    message: Message,
    guest: Guest,
    stage: FromDishka[Stage],
    windows: FromDishka[Windows],
    screen: FromDishka[Screen],
    listing: FromDishka[Listing],
) -> None:
    """`/recharge 100`, or `/recharge@our_bot 100`."""
    word, _, argument = (message.text or "").removeprefix("/").partition(" ")
    name = word.partition("@")[0].lower()
    window = await windows.get(screen.bot.id, message.chat.id)
    shown = await stage.command(guest, window, name, argument.strip())
    if shown is None:
        await message.answer(guest.words("not-understood"))
        if name in STAFF:
            await listing.correct(guest.user)
        return
    await screen.show(window, shown, below=True)


@inject
async def text(
    message: Message,
    event_update: Update,
    guest: Guest,
    stage: FromDishka[Stage],
    windows: FromDishka[Windows],
    screen: FromDishka[Screen],
    inbox: FromDishka[Inbox],
) -> None:
    """An amount, a number, a name: whatever was asked for. A secret is kept nowhere."""
    window, said = await windows.get(screen.bot.id, message.chat.id), message.text or ""
    if not stage.asks_secret(guest, window, said):
        await read(message, guest, stage, window, screen)
        return
    try:
        await read(message, guest, stage, window, screen)
    finally:  # not before: whoever goes on after us has to read it too
        await inbox.hush(screen.bot.id, event_update.update_id)
        with suppress(AiogramError):
            await message.delete()


async def read(
    message: Message, guest: Guest, stage: Stage, window: Window, screen: Screen
) -> None:
    """Lead it on, or say that nothing was asked."""
    looks = stage.reads_markup(guest, window)
    shown = await stage.text(guest, window, message.html_text if looks else message.text or "")
    if shown is None:
        await message.answer(guest.words("not-understood"))
        return
    await screen.show(window, shown, below=True)


@inject
async def tap(
    query: CallbackQuery,
    guest: Guest,
    stage: FromDishka[Stage],
    windows: FromDishka[Windows],
    screen: FromDishka[Screen],
) -> None:
    """
    A button: what it does is done once.

    Of an earlier turn, of another version or of nobody's, it shows what is so now; what needs
    nothing of its turn, like the menu below a receipt, is done at any.
    """
    window = await windows.get(screen.bot.id, guest.user.id)
    press = Press.of(query.data or "")
    late = press is None or press.turn != window.turn or not is_living(query, window)
    if late and press is not None and press.action in TIMELESS:
        shown = await stage.act(guest, {}, press.action, press.argument)
        await screen.show(window, shown, below=True)
        return
    if press is None or late:
        shown = await stage.draw(guest, window)
        if press is None or not window.turn or shown.differs_from(window):
            await screen.show(window, shown)
        else:
            # Its buttons stay good: whoever is shown them may tap while an update is handled
            # again whose process has died before it could say that it was.
            await screen.draw(window, shown)
        return
    shown = await stage.act(guest, window.facts, press.action, press.argument)
    if shown.scene == "erased":  # with everything else of theirs
        window = evolve(await windows.get(screen.bot.id, guest.user.id), message=window.message)
    await screen.show(window, shown)


def is_living(query: CallbackQuery, window: Window) -> bool:
    """
    Whether it was the living message that was tapped, as far as is known.

    Turns are counted anew where a window was forgotten: its buttons may be there still.
    """
    tapped = query.message.message_id if query.message else None
    return window.message is None or window.message == tapped


@inject
async def came_or_left(changed: ChatMemberUpdated, guest: Guest, users: FromDishka[Users]) -> None:
    """Whoever stops the bot is not written to until they come again."""
    if changed.new_chat_member.status in GONE:
        await users.change(guest.user.id, blocked=True)
