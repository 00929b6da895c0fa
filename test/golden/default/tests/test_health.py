"""Liveness and readiness: what they say, when they change their mind, what they never tell."""

import asyncio
import time

import httpx2
import pytest
from fastapi import FastAPI

from app import health
from app.contracts import Unavailable
from app.health import Health
from tests.support import sample


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Dependency:
    """Answers as it is told."""

    def __init__(self, *, essential: bool = True) -> None:
        self.essential = essential
        self.error: Exception | None = None
        self.delay = 0.0

    async def ping(self) -> None:
        await asyncio.sleep(self.delay)
        if self.error is not None:
            raise self.error


async def ask(checks: Health, path: str = "/readyz") -> httpx2.Response:
    app = FastAPI()
    app.include_router(health.routes(checks))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path)


async def test_not_ready_before_the_first_good_look() -> None:
    store = Dependency()
    store.error = Unavailable("store")
    checks = Health({"store": store}, hold=30)
    assert checks.verdict() == (503, {"status": "starting", "reasons": {}})
    await checks.refresh()
    response = await ask(checks)
    assert response.status_code == 503
    assert response.json() == {"status": "starting", "reasons": {"store": "unavailable"}}
    store.error = None
    await checks.refresh()
    assert (await ask(checks)).json() == {"status": "ready"}


async def test_one_blip_empties_no_endpoint_but_an_outage_does() -> None:
    clock, store = Clock(), Dependency()
    checks = Health({"store": store}, hold=30, clock=clock)
    await checks.refresh()
    store.error = ConnectionError("password=hunter2 refused")
    clock.now += 29
    await checks.refresh()
    response = await ask(checks)
    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "reasons": {"store": "error"}}
    clock.now += 2
    response = await ask(checks)
    assert response.status_code == 503
    assert "hunter2" not in response.text
    assert sample("dependency_up", name="store") == 0
    store.error = None
    await checks.refresh()
    assert (await ask(checks)).status_code == 200
    assert sample("dependency_up", name="store") == 1


async def test_what_is_not_essential_only_degrades() -> None:
    clock, cache = Clock(), Dependency(essential=False)
    checks = Health({"cache": cache}, hold=0, clock=clock)
    cache.error = Unavailable("cache")
    await checks.refresh()
    clock.now += 1000
    assert checks.verdict() == (200, {"status": "degraded", "reasons": {"cache": "unavailable"}})


async def test_checks_run_together_each_with_its_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "TIMEOUT", 0.05)
    slow = {f"store{number}": Dependency() for number in range(20)}
    for one in slow.values():
        one.delay = 10
    started = time.perf_counter()
    checks = Health({**slow, "fine": Dependency()}, hold=0)
    await checks.refresh()
    assert time.perf_counter() - started < 1
    assert checks.failing == dict.fromkeys(slow, "timeout")


async def test_draining_is_not_held_down() -> None:
    checks = Health({}, hold=30)
    await checks.refresh()
    assert (await ask(checks)).status_code == 200
    checks.draining = True
    assert (await ask(checks)).json() == {"status": "draining"}
    assert (await ask(checks, "/livez")).status_code == 200


async def test_liveness_touches_nothing() -> None:
    store = Dependency()
    store.delay = 10
    checks = Health({"store": store}, hold=0)
    for path in ("/livez", "/health"):
        assert (await ask(checks, path)).json() == {"status": "alive"}


async def test_it_looks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CALM", 0.01)
    monkeypatch.setattr(health, "ALARMED", 0.01)
    store = Dependency()
    checks = Health({"store": store}, hold=0)
    async with checks.watching():
        await asyncio.sleep(0.1)
        assert checks.verdict()[0] == 200
        store.error = Unavailable("store")
        await asyncio.sleep(0.1)
        assert checks.verdict()[0] == 503
