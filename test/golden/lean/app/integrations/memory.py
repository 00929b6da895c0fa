"""Limits kept in the memory of this process: exact for one instance, per instance for many."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from app.contracts import Reservation, Shared
from app.settings import Settings


class MemoryRateLimiter:
    """A token bucket per caller: RATE_LIMIT_PER_MINUTE at once, then one at a time as they refill."""

    def __init__(
        self,
        settings: Settings,
        shared: Shared | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.capacity = settings.rate_limit_per_minute
        self.clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def take(self, key: str) -> float:
        """Take one token, or say how long until there is one."""
        if not self.capacity:
            return 0.0
        now = self.clock()
        per_second = self.capacity / 60
        tokens, at = self._buckets.get(key, (self.capacity, now))
        tokens = min(self.capacity, tokens + (now - at) * per_second)
        if tokens < 1:
            return (1 - tokens) / per_second
        self._buckets[key] = (tokens - 1, now)
        return 0.0


class MemoryLedger:
    """Token budgets of today; a restart forgets them."""

    def __init__(
        self,
        settings: Settings,
        shared: Shared | None = None,
        today: Callable[[], date] = lambda: utc_today(),
    ) -> None:
        self.budget = settings.token_budget_per_day
        self.today = today
        self._spent: dict[tuple[str, date], int] = {}

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def reserve(self, caller: str, tokens: int) -> Reservation | None:
        """Book `tokens` on today's account."""
        reservation = Reservation(caller, self.today(), tokens)
        if self.budget and self._total(reservation) + tokens > self.budget:
            return None
        self._add(reservation, tokens)
        return reservation

    async def settle(self, reservation: Reservation, used: int) -> None:
        """Replace the reservation by what was used."""
        self._add(reservation, used - reservation.tokens)

    def _total(self, reservation: Reservation) -> int:
        return self._spent.get((reservation.caller, reservation.day), 0)

    def _add(self, reservation: Reservation, tokens: int) -> None:
        day = reservation.day
        if (reservation.caller, day) not in self._spent:
            # A caller's first booking of a day is the moment to forget the days before yesterday.
            old = self.today() - timedelta(days=1)
            self._spent = {key: spent for key, spent in self._spent.items() if key[1] >= old}
        self._spent[reservation.caller, day] = self._total(reservation) + tokens


def utc_today() -> date:
    """Return the day that budgets count by: the same one everywhere."""
    return datetime.now(UTC).date()


def seconds_left_today() -> float:
    """Return how long until the budgets are fresh again."""
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - now).total_seconds()
