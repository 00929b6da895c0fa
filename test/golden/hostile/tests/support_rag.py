"""Stand-ins and drivers for the tests of the RAG service."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from fastapi import FastAPI

from app.contracts import Message, Reservation, Usage
from app.integrations.memory import utc_today
from app.main import create_app
from app.service import build
from app.settings import Settings
from app.telemetry import metrics
from tests.support import AUTHORIZATION, http_scope


class ScriptedModel:
    """A chat model that plays a script: texts are spoken, numbers are pauses, errors raised."""

    def __init__(self, *script: str | float | Usage | Exception) -> None:
        self.script = script
        self.calls = 0
        self.asked = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.messages: Sequence[Message] = ()

    async def open(self) -> None:
        """Nothing to acquire."""

    async def close(self) -> None:
        """Nothing to release."""

    async def stream(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[str | Usage, None]:
        """Play the script and record whether it was cut short."""
        self.calls += 1
        self.asked.set()
        self.messages = messages
        try:
            for step in self.script:
                match step:
                    case float():
                        await asyncio.sleep(step)
                    case Exception():
                        raise step
                    case _:
                        yield step
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled.set()
            raise


class RecordingLedger:
    """A ledger that remembers what was reserved and what it was settled with."""

    def __init__(self, budget: int = 1_000_000) -> None:
        self.budget = budget
        self.reserved: list[int] = []
        self.settled: list[int] = []

    async def open(self) -> None:
        """Nothing to acquire."""

    async def close(self) -> None:
        """Nothing to release."""

    async def reserve(self, caller: str, tokens: int) -> Reservation | None:
        """Book what the budget allows."""
        if tokens > self.budget:
            return None
        self.reserved.append(tokens)
        return Reservation(caller, utc_today(), tokens)

    async def settle(self, reservation: Reservation, used: int) -> None:
        """Remember the real usage."""
        self.settled.append(used)


@asynccontextmanager
async def running(settings: Settings, **roles: object) -> AsyncIterator[FastAPI]:
    """Run the application with some integrations replaced."""
    app = create_app(settings)
    for role, part in roles.items():
        setattr(app.state.integrations, role, part)
    async with app.router.lifespan_context(app):
        app.state.service = build(settings, app.state.integrations)
        yield app


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    """Return a client of a running application that sends a known key."""
    transport = httpx2.ASGITransport(app)
    return httpx2.AsyncClient(transport=transport, base_url="http://test", headers=AUTHORIZATION)


def sample(metric: str, /, **labels: str) -> float:
    """Read a metric of this process; tests compare it before and after."""
    return metrics.REGISTRY.get_sample_value(metric, labels) or 0.0


class Stream:
    """One POST, driven at the level of ASGI: the only way to hang up at a chosen moment."""

    def __init__(self, app: FastAPI, path: str, body: object) -> None:
        self.events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.complete = False
        self._text = ""
        self._gone = asyncio.Event()
        self._request = [
            {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}
        ]
        sent = {name.lower(): value for name, value in AUTHORIZATION.items()}
        scope = http_scope(path, "POST", content_type="application/json", **sent)
        self._task = asyncio.create_task(app(scope, self._receive, self._send))

    async def hang_up(self) -> None:
        """Close the connection and wait until the application has noticed."""
        self._gone.set()
        await self.end()

    async def end(self) -> list[tuple[str, Any]]:
        """Wait for the end and return the events that nobody has taken yet."""
        await asyncio.wait_for(self._task, timeout=10)
        return [self.events.get_nowait() for _ in range(self.events.qsize())]

    async def next(self) -> tuple[str, Any]:
        """Wait for the next event; a heartbeat is `("", None)`."""
        return await asyncio.wait_for(self.events.get(), timeout=10)

    async def _receive(self) -> dict[str, Any]:
        if self._request:
            return self._request.pop()
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {key.decode(): value.decode() for key, value in message["headers"]}
            return
        self._text += message.get("body", b"").decode()
        self.complete = not message.get("more_body", False)
        *blocks, self._text = self._text.split("\n\n")
        for block in blocks:
            self.events.put_nowait(parsed(block))


def parsed(block: str) -> tuple[str, Any]:
    """Read one block of a stream of server-sent events."""
    if block.startswith(":"):
        return "", None
    event, data = block.split("\n")
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def pdf(*pages: str) -> bytes:
    """Build a small PDF with one line of text on each page."""
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    file = "%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return f"{file}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()
