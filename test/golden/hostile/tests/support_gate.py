"""Stands before the real server and asks for a password first, as a server does that knows tokens."""

import asyncio
import contextlib
import struct
from collections.abc import Callable
from typing import Self

SSL_REQUEST = 80877103
ASK_FOR_PASSWORD = b"R" + struct.pack("!II", 8, 3)


class Gate:
    """Listens on a free port; `knows` decides about user and password of each connection.

    Behind it the server trusts everybody: what the gate lets through, it serves.
    """

    def __init__(self, host: str, port: int, knows: Callable[[str, str], bool]) -> None:
        self._behind = (host, port)
        self._knows = knows
        self._tasks: set[asyncio.Task[None]] = set()
        self.asked: list[tuple[str, str]] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut every connection."""
        self._server.close()
        await self.cut()

    async def cut(self) -> None:
        """Cut every connection; new ones are welcome."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.IncompleteReadError):
            startup = await packet(reader)
            if struct.unpack("!I", startup[4:8])[0] == SSL_REQUEST:
                writer.write(b"N")
                startup = await packet(reader)
            words = startup[8:].split(b"\0")
            user = dict(zip(words[::2], words[1::2], strict=False))[b"user"].decode()
            writer.write(ASK_FOR_PASSWORD)
            await reader.readexactly(1)
            password = (await packet(reader))[4:-1].decode()
            self.asked.append((user, password))
            if not self._knows(user, password):
                writer.write(refusal())
                return
            back, forth = await asyncio.open_connection(*self._behind)
            with contextlib.closing(forth):
                forth.write(startup)
                await asyncio.gather(pump(reader, forth), pump(back, writer))


async def packet(reader: asyncio.StreamReader) -> bytes:
    """Read a length and what it announces."""
    head = await reader.readexactly(4)
    return head + await reader.readexactly(struct.unpack("!I", head)[0] - 4)


def refusal() -> bytes:
    """Say what the server says to a wrong password."""
    fields = b"SFATAL\0C28P01\0Mpassword authentication failed\0\0"
    return b"E" + struct.pack("!I", len(fields) + 4) + fields


async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Pass on everything, then the end."""
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.close()
