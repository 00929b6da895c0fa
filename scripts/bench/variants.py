"""The generated service with one of four kinds of telemetry: `python variants.py KIND`.

Started by the benchmark in a generated repository (PYTHONPATH names it). All kinds serve the same
application on the same server; only what stands around it differs.
"""

import sys
import time
import uuid
from collections.abc import Callable
from functools import cache

import structlog
from fastapi import FastAPI
from prometheus_client import Counter, Histogram
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from app import main, server
from app.settings import Settings, load
from app.telemetry import metrics
from app.telemetry.logs import request_id
from app.telemetry.middleware import QUIET, Telemetry, route_of

log = structlog.get_logger()


# As ours does it, so that only the middleware itself makes the difference.
@cache
def requests(method: str, route: str, status: int) -> Counter:
    """Find the child of a metric by its labels once."""
    return metrics.http_requests_total.labels(method, route, status)


@cache
def duration(method: str, route: str) -> Histogram:
    """Find the child of a metric by its labels once."""
    return metrics.http_request_duration_seconds.labels(method, route)


class Usual(BaseHTTPMiddleware):
    """The duties of ours (request id, a line of JSON, the same metrics) the usual way."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Serve one request."""
        if request.url.path in QUIET:
            return await call_next(request)
        started = time.perf_counter()
        identity = request.headers.get("x-request-id") or uuid.uuid4().hex
        token = request_id.set(identity)
        metrics.http_requests_in_flight.inc()
        try:
            response = await call_next(request)
        finally:
            metrics.http_requests_in_flight.dec()
        response.headers["x-request-id"] = identity
        seconds = time.perf_counter() - started
        route = route_of(request.scope)
        status = response.status_code
        requests(request.method, route, status).inc()
        duration(request.method, route).observe(seconds)
        log.info(
            "request",
            method=request.method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 2),
            bytes=int(response.headers.get("content-length", 0)),
            caller=request.state.caller.id,
        )
        request_id.reset(token)
        return response


def instrumentator(app: FastAPI) -> None:
    """Metrics only: the library knows no request id and writes no log."""
    from prometheus_fastapi_instrumentator import Instrumentator

    Instrumentator().instrument(app)


KINDS: dict[str, Callable[[FastAPI], None]] = {
    "none": lambda app: None,
    "ours": lambda app: app.add_middleware(Telemetry),
    "usual": lambda app: app.add_middleware(Usual),
    "instrumentator": instrumentator,
}


def create_app(settings: Settings) -> FastAPI:
    """Take our telemetry off the application and put the wanted kind on it."""
    app = main.create_app(settings)
    app.user_middleware = [one for one in app.user_middleware if one.cls is not Telemetry]
    KINDS[sys.argv[1]](app)
    return app


if __name__ == "__main__":
    server.create_app = create_app
    server.serve(load())
