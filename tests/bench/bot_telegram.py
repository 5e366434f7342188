"""The Bot API as whoever measures needs it: it does nothing, and says at once that it is done.

`python -m tests.bench.bot_telegram`. Says its port on the first line, and for each line of stdin
how often it was asked by then; ends with stdin.
"""

import asyncio
import json
import sys
from typing import Any, Final

from attrs import define

BOT: Final = 42
ME: Final = {"id": BOT, "is_bot": True, "first_name": "Altyn", "username": "altyn_bench_bot"}
SENT: Final = {
    "message_id": 1,
    "date": 1,
    "chat": {"id": 1, "type": "private", "first_name": "Anna"},
    "from": ME,
    "text": "said",
}
RESULTS: Final[dict[str, Any]] = {"sendMessage": SENT, "editMessageText": SENT, "getMe": ME}


@define
class Desk:
    """Answers over connections that stay open."""

    asked: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
                await reader.readexactly(int(fields.get("content-length", 0)))
                self.asked += 1
                method = head[0].split()[1].rpartition("/")[2]
                said = json.dumps({"ok": True, "result": RESULTS.get(method, True)}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(said), said)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main() -> None:
    """Serve until stdin ends."""
    desk = Desk()
    server = await asyncio.start_server(desk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(desk.asked, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
