"""The real process: signals, drain, time-outs, the metrics port, what it prints."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

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
            base_url=f"http://127.0.0.1:{port}", headers=AUTHORIZATION, timeout=10
        )

    async def status(self, path: str) -> int:
        return (await self.http.get(path)).status_code

    async def until(self, path: str, status: int, seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
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
        self.process.send_signal(number)


@asynccontextmanager
async def running(settings: MakeSettings, **changes: object) -> AsyncIterator[Service]:
    """Run the service in a process; `make_settings` cleans the environment it inherits."""
    port, metrics_port = free_port(), free_port()
    settings(port=port, metrics_port=metrics_port, **changes)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.slow_service"), stdout=PIPE, stderr=STDOUT, env=os.environ
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
    async with running(make_settings, drain_seconds=2, graceful_seconds=10) as service:
        stream = asyncio.create_task(service.http.get("/slow", params={"seconds": 3}))
        await asyncio.sleep(0.3)
        service.signal()
        await service.until("/readyz", 503, seconds=1)
        # Still serving; clients are asked to come back on a new connection.
        assert await service.status("/livez") == 200
        answer = await service.http.get("/slow", params={"seconds": 0})
        assert answer.text == "done"
        await asyncio.sleep(1.1)
        assert (await service.http.get("/livez")).headers["connection"] == "close"
        # The metrics answer to the end, also after the port is closed.
        with pytest.raises(httpx2.ConnectError):
            await service.until("/livez", 599, seconds=2)
        assert "http_requests_in_flight 1.0" in httpx2.get(service.metrics).text
        assert (await stream).text.endswith("done")
        assert await service.process.wait() == 0


async def test_a_second_signal_ends_it_at_once(make_settings: MakeSettings) -> None:
    async with running(make_settings, drain_seconds=60, graceful_seconds=60) as service:
        hanging = asyncio.create_task(service.http.get("/hang"))
        await asyncio.sleep(0.3)
        service.signal()
        await service.until("/readyz", 503, seconds=1)
        started = time.monotonic()
        service.signal()
        await service.process.wait()
        assert time.monotonic() - started < 2
        with pytest.raises(httpx2.TransportError):
            await hanging


async def test_grace_has_an_end_and_says_so(make_settings: MakeSettings) -> None:
    async with running(make_settings, drain_seconds=0, graceful_seconds=1) as service:
        hanging = asyncio.create_task(service.http.get("/hang"))
        await asyncio.sleep(0.3)
        service.signal()
        answer = await hanging
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert await asyncio.wait_for(service.process.wait(), 3) == 0


async def test_ctrl_c_does_not_drain(make_settings: MakeSettings) -> None:
    async with running(make_settings, drain_seconds=60, graceful_seconds=1) as service:
        service.signal(signal.SIGINT)
        assert await asyncio.wait_for(service.process.wait(), 3) == 0


async def test_what_every_response_carries(make_settings: MakeSettings) -> None:
    async with running(make_settings) as service:
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


async def test_a_chunked_body_is_cut_off(make_settings: MakeSettings) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65536

    async with running(make_settings, max_body_bytes=100_000) as service:
        schema = (await service.http.get("/openapi.json")).json()
        [path, *_] = [path for path, item in schema["paths"].items() if "post" in item]
        headers = {"Content-Type": "application/json"}
        try:
            answer = await service.http.post(path, content=endless(), headers=headers)
            assert answer.status_code == 413
        except httpx2.TransportError:
            pass  # Closed before this client, which never stops sending, looked for an answer.
        assert await service.status("/livez") == 200


async def test_an_upload_of_some_megabytes_gets_its_413(make_settings: MakeSettings) -> None:
    async with running(make_settings) as service:
        answer = await service.http.post("/anywhere", content=b"x" * 51_000_000)
        assert answer.status_code == 413


async def test_every_line_is_json(make_settings: MakeSettings) -> None:
    async with running(make_settings) as service:
        await service.http.get("/slow", params={"seconds": 0}, headers={"X-Request-ID": "r1"})
        service.signal(signal.SIGINT)
        output, _ = await service.process.communicate()
    lines = [json.loads(line) for line in output.decode().splitlines()]
    [access] = [line for line in lines if line["event"] == "request" and line["route"] == "/slow"]
    assert access["request_id"] == "r1"
    assert access["status"] == 200
    assert access["bytes"] == 4
    assert {"timestamp", "level", "method", "duration_ms"} <= access.keys()


COMMANDS = {file.stem.replace("_", "-") for file in Path("app/commands").glob("[a-z]*.py")}


async def command(*arguments: str, **environment: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error::DeprecationWarning", "-m", "app", *arguments),
        stdout=PIPE,
        stderr=STDOUT,
        env={**os.environ, **environment},
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("LOG_LEVEL", "LOUD"),
        ("TOKEN_LEDGER", "abacus"),
        ("METRICS_PORT", "taken"),
    ],
)
async def test_a_wrong_setting_is_one_line(
    make_settings: MakeSettings, name: str, value: str
) -> None:
    make_settings(port=free_port())
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    taken = server.sockets[0].getsockname()[1]
    code, output = await command("serve", **{name: value.replace("taken", str(taken))})
    server.close()
    assert code == 2
    [line] = [line for line in output.splitlines() if not line.startswith("{")]
    assert line.startswith(f"{name}: ")


async def test_commands_are_listed(make_settings: MakeSettings) -> None:
    make_settings()
    code, output = await command("--help")
    assert code == 0
    assert {line.split()[0] for line in output.splitlines() if line.startswith("  ")} == COMMANDS
    assert (await command("nonsense"))[0] == 2
