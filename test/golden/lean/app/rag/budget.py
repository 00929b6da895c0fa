"""Keeps callers within their daily token budget, whatever happens to the call in between."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from app.contracts import Caller, Exhausted, Ledger, Usage
from app.integrations.memory import seconds_left_today

log = structlog.get_logger(__name__)

# What most tokenisers make of most languages; good enough to reserve and to fill gaps.
BYTES_PER_TOKEN = 4


@dataclass(slots=True)
class Bill:
    """What a reservation was used for so far; whoever spends tokens writes it here."""

    usage: Usage


@asynccontextmanager
async def reserved(ledger: Ledger, caller: Caller, tokens: int) -> AsyncIterator[Bill]:
    """Reserve `tokens` for the block and settle what its `Bill` says, also after a failure."""
    reservation = await ledger.reserve(caller.id, tokens)
    if reservation is None:
        raise Exhausted(seconds_left_today())
    bill = Bill(Usage(0, 0))
    try:
        yield bill
    finally:
        try:
            await ledger.settle(reservation, bill.usage.total)
        except Exception:
            # The caller has the answer already; the reservation stays, on the safe side.
            log.exception("settle_failed", caller=caller.id, reserved=tokens)


def estimate(texts: Iterable[str]) -> int:
    """Estimate the tokens of some texts."""
    return sum(len(text.encode()) // BYTES_PER_TOKEN + 1 for text in texts)
