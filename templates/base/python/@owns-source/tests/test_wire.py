"""What a connection may cost before anybody has shown a key. Real sockets: it is about bytes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from uvicorn.server import ServerState

from app.http import wire
from app.http.wire import GuardedProtocol

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Serve an application that reads bodies, and return its port."""
    app = FastAPI()

    @app.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    config = uvicorn.Config(app, http=GuardedProtocol, ws="none", lifespan="off", log_config=None)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: GuardedProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    yield server.sockets[0].getsockname()[1]
    server.close()


async def said(port: int, *parts: bytes) -> bytes:
    """Send parts until the other side closes, and return everything it said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def problem(answer: bytes) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    document: dict[str, Any] = json.loads(body)
    assert str(document["status"]).encode() in head.splitlines()[0]
    return document


START = b"POST /size HTTP/1.1\r\nHost: x\r\n"
MANY = [b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(2000)]


@pytest.mark.parametrize(
    "parts",
    [
        [START, *MANY],
        [START, b"X: ", *[b"a" * 10_000] * 200],
        [b"GET /", *[b"a" * 10_000] * 200],
    ],
    ids=["headers", "one header", "the path"],
)
async def test_a_head_without_end_is_cut_off(port: int, parts: list[bytes]) -> None:
    answer = await said(port, *parts)
    # A client that still sends may lose the answer; what matters is that it is stopped.
    assert answer == b"" or problem(answer)["status"] == 431


async def test_trailers_without_end_are_cut_off(port: int) -> None:
    chunked = START + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    assert b"200 OK" not in await said(port, chunked, *MANY)


async def test_large_bodies_are_not_heads(port: int) -> None:
    body = b"a" * 1_000_000
    head = START + b"Connection: close\r\nContent-Length: 1000000\r\n\r\n"
    assert (await said(port, head + body)).endswith(b"1000000")
    head = START + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = [b"f4240\r\n", body, b"\r\n0\r\n\r\n"]
    assert (await said(port, head, *chunks)).endswith(b"1000000")


async def test_what_is_not_http_gets_a_problem_document(port: int) -> None:
    assert problem(await said(port, b"HELLO\r\n\r\n"))["detail"] == "The request is not valid HTTP."


@pytest.mark.parametrize(
    "part",
    [b"GET / HT", START, START + b"Content-Length: 5\r\n\r\n123"],
    ids=["line", "head", "body"],
)
async def test_a_request_has_to_arrive_in_time(
    port: int, monkeypatch: pytest.MonkeyPatch, part: bytes
) -> None:
    monkeypatch.setattr(wire, "ARRIVAL_SECONDS", 0.1)
    assert b"200 OK" not in await said(port, part)


async def test_a_slow_answer_is_not_a_slow_request(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ARRIVAL_SECONDS", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(START + b"Content-Length: 1\r\n\r\na")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert await reader.readexactly(1) == b"1"
        await asyncio.sleep(0.2)  # between two requests other rules hold
    writer.close()
