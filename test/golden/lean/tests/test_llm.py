"""Both models behind one door: metered, measured, and given up on when they keep failing."""

import pytest

from app.contracts import Message, Refused, Unavailable, Usage
from app.integrations.hashing import HashingEmbedder
from app.rag.breaker import FAILURES
from app.rag.budget import Bill
from app.rag.llm import Llm
from app.settings import Settings
from tests.support_rag import ScriptedModel, sample

ASKED = [Message("user", "x" * 400)]
PROMPT = 101


@pytest.fixture
def embedder(settings: Settings) -> HashingEmbedder:
    return HashingEmbedder(settings)


@pytest.fixture
def bill() -> Bill:
    return Bill(Usage(0, 0))


async def speak(llm: Llm, bill: Bill) -> str:
    return "".join([piece async for piece in llm.stream(ASKED, 100, bill)])


async def test_the_provider_s_own_count_is_used(embedder: HashingEmbedder, bill: Bill) -> None:
    llm = Llm(ScriptedModel("Hello ", "there", Usage(90, 3)), embedder)
    assert await speak(llm, bill) == "Hello there"
    assert bill.usage == Usage(90, 3)


async def test_a_missing_count_is_estimated(embedder: HashingEmbedder, bill: Bill) -> None:
    await speak(Llm(ScriptedModel("Hello ", "there"), embedder), bill)
    assert bill.usage == Usage(PROMPT, 4)


async def test_a_call_that_never_spoke_costs_nothing(embedder: HashingEmbedder, bill: Bill) -> None:
    with pytest.raises(Refused):
        await speak(Llm(ScriptedModel(Refused("no")), embedder), bill)
    assert bill.usage.total == 0


async def test_a_broken_answer_costs_what_was_spoken(embedder: HashingEmbedder, bill: Bill) -> None:
    before = sample("llm_requests_total", operation="chat", outcome="unavailable")
    with pytest.raises(Unavailable):
        await speak(Llm(ScriptedModel("Hello ", Unavailable("llm")), embedder), bill)
    assert bill.usage == Usage(PROMPT, 2)
    assert sample("llm_requests_total", operation="chat", outcome="unavailable") == before + 1


async def test_closing_the_stream_cancels_the_model(embedder: HashingEmbedder, bill: Bill) -> None:
    model = ScriptedModel("Hello ", 60.0, "there")
    before = sample("llm_requests_total", operation="chat", outcome="cancelled")
    pieces = Llm(model, embedder).stream(ASKED, 100, bill)
    assert await anext(pieces) == "Hello "
    await pieces.aclose()
    assert model.cancelled.is_set()
    assert bill.usage == Usage(PROMPT, 2)
    assert sample("llm_requests_total", operation="chat", outcome="cancelled") == before + 1


async def test_repeated_failures_open_the_circuit(embedder: HashingEmbedder, bill: Bill) -> None:
    model = ScriptedModel(Unavailable("llm"))
    llm = Llm(model, embedder)
    for _ in range(FAILURES + 3):
        with pytest.raises(Unavailable):
            await speak(llm, bill)
    assert model.calls == FAILURES
    assert sample("dependency_up", name="llm") == 0
    # The other model has a circuit of its own.
    assert len(await llm.embed(["still works"])) == 1


async def test_a_refusal_is_not_an_outage(embedder: HashingEmbedder, bill: Bill) -> None:
    model = ScriptedModel(Refused("too long"))
    llm = Llm(model, embedder)
    for _ in range(FAILURES + 3):
        with pytest.raises(Refused):
            await speak(llm, bill)
    assert model.calls == FAILURES + 3


async def test_time_to_first_token_is_measured(embedder: HashingEmbedder, bill: Bill) -> None:
    before = sample("llm_time_to_first_token_seconds_sum")
    await speak(Llm(ScriptedModel(0.05, "Hello", 0.2, "there"), embedder), bill)
    assert 0.05 <= sample("llm_time_to_first_token_seconds_sum") - before < 0.2
