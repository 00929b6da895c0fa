"""Request id, access log and metrics in one pure ASGI middleware.

Pure ASGI, because `BaseHTTPMiddleware` ends when the headers are out: it measures a stream as zero
seconds, never sees its errors, and costs three times as much. One middleware instead of three,
because all of them watch the same messages.
"""

import asyncio
import re
import time
import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.problems import Problem, describe
from app.telemetry import metrics
from app.telemetry.logs import request_id

log = structlog.get_logger()

#: Asked every few seconds by machines; counting them would drown what people ask.
QUIET = frozenset({"/livez", "/readyz", "/health"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"
#: nginx's status for "the client left before it got an answer".
CLIENT_CLOSED = 499

# What callers may choose as a request id: it goes into logs and headers.
_sane = re.compile(rb"[A-Za-z0-9._:-]{1,64}")


class Telemetry:
    """The outermost middleware: whatever happens inside is measured, logged and answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self.app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send)
        token = request_id.set(exchange.id)
        metrics.http_requests_in_flight.inc()
        try:
            await self.app(scope, exchange.receive, exchange.send)
        except asyncio.CancelledError as error:
            # The server cancels what outlives its grace period.
            await exchange.fail(error, Problem(503, "The server is shutting down."))
            raise
        except Exception as error:
            # Not raised again: it is answered and logged, and with a response half sent the server
            # sees that the body is incomplete and cuts the connection.
            await exchange.fail(error, describe(error))
        finally:
            metrics.http_requests_in_flight.dec()
            exchange.finish()
            request_id.reset(token)


class Exchange:
    """One request and its response, watched while the messages pass."""

    __slots__ = (
        "_receive",
        "_send",
        "bytes",
        "done",
        "error",
        "first_byte",
        "gone",
        "id",
        "scope",
        "started",
        "status",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self.id = _id_of(scope)
        self.started = time.perf_counter()
        self.first_byte: float | None = None
        self.status = 0
        self.bytes = 0
        self.done = False
        self.gone = False
        self.error: BaseException | None = None

    async def receive(self) -> Message:
        """Pass a message on; a disconnect before the last byte means that the client left."""
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self.done:
            self.gone = True
        return message

    async def send(self, message: Message) -> None:
        """Pass a message on, add the request id, and note when it was the first or the last."""
        last = False
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self.id.encode())]
        elif message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
            last = not message.get("more_body", False)
            if not last and self.first_byte is None:
                self.first_byte = time.perf_counter() - self.started
        try:
            await self._send(message)
        except OSError:
            self.gone = True
            raise
        self.done = self.done or last

    async def fail(self, error: BaseException, problem: Problem) -> None:
        """Answer for an error. A response that broke half way counts as failed, not as 200."""
        self.error = error
        if self.gone:
            return
        if not self.status:
            await problem.response()(self.scope, self._receive, self.send)
        self.status = problem.status_code

    def finish(self) -> None:
        """Count the exchange and write its line."""
        scope = self.scope
        seconds = time.perf_counter() - self.started
        route = route_of(scope)
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        status = self.status or (CLIENT_CLOSED if self.gone else 500)
        _requests(method, route, status).inc()
        _duration(method, route).observe(seconds)
        if self.first_byte is not None:
            metrics.http_stream_first_byte_seconds.labels(route).observe(self.first_byte)
        if self.gone and not self.done:
            metrics.http_client_disconnects_total.labels(route).inc()
        _write_line(self, method, route, status, seconds)


def route_of(scope: Scope) -> str:
    """Return the route's template: a label with as many values as there are routes.

    For routers that were included with a prefix, FastAPI keeps the full template in its own part of
    the scope; `scope["route"].path` lacks the prefix. Everything under a mount is one route.
    """
    effective = scope.get("fastapi", {}).get("effective_route_context")
    path: str = getattr(effective or scope.get("route"), "path", "")
    return path or scope.get("root_path", "") or UNMATCHED


def _id_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _sane.fullmatch(value):
            text: str = value.decode("ascii")
            return text
    return uuid.uuid4().hex


# Finding the child of a metric by its labels takes longer than counting; the label sets are few.
@cache
def _requests(method: str, route: str, status: int) -> Counter:
    return metrics.http_requests_total.labels(method, route, status)


@cache
def _duration(method: str, route: str) -> Histogram:
    return metrics.http_request_duration_seconds.labels(method, route)


def _write_line(exchange: Exchange, method: str, route: str, status: int, seconds: float) -> None:
    state: Mapping[str, Any] = exchange.scope.get("state", {})
    line: dict[str, Any] = {
        "method": method,
        "route": route,
        "status": status,
        "duration_ms": round(seconds * 1000, 2),
        "bytes": exchange.bytes,
    }
    if (caller := state.get("caller")) is not None:
        line["caller"] = caller.id
    if exchange.first_byte is not None:
        line["first_byte_ms"] = round(exchange.first_byte * 1000, 2)
    if exchange.gone and not exchange.done:
        line["disconnected"] = True
    if exchange.error is not None:
        line["error"] = type(exchange.error).__name__
        # Whose client left, or whom the server cancelled, breaks in many ways; none is a fault.
        if isinstance(exchange.error, Exception) and not exchange.gone:
            line["exc_info"] = exchange.error
    elif "error" in state:
        line["error"] = state["error"]
    if status >= 500:
        log.error("request", **line)
    else:
        log.info("request", **line)
