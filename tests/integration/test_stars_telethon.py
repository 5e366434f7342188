"""The real Telethon, with nobody at the other end: it gives up, asks nobody, and lets go."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from telethon.crypto import AuthKey  # type: ignore[import-untyped]
from telethon.sessions import StringSession  # type: ignore[import-untyped]

from altyn.adapters.stars import SealedSession, open_telethon
from altyn.core.resilience import NotExecuted

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes what is sent, and goes."""
    await reader.read(100)
    writer.close()


async def keeps_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes what is sent, and says nothing."""
    while await reader.read(100):
        pass
    writer.close()


async def talks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers with what is no message."""
    await reader.read(100)
    writer.write(bytes(64))
    await keeps_silent(reader, writer)


@pytest.mark.parametrize("answer", [None, hangs_up, keeps_silent, talks_nonsense])
async def test_nobody_is_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, answer: Answer | None
) -> None:
    """Nothing was done, the session is free again, and none of it is in an error or a log."""
    caplog.set_level(logging.DEBUG)
    server = await asyncio.start_server(answer or hangs_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    if answer is None:
        server.close()
    session = StringSession()
    session.set_dc(2, "127.0.0.1", port)
    session.auth_key = AuthKey(bytes(range(256)))
    text = session.save()
    sealed = SealedSession.opened_by(tmp_path / "stars.session", "ab" * 32)
    sealed.write(text)
    with pytest.raises(NotExecuted) as refused:
        async with open_telethon(sealed, 1, "the-hash-of-an-app", 4):
            pass
    server.close()
    with sealed.held():
        assert sealed.read() == text
    said = "\n".join([repr(refused.value), *(each.getMessage() for each in caplog.records)])
    assert [each for each in (text[10:60], "the-hash-of-an-app", "ab" * 32) if each in said] == []
