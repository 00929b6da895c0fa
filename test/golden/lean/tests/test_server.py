"""The real process: signals, drain, time-outs, the metrics port, what it prints."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from tests.support import AUTHORIZATION, MakeSettings, free_port


class Service:
    """A running process and a client of it."""

    def __init__(self, process: Process, port: int, metrics_port: int) -> None:
        self.process = process
        self.started = False
        self.metrics = f"http://127.0.0.1:{metrics_port}/metrics"
        self.http = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=AUTHORIZATION, timeout=20
        )

    async def status(self, path: str) -> int:
        """Ask, and return the status only."""
        return (await self.http.get(path)).status_code

    async def until(self, path: str, status: int) -> None:
        """Ask again until the answer has this status."""
        async with asyncio.timeout(20):
            while True:
                try:
                    if await self.status(path) == status:
                        self.started = True
                        return
                except httpx2.TransportError:
                    if self.started:
                        raise
                await asyncio.sleep(0.05)

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal to the process."""
        self.process.send_signal(number)


@asynccontextmanager
async def running(settings: MakeSettings, **changes: object) -> AsyncIterator[Service]:
    """Run the service in a process; `make_settings` cleans the environment it inherits."""
    port, metrics_port = free_port(), free_port()
    settings(port=port, metrics_port=metrics_port, **changes)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error::DeprecationWarning", "-m", "tests.slow_service"),
        stdout=PIPE,
        stderr=STDOUT,
        env=os.environ,
    )
    service = Service(process, port, metrics_port)
    try:
        await service.until("/readyz", 200)
        yield service
    finally:
        await service.http.aclose()
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_drain_fails_readiness_first_and_loses_nothing(make_settings: MakeSettings) -> None:
    async with running(make_settings, drain_seconds=3, graceful_seconds=20) as service:
        stream = asyncio.create_task(service.http.get("/slow", params={"seconds": 5}))
        await asyncio.sleep(0.3)
        service.signal()
        await service.until("/readyz", 503)
        # Still serving, and clients are asked to come back on a new connection.
        assert (await service.http.get("/slow", params={"seconds": 0})).text == "done"
        await asyncio.sleep(1.1)
        assert (await service.http.get("/livez")).headers["connection"] == "close"
        # The metrics answer to the end, also after the port is closed.
        with pytest.raises(httpx2.TransportError):
            await service.until("/livez", 599)
        assert "http_requests_in_flight 1.0" in httpx2.get(service.metrics).text
        assert (await stream).text.endswith("done")
        assert await service.process.wait() == 0


async def test_a_second_signal_ends_it_at_once(make_settings: MakeSettings) -> None:
    async with running(make_settings, drain_seconds=60, graceful_seconds=60) as service:
        hanging = asyncio.create_task(service.http.get("/hang"))
        await asyncio.sleep(0.3)
        service.signal()
        await service.until("/readyz", 503)
        service.signal()
        assert await asyncio.wait_for(service.process.wait(), 5) == -signal.SIGTERM
        await asyncio.gather(hanging, return_exceptions=True)


async def test_grace_has_an_end_and_says_so(make_settings: MakeSettings) -> None:
    async with running(make_settings, drain_seconds=0, graceful_seconds=1) as service:
        hanging = asyncio.create_task(service.http.get("/hang"))
        await asyncio.sleep(0.3)
        service.signal()
        answer = await hanging
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert await asyncio.wait_for(service.process.wait(), 5) == 0


async def test_what_it_says_and_that_ctrl_c_does_not_drain(make_settings: MakeSettings) -> None:
    async with running(make_settings, drain_seconds=60) as service:
        headers = (await service.http.get("/livez")).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "server" not in headers
        assert (await service.http.head("/readyz")).status_code == 200
        # Metrics are not for the public.
        assert await service.status("/metrics") == 404
        scraped = httpx2.get(service.metrics)
        assert scraped.headers["content-type"].startswith("text/plain")
        assert "dependency_up{" in scraped.text
        await service.http.get("/slow", params={"seconds": 0}, headers={"X-Request-ID": "r1"})
        service.signal(signal.SIGINT)
        output, _ = await asyncio.wait_for(service.process.communicate(), 5)
        assert service.process.returncode == 0
    lines = [json.loads(line) for line in output.decode().splitlines()]
    [access] = [line for line in lines if line["event"] == "request" and line["route"] == "/slow"]
    assert access["request_id"] == "r1"
    assert access["status"] == 200
    assert access["bytes"] == 4
    assert {"timestamp", "level", "method", "duration_ms"} <= access.keys()


@pytest.mark.parametrize("host", ["::", "0.0.0.0"])  # noqa: S104
async def test_it_listens_on_every_address_of_a_pod(make_settings: MakeSettings, host: str) -> None:
    """Probes come by address, with a Host that nobody configured; an IPv6 pod has no other one."""
    async with running(make_settings, host=host, drain_seconds=0) as service:
        ports = [service.http.base_url.port, httpx2.URL(service.metrics).port]
        addresses = ["127.0.0.1"]
        if host == "::" and socket.has_dualstack_ipv6():
            addresses.append("[::1]")
        for address in addresses:
            ready, metrics = (f"http://{address}:{port}" for port in ports)
            forwarded = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
            assert httpx2.get(f"{ready}/readyz", headers=forwarded).status_code == 200
            assert httpx2.get(f"{ready}/livez", headers={"Host": "10.0.0.7"}).status_code == 200
            assert httpx2.get(f"{metrics}/metrics").status_code == 200


async def endless() -> AsyncIterator[bytes]:
    """A body without a declared length and without an end."""
    while True:
        yield b"x" * 65536


async def test_bodies_that_are_too_large(make_settings: MakeSettings) -> None:
    async with running(make_settings) as service:
        # A client that looks for an answer only when it has sent everything gets it all the same.
        answer = await service.http.post("/take", content=b"x" * 51_000_000)
        assert answer.status_code == 413
        try:
            answer = await service.http.post("/take", content=endless())
            assert answer.status_code == 413
        except httpx2.TransportError:
            pass  # This client never stops sending; its connection was closed.
        assert await service.status("/livez") == 200
