"""What one instance takes on at once: so many requests, so large a body. Cheap, and before all else."""

import asyncio
import contextlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.problems import Problem, retry_after
from app.telemetry import metrics
from app.telemetry.middleware import QUIET

#: Bytes and seconds of a body that is too large which are still read, and thrown away. Most clients
#: look for an answer only when they have sent everything; closing earlier would show them a broken
#: connection instead of 413.
DISCARD = 64 * 1024 * 1024
LINGER = 2.0


class Limits:
    """Middleware: 503 when the instance is full, 413 when a body is too large.

    Probes are never refused: a full instance is busy, not broken.
    """

    def __init__(self, app: ASGIApp, requests: int, body: int) -> None:
        self.app = app
        self.requests = requests
        self.body = body
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self.app(scope, receive, send)
            return
        if self.running >= self.requests:
            metrics.http_requests_rejected_total.labels("concurrency").inc()
            problem = Problem(503, "The instance is at its limit.", headers=retry_after(1))
            await problem.response()(scope, receive, send)
            return
        if _declared_length(scope) > self.body:
            problem = await self._too_large(scope, receive)
            await problem.response()(scope, receive, send)
            return
        self.running += 1
        try:
            await self.app(scope, self._counted(scope, receive), send)
        finally:
            self.running -= 1

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        """Count what really arrives: a chunked body declares no length, and a client may lie."""
        size = 0

        async def limited() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.body:
                # Inside the application, where it becomes an answer like any other problem.
                more = message.get("more_body", False)
                raise await self._too_large(scope, receive, more=more)
            return message

        return limited

    async def _too_large(self, scope: Scope, receive: Receive, *, more: bool = True) -> Problem:
        metrics.http_requests_rejected_total.labels("body").inc()
        # A client that asked first sends nothing more when it is told no.
        if more and not _header(scope, b"expect"):
            await _discard(receive)
        # If the rest is still coming after that, only closing the connection stops it.
        return Problem(
            413, f"The body may have {self.body} bytes.", headers={"Connection": "close"}
        )


async def _discard(receive: Receive) -> None:
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while size < DISCARD:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _declared_length(scope: Scope) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


def _header(scope: Scope, wanted: bytes) -> bytes:
    for name, value in scope["headers"]:
        if name == wanted:
            found: bytes = value
            return found
    return b""
