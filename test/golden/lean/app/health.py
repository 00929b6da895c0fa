"""Liveness and readiness.

`/livez` says that the process answers; it touches nothing, for a restart heals no database.
`/readyz` says whether to send traffic here: the hard dependencies of this instance, looked at in the
background, so that a probe costs nothing and nobody can load the database by asking.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from app.contracts import Pingable, Unavailable
from app.telemetry import metrics

log = structlog.get_logger()

#: Seconds: how long a check may take, and how often they run when all is well and when it is not.
TIMEOUT = 1.0
CALM = 5.0
ALARMED = 0.5

#: What the world may know about a failed check. Anything else is an "error"; the log says which.
REASONS: dict[type[Exception], str] = {TimeoutError: "timeout", Unavailable: "unavailable"}


class Health:
    """What this instance knows about its ability to work."""

    def __init__(
        self,
        checks: Mapping[str, Pingable],
        hold: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.checks = checks
        self.hold = hold
        self.clock = clock
        self.draining = False
        self.failing: dict[str, str] = {}
        self._hard = False
        self._last_good: float | None = None

    def verdict(self) -> tuple[int, dict[str, Any]]:
        """Return status and body of `/readyz`.

        After a good state, a failure is held down for a while: one blip of a shared database must
        not empty every load balancer at once. Requests that need it answer 503 meanwhile.
        """
        if self.draining:
            return 503, {"status": "draining"}
        if self._last_good is None:
            return 503, {"status": "starting", "reasons": self.failing}
        if self._hard and self.clock() - self._last_good > self.hold:
            return 503, {"status": "unavailable", "reasons": self.failing}
        if self.failing:
            return 200, {"status": "degraded", "reasons": self.failing}
        return 200, {"status": "ready"}

    async def refresh(self) -> None:
        """Ask every dependency at once, each with its own time-out."""
        asked = await asyncio.gather(*map(self._ask, self.checks, self.checks.values()))
        self.failing = {name: reason for name, reason in asked if reason}
        self._hard = any(getattr(self.checks[name], "essential", True) for name in self.failing)
        if not self._hard:
            self._last_good = self.clock()

    async def _ask(self, name: str, dependency: Pingable) -> tuple[str, str]:
        """Return the name and why it fails, in a word that may be shown to anybody."""
        reason = ""
        try:
            async with asyncio.timeout(TIMEOUT):
                await dependency.ping()
        except Exception as error:
            reason = REASONS.get(type(error), "error")
            # Once per outage; `/readyz` and the metric show that it goes on.
            if name not in self.failing:
                cause = error.__cause__ if isinstance(error, Unavailable) else error
                log.warning("dependency_down", name=name, reason=reason, cause=repr(cause))
        metrics.dependency_up.labels(name).set(0 if reason else 1)
        return name, reason

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Refresh in the background until the block ends."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            await self.refresh()
            await asyncio.sleep(ALARMED if self.failing else CALM)


def routes(health: Health) -> APIRouter:
    """Return the probes; `/health` is for those who know no other name."""
    router = APIRouter(tags=["health"])
    methods = ["GET", "HEAD"]

    @router.api_route("/health", methods=methods, include_in_schema=False)
    @router.api_route("/livez", methods=methods, include_in_schema=False)
    async def livez() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @router.api_route("/readyz", methods=methods, include_in_schema=False)
    async def readyz() -> JSONResponse:
        status, body = health.verdict()
        return JSONResponse(body, status)

    return router
