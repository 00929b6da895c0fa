"""A circuit breaker: after repeated failures callers are refused at once instead of waiting."""

import time
from collections.abc import Callable

from app.contracts import Unavailable
from app.telemetry import metrics

FAILURES = 5
PAUSE_SECONDS = 15.0


class Breaker:
    """Guards one dependency. Its state is a metric, never a reason to be taken out of service."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._failures = 0
        self._paused_until = 0.0
        self._up = metrics.dependency_up.labels(name)
        self._open = metrics.llm_circuit_open.labels(name)
        self._show(open=False)

    def check(self) -> None:
        """Raise `Unavailable` during a pause; after it, let one caller through to try."""
        if self._failures < FAILURES:
            return
        now = self._clock()
        if now < self._paused_until:
            raise Unavailable(self._name, retry_after=self._paused_until - now)
        self._paused_until = now + PAUSE_SECONDS

    def succeeded(self) -> None:
        """Forget the failures."""
        self._failures = 0
        self._show(open=False)

    def failed(self) -> None:
        """Count a failure; enough in a row begin a pause."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._paused_until = self._clock() + PAUSE_SECONDS
            self._show(open=True)

    def _show(self, *, open: bool) -> None:
        self._up.set(not open)
        self._open.set(open)
