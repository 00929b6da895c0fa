"""`python -m app migrate`: run once per release, before the first instance of it starts."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from app.contracts import Unavailable
from app.integrations import Integrations
from app.settings import Settings
from app.telemetry import logs

log = structlog.get_logger()


async def migrate(settings: Settings, wait: float) -> None:
    """Migrate every integration that has something to; raise if a server stays away."""
    logs.configure(settings.log_level)
    async with Integrations(settings).opened() as integrations:
        for name, part in integrations.migratable:
            await patiently(part.migrate, wait)
            log.info("migrated", name=name)


async def patiently(step: Callable[[], Awaitable[None]], wait: float) -> None:
    """Try again while a dependency is unavailable, with growing pauses, for `wait` seconds."""
    deadline = time.monotonic() + wait
    pause = 0.25
    while True:
        try:
            return await step()
        except Unavailable as error:
            if time.monotonic() + pause > deadline:
                raise
            log.info("waiting", dependency=error.dependency, seconds=round(pause, 2))
        await asyncio.sleep(pause)
        pause = min(pause * 2, 5.0)
