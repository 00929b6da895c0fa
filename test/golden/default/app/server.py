"""The process: uvicorn with a drain that load balancers can see, and a listener for metrics."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI
from prometheus_client import start_http_server
from uvicorn.supervisors import ChangeReload

from app import VERSION
from app.health import Health
from app.http.wire import GuardedProtocol
from app.main import create_app
from app.settings import Settings, SettingsError, load
from app.telemetry import logs, metrics

log = structlog.get_logger()

# On every response, at no cost: uvicorn encodes them once. The page at / loads nothing from outside.
HEADERS = [
    (
        "content-security-policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
]


class Server(uvicorn.Server):
    """On SIGTERM uvicorn closes its port at once, while load balancers still send requests.

    This one first fails `/readyz` and goes on serving for `drain` seconds. A second SIGTERM ends
    it at once; Ctrl-C does not drain, for nobody balances load to a laptop.
    """

    def __init__(self, config: uvicorn.Config, health: Health, drain: float) -> None:
        super().__init__(config)
        self.health = health
        self.drain = drain
        self._leave_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal; a handler may interrupt anything, so nothing else happens here."""
        if sig != signal.SIGTERM or not self.started:
            super().handle_exit(sig, frame)
        elif self._leave_at is None:
            self._leave_at = time.monotonic() + self.drain
            self.health.draining = True
        else:
            self.force_exit = True
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Runs every 0.1 s."""
        if self._leave_at is not None:
            self._announce()
            self.should_exit = self.should_exit or time.monotonic() >= self._leave_at
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, but drop everything when told twice; uvicorn itself would wait for open streams."""
        stopping = asyncio.ensure_future(super().shutdown(sockets))
        while not stopping.done():
            if self.force_exit:
                stopping.cancel()
            await asyncio.wait({stopping}, timeout=0.1)

    def _announce(self) -> None:
        """Once: ask clients on open connections to come back through the load balancer."""
        close = (b"connection", b"close")
        if close not in self.config.encoded_headers:
            self.config.encoded_headers.append(close)
            log.info("draining", seconds=self.drain)


def serve(settings: Settings, sockets: list[socket.socket] | None = None) -> None:
    """Serve until a signal says otherwise."""
    logs.configure(settings.log_level)
    log.info(
        "starting",
        version=os.environ.get("APP_VERSION", VERSION),
        revision=os.environ.get("APP_REVISION", "unknown"),
        environment=settings.environment,
    )
    app = create_app(settings)
    _must_be_free(settings, "metrics_port")
    sockets = sockets or [_listen(settings, "port")]
    start_http_server(settings.metrics_port, _address(settings), metrics.REGISTRY)
    server = Server(_config(settings, app), app.state.health, settings.drain_seconds)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets)


def serve_and_reload(settings: Settings) -> None:
    """Serve for a developer: a changed file starts the server again, without waiting for anybody."""
    logs.configure(settings.log_level)
    config = _config(settings, "app.main:create_app")
    config.reload_dirs = [Path(__file__).parent]
    _must_be_free(settings, "metrics_port")
    with contextlib.suppress(KeyboardInterrupt):
        ChangeReload(config, _serve_again, [_listen(settings, "port")]).run()


def _serve_again(sockets: list[socket.socket] | None) -> None:
    """Runs in a child process; reads the settings again, as `.env` may have changed too."""
    try:
        serve(load().model_copy(update={"drain_seconds": 0, "graceful_seconds": 1}), sockets)
    except SettingsError as error:
        # One line, not a traceback; after the next change of a file it is tried again.
        sys.exit(str(error))


def _address(settings: Settings) -> str:
    """Return where to listen. `::` is every address of either kind, if this machine has the second."""
    any_address = settings.host == "::" and not socket.has_dualstack_ipv6()
    return "0.0.0.0" if any_address else settings.host  # noqa: S104


def _listen(settings: Settings, name: str) -> socket.socket:
    """Listen on the port of a setting, for IPv4 and IPv6 where the address says so.

    uvicorn would serve `::` to IPv6 alone, and end the process without naming the setting.
    """
    host, port = _address(settings), getattr(settings, name)
    six = ":" in host
    try:
        family = socket.AF_INET6 if six else socket.AF_INET
        return socket.create_server((host, port), family=family, dualstack_ipv6=host == "::")
    except OSError as error:
        raise SettingsError(f"{name.upper()}: cannot listen there: {error.strerror}") from None


def _must_be_free(settings: Settings, name: str) -> None:
    """Name the setting of a port that is taken, before anything is started."""
    _listen(settings, name).close()


def _config(settings: Settings, app: FastAPI | str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=GuardedProtocol,
        loop="asyncio",
        ws="none",
        lifespan="on",
        # Without a limit, one open stream could hold back the end of the process for ever.
        timeout_graceful_shutdown=settings.graceful_seconds,
        # Longer than the idle time of any proxy: it must never reuse what we are just closing.
        timeout_keep_alive=settings.keep_alive_seconds,
        # X-Forwarded-* are what any client can write; nothing here depends on them.
        proxy_headers=False,
        server_header=False,
        headers=HEADERS,
        access_log=False,
        log_config=None,
    )
