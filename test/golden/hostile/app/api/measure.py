"""Counts and times the requests of the API, streams to their last byte."""

import asyncio
import time

from starlette.types import Message, Receive, Scope, Send

from app.http.admission import AdmittedRoute
from app.http.problems import describe
from app.telemetry import metrics


class MeasuredRoute(AdmittedRoute):
    """An admitted route that reports `rag_requests_total` and `rag_request_latency_seconds`."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and record how it ended."""
        started = time.perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await super().handle(scope, receive, watched)
        except asyncio.CancelledError:
            set_outcome(scope, 503)  # the server shuts down
            raise
        except Exception as error:
            set_outcome(scope, describe(error).status_code)
            raise
        finally:
            outcome = str(scope.get("state", {}).get("outcome", status))
            metrics.rag_requests_total.labels(scope["method"], self.path, outcome).inc()
            seconds = time.perf_counter() - started
            metrics.rag_request_latency_seconds.labels(scope["method"], self.path).observe(seconds)


def set_outcome(scope: Scope, status: int) -> None:
    """Record how a stream ended: its HTTP status went out as 200 before anybody could know."""
    scope.setdefault("state", {})["outcome"] = status
