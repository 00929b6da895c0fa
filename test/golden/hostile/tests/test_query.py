"""`POST /v1/query`: an answer in one piece."""

import httpx2
import pytest

from app.contracts import Refused, Unavailable
from app.settings import Settings
from tests.support import MakeSettings
from tests.support_rag import (
    RecordingLedger,
    ScriptedModel,
    Stream,
    client_of,
    running,
    sample,
)

DOCUMENTS = {
    "hours.md": "The library is open from nine to five, and closed on Sunday.",
    "loans.md": "Books may be borrowed for four weeks and renewed twice.",
    "fees.md": "Returning a book late costs ten cents a day.",
}


async def add_documents(client: httpx2.AsyncClient) -> None:
    for source, text in DOCUMENTS.items():
        sent = await client.post("/v1/documents", json={"text": text, "source": source})
        assert sent.status_code == 201


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("When is the library open?", "hours.md"),
        ("How long may I borrow books?", "loans.md"),
        ("What does a late return cost?", "fees.md"),
    ],
)
async def test_the_best_source_comes_first(
    client: httpx2.AsyncClient, question: str, best: str
) -> None:
    await add_documents(client)
    answer = (await client.post("/v1/query", json={"question": question, "limit": 2})).json()
    first, second = answer["sources"]
    assert first["source"] == best
    assert first["number"] == 1
    assert first["score"] > second["score"]
    assert f"“{DOCUMENTS[best]}” [1]" in answer["answer"]
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


async def test_without_documents_no_model_is_asked(settings: Settings) -> None:
    model = ScriptedModel("never")
    async with running(settings, chat=model) as app, client_of(app) as client:
        answer = (await client.post("/v1/query", json={"question": "Anything?"})).json()
    assert "No documents" in answer["answer"]
    assert answer["sources"] == []
    assert model.calls == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": " "},
        {"question": "x" * 4001},
        {"question": "a", "limit": 0},
        {"question": "a", "limit": 21},
        {"question": "a", "k": 3},
    ],
)
async def test_wrong_questions_are_explained(client: httpx2.AsyncClient, body: object) -> None:
    answer = await client.post("/v1/query", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("failure", "status"), [(Unavailable("llm"), 503), (Refused("No such model."), 502)]
)
async def test_failures_of_the_model_are_problems(
    settings: Settings, failure: Exception, status: int
) -> None:
    model, ledger = ScriptedModel(failure), RecordingLedger()
    async with running(settings, chat=model, ledger=ledger) as app, client_of(app) as client:
        await add_documents(client)
        ledger.settled.clear()
        labels = {"method": "POST", "endpoint": "/v1/query", "status": str(status)}
        before = sample("rag_requests_total", **labels)
        answer = await client.post("/v1/query", json={"question": "Open?"})
        ready = await client.get("/readyz")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert sample("rag_requests_total", **labels) == before + 1
    assert ledger.settled == [0]
    # The model is not a reason to take the instance out of service.
    assert ready.status_code == 200


async def test_a_model_that_takes_too_long_is_stopped(make_settings: MakeSettings) -> None:
    model = ScriptedModel(60.0)
    settings = make_settings(max_stream_seconds=1)
    async with running(settings, chat=model) as app, client_of(app) as client:
        await add_documents(client)
        answer = await client.post("/v1/query", json={"question": "Open?"})
    assert answer.status_code == 504
    assert model.cancelled.is_set()


async def test_a_client_that_hangs_up_stops_the_model(settings: Settings) -> None:
    model, ledger = ScriptedModel("one", 60.0), RecordingLedger()
    async with running(settings, chat=model, ledger=ledger) as app:
        async with client_of(app) as client:
            await add_documents(client)
        ledger.settled.clear()
        call = Stream(app, "/v1/query", {"question": "Open?"})
        await model.asked.wait()
        await call.hang_up()
    assert model.cancelled.is_set()
    assert len(ledger.settled) == 1


async def test_stages_are_measured(client: httpx2.AsyncClient) -> None:
    await add_documents(client)
    stages = ("embed", "retrieve", "generate")
    before = [sample("rag_query_latency_seconds_count", stage=stage) for stage in stages]
    await client.post("/v1/query", json={"question": "When is it open?"})
    after = [sample("rag_query_latency_seconds_count", stage=stage) for stage in stages]
    assert after == [count + 1 for count in before]
