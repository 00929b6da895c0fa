"""What an instance refuses: too many at once, too large, too often."""

import asyncio
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.types import Message

from app.auth import Authenticator
from app.http import limits
from app.http.admission import AdmittedRoute
from app.http.limits import Limits
from app.http.problems import HANDLERS
from app.integrations.memory import MemoryRateLimiter
from app.telemetry.middleware import Telemetry
from tests.support import AUTHORIZATION, MakeSettings, chunk, exchange, http_scope, sample


class Parts:
    """The one integration that admission needs."""

    def __init__(self, limiter: MemoryRateLimiter) -> None:
        self.limiter = limiter


@pytest.fixture
def app(make_settings: MakeSettings) -> FastAPI:
    settings = make_settings(rate_limit_per_minute=100)
    router = APIRouter(route_class=AdmittedRoute)

    @router.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    @router.get("/wait")
    async def wait() -> None:
        await asyncio.sleep(0.1)

    app = FastAPI(exception_handlers=HANDLERS)
    app.state.authenticator = Authenticator(settings)
    app.state.integrations = Parts(MemoryRateLimiter(settings))
    app.include_router(router)
    app.add_middleware(Limits, requests=5, body=10)
    app.add_middleware(Telemetry)
    return app


def client(app: FastAPI) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app)
    return httpx2.AsyncClient(transport=transport, base_url="http://test", headers=AUTHORIZATION)


async def upload(app: FastAPI, *body: Message, **headers: str) -> list[Message]:
    authorization = AUTHORIZATION["Authorization"]
    return await exchange(
        app, http_scope("/size", "POST", authorization=authorization, **headers), *body
    )


def headers_of(sent: list[Message]) -> dict[bytes, bytes]:
    return dict(sent[0]["headers"])


async def test_a_body_within_the_limit_passes(app: FastAPI) -> None:
    sent = await upload(app, chunk(b"12345"), chunk(b"67890", more=False))
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b"10"


async def test_a_declared_length_is_refused_unread(app: FastAPI) -> None:
    before = sample("http_requests_rejected_total", reason="body")
    sent = await upload(app, content_length="11", expect="100-continue")
    assert sent[0]["status"] == 413
    assert headers_of(sent)[b"connection"] == b"close"
    assert sample("http_requests_rejected_total", reason="body") == before + 1


@pytest.mark.parametrize("declared", [{}, {"content_length": "5"}, {"content_length": "x"}])
async def test_what_arrives_is_counted(app: FastAPI, declared: dict[str, str]) -> None:
    last = chunk(b"the rest is thrown away", more=False)
    sent = await upload(app, chunk(b"12345"), chunk(b"67890"), chunk(b"1"), last, **declared)
    assert sent[0]["status"] == 413
    assert headers_of(sent)[b"content-type"] == b"application/problem+json"
    assert headers_of(sent)[b"connection"] == b"close"


async def test_a_last_chunk_that_is_too_large_is_answered_at_once(app: FastAPI) -> None:
    async with asyncio.timeout(limits.LINGER / 2):
        sent = await upload(app, chunk(b"12345678901", more=False))
    assert sent[0]["status"] == 413


async def test_nobody_is_read_for_ever(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINGER", 0.1)
    sent = await upload(app, content_length="11")
    assert sent[0]["status"] == 413
    monkeypatch.setattr(limits, "DISCARD", 100)
    sent = await upload(app, chunk(b"x" * 100), content_length="1000")
    assert sent[0]["status"] == 413


async def test_more_at_once_than_fit(app: FastAPI) -> None:
    before = sample("http_requests_rejected_total", reason="concurrency")
    async with client(app) as http:
        answers = await asyncio.gather(*(http.get("/wait") for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [200] * 5 + [503] * 3
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["content-type"] == "application/problem+json"
        assert (await http.get("/wait")).status_code == 200
    assert sample("http_requests_rejected_total", reason="concurrency") == before + 3


async def test_request_101_of_100_waits(app: FastAPI) -> None:
    async with client(app) as http:
        codes = [(await http.post("/size")).status_code for _ in range(100)]
        assert codes == [200] * 100
        refused = await http.post("/size")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_hasty_caller_is_refused_before_the_body_is_read(app: FastAPI) -> None:
    app.state.integrations.limiter.capacity = 1
    await upload(app, chunk(b"", more=False))

    async def receive() -> Message:
        raise AssertionError("the body was read")

    sent: list[Any] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = http_scope("/size", "POST", authorization=AUTHORIZATION["Authorization"])
    await app(scope, receive, send)
    assert sent[0]["status"] == 429
