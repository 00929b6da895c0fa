"""Request ids, the access log and the metrics, seen from below HTTP."""

import asyncio
import secrets
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse
from structlog.testing import capture_logs

from app import health
from app.contracts import Caller
from app.telemetry.middleware import Telemetry
from tests.support import DISCONNECT, chunk, exchange, http_scope, sample, series

Line = MutableMapping[str, Any]


async def ticks(request: Request) -> StreamingResponse:
    """Stream for 0.3 seconds; the first byte comes after 0.1."""
    request.state.caller = Caller("tester")

    async def body() -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(0.1)
            yield b"tick"

    return StreamingResponse(body())


async def breaks() -> StreamingResponse:
    """Break after the headers are out."""

    async def body() -> AsyncIterator[bytes]:
        yield b"so far so good"
        raise ValueError("the secret is hunter2")

    return StreamingResponse(body())


async def fails() -> None:
    """Break before."""
    raise ValueError("the secret is hunter2")


@pytest.fixture
def app() -> FastAPI:
    inner = APIRouter(prefix="/inner")
    inner.get("/items/{item}")(lambda item: item)
    app = FastAPI()
    app.include_router(inner, prefix="/v9")
    app.include_router(health.routes(health.Health({}, hold=0)))
    app.get("/ticks")(ticks)
    app.get("/breaks")(breaks)
    app.get("/fails")(fails)
    app.add_middleware(Telemetry)
    return app


def line_of(lines: list[Line]) -> Line:
    [line] = [line for line in lines if line["event"] == "request"]
    return line


async def get(app: FastAPI, path: str, **headers: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path, headers=headers)


async def test_a_sane_request_id_is_kept(app: FastAPI) -> None:
    response = await get(app, "/v9/inner/items/1", **{"X-Request-ID": "build-42.a:b_c"})
    assert response.headers["x-request-id"] == "build-42.a:b_c"


@pytest.mark.parametrize("insane", ["", "a b", "x" * 65, 'a"b', "a\tb"])
async def test_any_other_is_replaced(app: FastAPI, insane: str) -> None:
    response = await get(app, "/v9/inner/items/1", **{"X-Request-ID": insane})
    assert response.headers["x-request-id"] != insane
    assert len(response.headers["x-request-id"]) == 32


async def test_the_route_label_is_the_whole_template(app: FastAPI) -> None:
    labels = {"method": "GET", "route": "/v9/inner/items/{item}", "status": "200"}
    before = sample("http_requests_total", **labels)
    with capture_logs() as lines:
        await get(app, "/v9/inner/items/1")
    assert sample("http_requests_total", **labels) == before + 1
    assert line_of(lines)["route"] == "/v9/inner/items/{item}"


async def test_a_mount_is_one_route(app: FastAPI) -> None:
    app.mount("/files", FastAPI())
    before = sample("http_requests_total", method="GET", route="/files", status="404")
    for name in ("a", "b/c"):
        await get(app, f"/files/{name}")
    assert sample("http_requests_total", method="GET", route="/files", status="404") == before + 2


async def test_random_paths_and_methods_add_one_series_each(app: FastAPI) -> None:
    await exchange(app, http_scope("/nowhere"))
    await exchange(app, http_scope("/nowhere", "BREW"))
    before = series()
    for _ in range(1000):
        await exchange(app, http_scope(f"/{secrets.token_hex(8)}"))
        await exchange(app, http_scope("/nowhere", secrets.token_hex(4).upper()))
    assert series() - before == set()
    assert sample("http_requests_total", method="OTHER", route="unmatched", status="404") >= 1000


async def test_a_stream_is_measured_to_its_last_byte(app: FastAPI) -> None:
    total = ("http_request_duration_seconds_sum", {"method": "GET", "route": "/ticks"})
    first = ("http_stream_first_byte_seconds_sum", {"route": "/ticks"})
    before = sample(total[0], **total[1]), sample(first[0], **first[1])
    with capture_logs() as lines:
        response = await get(app, "/ticks")
    assert response.text == "tick" * 3
    assert sample(total[0], **total[1]) - before[0] >= 0.3
    line = line_of(lines)
    assert line["bytes"] == 12
    assert line["caller"] == "tester"
    assert line["duration_ms"] >= 300
    assert 0.1 <= sample(first[0], **first[1]) - before[1] <= line["duration_ms"] / 1000 - 0.19


async def test_an_exception_is_a_500_without_its_text(app: FastAPI) -> None:
    labels = {"method": "GET", "route": "/fails", "status": "500"}
    before = sample("http_requests_total", **labels)
    with capture_logs() as lines:
        response = await get(app, "/fails")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["request_id"] == response.headers["x-request-id"]
    assert "hunter2" not in response.text
    assert sample("http_requests_total", **labels) == before + 1
    line = line_of(lines)
    assert line["log_level"] == "error"
    assert line["error"] == "ValueError"
    assert isinstance(line["exc_info"], ValueError)


async def test_a_stream_that_breaks_counts_as_failed(app: FastAPI) -> None:
    labels = {"method": "GET", "route": "/breaks", "status": "500"}
    before = sample("http_requests_total", **labels)
    sent = await exchange(app, http_scope("/breaks"), chunk(b"", more=False))
    assert sent[0]["status"] == 200
    # No last chunk: the server cuts the connection, and the client knows that something is missing.
    assert all(message.get("more_body", True) for message in sent)
    assert sample("http_requests_total", **labels) == before + 1


async def test_a_client_that_leaves_is_counted_and_cancels(app: FastAPI) -> None:
    before = sample("http_client_disconnects_total", route="/ticks")
    with capture_logs() as lines:
        await exchange(app, http_scope("/ticks"), chunk(b"", more=False), DISCONNECT)
    assert sample("http_client_disconnects_total", route="/ticks") == before + 1
    line = line_of(lines)
    assert line["disconnected"] is True
    assert line["log_level"] == "info"
    assert line["duration_ms"] < 300


async def test_what_the_server_cancels_gets_503(app: FastAPI) -> None:

    async def hang() -> None:
        await asyncio.sleep(60)

    app.get("/waits")(hang)
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    task = asyncio.create_task(app(http_scope("/waits"), asyncio.Event().wait, send))  # type: ignore[arg-type]
    await asyncio.sleep(0.05)
    assert sample("http_requests_in_flight") == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sent[0]["status"] == 503
    assert sample("http_requests_in_flight") == 0


async def test_probes_are_quiet(app: FastAPI) -> None:
    await get(app, "/livez")
    before = series()
    with capture_logs() as lines:
        for path in ("/livez", "/readyz", "/health"):
            await get(app, path)
    assert lines == []
    assert series() == before
