"""Server-sent events: a response that stays alive, ends in time and stops when nobody listens."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress

import structlog
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api.disconnect import CLIENT_GONE, disconnected
from app.api.measure import set_outcome
from app.http.problems import Problem, describe
from app.telemetry import metrics
from app.telemetry.middleware import route_of

log = structlog.get_logger(__name__)

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
HEARTBEAT = b": still here\n\n"
# How long a client that reads nothing may hold back the last event.
LAST_WORDS_SECONDS = 5.0

Frames = AsyncGenerator[bytes, None]


def frame(event: str, data: Mapping[str, object]) -> bytes:
    """Encode one event; JSON keeps line breaks of the data out of the protocol."""
    text = f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
    return text.encode(errors="replace")


class EventStream(StreamingResponse):
    """Sends frames until they end, `deadline` (loop time) passes or the client hangs up.

    In each case `frames` is closed, which stops the work behind it. An exception or the deadline
    becomes a last `error` event that holds a problem document. `first` was taken from `frames`
    by the caller: what fails before it can still be an HTTP error.
    """

    media_type = "text/event-stream"

    def __init__(self, first: bytes, frames: Frames, *, heartbeat: float, deadline: float) -> None:
        super().__init__(frames, headers=HEADERS)
        self._first = first
        self._frames = frames
        self._heartbeat = heartbeat
        self._deadline = deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream while watching the client."""
        sender = asyncio.create_task(self._send(scope, send))
        gone = asyncio.create_task(disconnected(receive))
        outcome = "error"  # also when the server cancels this at the end of its grace period
        try:
            await asyncio.wait((sender, gone), return_when=asyncio.FIRST_COMPLETED)
            if not sender.done():
                set_outcome(scope, CLIENT_GONE)
                outcome = "client_left"
            elif sender.exception() is None and sender.result():
                outcome = "done"
        finally:
            metrics.http_streams_total.labels(route_of(scope), outcome).inc()
            sender.cancel()
            gone.cancel()
            await asyncio.gather(sender, gone, return_exceptions=True)
            # A task that is cancelled before its first step never reaches its own clean-up.
            await self._frames.aclose()

    async def _send(self, scope: Scope, send: Send) -> bool:
        """Send everything, and tell whether that was the answer and not an error."""

        async def body(part: bytes, more: bool) -> None:
            await send({"type": "http.response.body", "body": part, "more_body": more})

        last, complete = b"", True
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        try:
            async with asyncio.timeout_at(self._deadline):
                await body(self._first, more=True)
                async with aclosing(with_heartbeats(self._frames, self._heartbeat)) as frames:
                    async for part in frames:
                        await body(part, more=True)
        except Exception as error:
            problem = late() if isinstance(error, TimeoutError) else describe(error)
            log.warning("stream_failed", status=problem.status_code, error=type(error).__name__)
            set_outcome(scope, problem.status_code)
            last, complete = frame("error", problem.document()), False
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await body(last, more=False)
        return complete


def late() -> Problem:
    """Describe an answer that ran into the deadline."""
    return Problem(504, "The answer took too long and was stopped.")


async def with_heartbeats(frames: Frames, seconds: float) -> Frames:
    """Pass frames on; when none comes for `seconds`, yield a comment that keeps proxies calm."""
    following = asyncio.ensure_future(anext(frames, None))
    try:
        while True:
            await asyncio.wait((following,), timeout=seconds)
            if not following.done():
                yield HEARTBEAT
                continue
            part = following.result()
            if part is None:
                return
            yield part
            following = asyncio.ensure_future(anext(frames, None))
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
