"""Rate limit and token budget in memory; the same promises that the other adapters keep."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from app.integrations.memory import (
    MemoryLedger,
    MemoryRateLimiter,
    seconds_left_today,
    utc_today,
)
from tests.support import MakeSettings


async def test_a_bucket_refills_at_its_rate(make_settings: MakeSettings) -> None:
    now = 0.0
    limiter = MemoryRateLimiter(make_settings(rate_limit_per_minute=60), clock=lambda: now)
    assert [await limiter.take("a") for _ in range(60)] == [0.0] * 60
    assert 0.9 < await limiter.take("a") <= 1.0
    assert await limiter.take("b") == 0.0
    now = 0.5
    assert 0.4 < await limiter.take("a") <= 0.5
    now = 1.0
    assert await limiter.take("a") == 0.0
    assert await limiter.take("a") > 0.9
    # It never holds more than its capacity, however long nobody came.
    now = 10_000.0
    assert [await limiter.take("a") for _ in range(61)].count(0.0) == 60


async def test_zero_means_no_limit(make_settings: MakeSettings) -> None:
    settings = make_settings(rate_limit_per_minute=0, token_budget_per_day=0)
    assert [await MemoryRateLimiter(settings).take("a") for _ in range(1000)] == [0.0] * 1000
    assert await MemoryLedger(settings).reserve("a", 10**12) is not None


async def test_a_budget_is_hard_under_concurrency(make_settings: MakeSettings) -> None:
    ledger = MemoryLedger(make_settings(token_budget_per_day=1000))
    booked = await asyncio.gather(*(ledger.reserve("a", 30) for _ in range(100)))
    granted = [one for one in booked if one is not None]
    assert len(granted) == 33
    assert await ledger.reserve("b", 1000) is not None
    # What was not used can be used by others.
    await asyncio.gather(*(ledger.settle(one, 10) for one in granted))
    assert await ledger.reserve("a", 1000 - 33 * 10) is not None
    assert await ledger.reserve("a", 1) is None


async def test_an_answer_over_midnight_is_settled_on_its_day(make_settings: MakeSettings) -> None:
    today = date(2026, 3, 1)
    ledger = MemoryLedger(make_settings(token_budget_per_day=100), today=lambda: today)
    late = await ledger.reserve("a", 100)
    assert late is not None
    today = date(2026, 3, 2)
    assert await ledger.reserve("a", 100) is not None
    await ledger.settle(late, 1)
    assert await ledger.reserve("a", 1) is None


async def test_days_are_forgotten(make_settings: MakeSettings) -> None:
    today = date(2026, 3, 1)
    ledger = MemoryLedger(make_settings(), today=lambda: today)
    for _ in range(50):
        await ledger.reserve("a", 1)
        today += timedelta(days=1)
    assert len(ledger._spent) <= 3


def test_today_is_the_same_everywhere() -> None:
    assert abs((utc_today() - datetime.now(UTC).date()).days) <= 1
    assert 0 < seconds_left_today() <= 86_400
