"""The two models as the service sees them: measured, metered and behind circuit breakers."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager

from app.contracts import ChatModel, Embedder, Message, Refused, Unavailable, Usage
from app.rag.breaker import Breaker
from app.rag.budget import Bill, estimate
from app.telemetry import metrics


class Llm:
    """Chat model and embedder behind one door, so that adapters only translate protocols."""

    def __init__(self, chat: ChatModel, embedder: Embedder) -> None:
        self._chat = chat
        self._embedder = embedder
        self._chat_breaker = Breaker("llm")
        self._embedder_breaker = Breaker("embedder")

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text."""
        with measured("embed", self._embedder_breaker):
            vectors = await self._embedder.embed(texts)
        metrics.llm_tokens_total.labels("embedding").inc(estimate(texts))
        return vectors

    async def stream(
        self, messages: Sequence[Message], max_tokens: int, bill: Bill
    ) -> AsyncGenerator[str, None]:
        """Yield the answer piece by piece; closing this generator cancels the call.

        The bill is right at every moment: estimated while the answer runs and when it breaks or
        is closed, replaced by the provider's own count at the end (if it sends one).
        """
        prompt = estimate(message.content for message in messages)
        started = time.perf_counter()
        try:
            with measured("chat", self._chat_breaker):
                bill.usage = Usage(prompt, 0)
                async with aclosing(self._chat.stream(messages, max_tokens)) as items:
                    async for item in items:
                        if isinstance(item, Usage):
                            bill.usage = item
                            continue
                        if not bill.usage.completion_tokens:
                            seconds = time.perf_counter() - started
                            metrics.llm_time_to_first_token_seconds.observe(seconds)
                        spoken = bill.usage.completion_tokens + estimate([item])
                        bill.usage = Usage(prompt, spoken)
                        yield item
        except (Unavailable, Refused):
            if not bill.usage.completion_tokens:
                bill.usage = Usage(0, 0)  # nothing was produced, nothing is charged
            raise
        finally:
            metrics.llm_tokens_total.labels("prompt").inc(bill.usage.prompt_tokens)
            metrics.llm_tokens_total.labels("completion").inc(bill.usage.completion_tokens)


@contextmanager
def measured(operation: str, breaker: Breaker) -> Iterator[None]:
    """Count and time one call to a model, and tell its breaker how it went."""
    started = time.perf_counter()
    outcome = "error"
    try:
        breaker.check()
        try:
            yield
        except Unavailable:
            breaker.failed()
            raise
        breaker.succeeded()
        outcome = "ok"
    except Unavailable:
        outcome = "unavailable"
        raise
    except Refused:
        outcome = "refused"
        raise
    except (asyncio.CancelledError, GeneratorExit):
        outcome = "cancelled"
        raise
    finally:
        seconds = time.perf_counter() - started
        metrics.llm_requests_total.labels(operation, outcome).inc()
        metrics.llm_request_duration_seconds.labels(operation).observe(seconds)
