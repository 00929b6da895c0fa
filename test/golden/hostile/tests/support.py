"""What several test modules need."""

import asyncio
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Message

from app.settings import Settings
from app.telemetry import metrics

#: The key of the caller `tester`; its digest is configured in tests/conftest.py.
KEY = "test-key"
AUTHORIZATION = {"Authorization": f"Bearer {KEY}"}

MakeSettings = Callable[..., Settings]

DISCONNECT: Message = {"type": "http.disconnect"}


def real_server(variable: str) -> str:
    """Return the address of a real server, or skip the test by the name of what is missing."""
    address = os.environ.get(variable)
    if not address:
        pytest.skip(f"{variable} is not set: it names the server to test against")
    return address


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mounted(folder: Path, **files: str) -> None:
    """Replace all files of a folder at once, as Kubernetes does: by a link to a new folder."""
    folder.mkdir(exist_ok=True)
    version = folder / f"..{secrets.token_hex(4)}"
    version.mkdir()
    for name, text in files.items():
        (version / name).write_text(text)
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(Path("..data", name))
    (folder / "..new").symlink_to(version.name)
    (folder / "..new").rename(folder / "..data")
    for link in folder.iterdir():
        if link.is_symlink() and not link.exists():
            link.unlink()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Ask again until it holds, for some seconds."""
    async with asyncio.timeout(10):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.01)


def sample(name: str, /, **labels: str) -> float:
    """Return the current value of a series, 0 if it does not exist."""
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def series() -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """Return every series that exists now."""
    return {
        (one.name, frozenset(one.labels.items()))
        for family in metrics.REGISTRY.collect()
        for one in family.samples
    }


def http_scope(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """Return the ASGI scope of a request, for tests that look below HTTP clients."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [
            (name.lower().replace("_", "-").encode(), value.encode())
            for name, value in headers.items()
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


async def exchange(app: ASGIApp, scope: dict[str, Any], *messages: Message) -> list[Message]:
    """Run one request with these incoming messages, and return what was sent."""
    incoming = list(messages)
    sent: list[Message] = []

    async def receive() -> Message:
        if not incoming:
            await asyncio.Event().wait()
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def chunk(body: bytes, *, more: bool = True) -> Message:
    """Return a part of a request body."""
    return {"type": "http.request", "body": body, "more_body": more}
