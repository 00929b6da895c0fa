"""The service with some routes that take their time, as a process for tests/test_server.py."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from app import main, server
from app.settings import Settings, load


async def slow(seconds: float) -> StreamingResponse:
    """Send a byte every tenth of a second, and a last word."""

    async def body() -> AsyncIterator[bytes]:
        for _ in range(round(seconds * 10)):
            yield b"."
            await asyncio.sleep(0.1)
        yield b"done"

    return StreamingResponse(body())


async def hang() -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def take(request: Request) -> int:
    """Read everything."""
    return len(await request.body())


def create_app(settings: Settings) -> FastAPI:
    """Add the routes to the real application."""
    app = main.create_app(settings)
    app.get("/slow")(slow)
    app.get("/hang")(hang)
    app.post("/take")(take)
    return app


if __name__ == "__main__":
    server.create_app = create_app  # type: ignore[attr-defined]
    server.serve(load())
