"""`POST /v1/query/stream`: order, heartbeats, the deadline, and clients that hang up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from fastapi import FastAPI

from app.contracts import Refused, Unavailable, Usage
from app.settings import Settings
from tests.support import MakeSettings
from tests.support_rag import RecordingLedger, ScriptedModel, Stream, client_of, running, sample

PATH = "/v1/query/stream"
QUESTION = {"question": "When is the library open?"}
OUTCOMES = {"method": "POST", "endpoint": PATH}


@contextmanager
def counted(**outcomes: int) -> Iterator[None]:
    """Check how the streams of the block ended."""
    names = ("done", "error", "client_left")
    before = {name: sample("http_streams_total", route=PATH, outcome=name) for name in names}
    yield
    for name in names:
        after = sample("http_streams_total", route=PATH, outcome=name)
        assert after - before[name] == outcomes.get(name, 0), name


@asynccontextmanager
async def library(settings: Settings, **roles: object) -> AsyncIterator[FastAPI]:
    """Run the application with one document in its store."""
    async with running(settings, **roles) as app:
        async with client_of(app) as client:
            text = "The library is open from nine to five."
            await client.post("/v1/documents", json={"text": text, "source": "hours.md"})
        yield app


async def test_events_come_in_order(settings: Settings) -> None:
    model = ScriptedModel("Nine ", "to five [1].", Usage(12, 4))
    async with library(settings, chat=model) as app:
        with counted(done=1):
            await Stream(app, PATH, QUESTION).end()
        stream = Stream(app, PATH, QUESTION)
        events = await stream.end()
    assert [name for name, _ in events] == ["sources", "token", "token", "done"]
    assert events[0][1]["sources"][0]["source"] == "hours.md"
    assert "".join(data["text"] for name, data in events if name == "token") == "Nine to five [1]."
    assert events[-1][1]["usage"] == {
        "prompt_tokens": 12,
        "completion_tokens": 4,
        "total_tokens": 16,
    }
    assert stream.complete
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    assert stream.headers["x-accel-buffering"] == "no"


async def test_events_are_sent_when_they_happen(settings: Settings) -> None:
    async with library(settings, chat=ScriptedModel(60.0)) as app:
        stream = Stream(app, PATH, QUESTION)
        assert (await stream.next())[0] == "sources"
        await stream.hang_up()


async def test_line_breaks_in_tokens_stay_in_their_event(settings: Settings) -> None:
    async with library(settings, chat=ScriptedModel("a\n\nevent: done\ndata: {}\n\n")) as app:
        events = await Stream(app, PATH, QUESTION).end()
    assert [name for name, _ in events] == ["sources", "token", "done"]
    assert events[1][1]["text"].startswith("a\n\nevent")


async def test_a_silent_model_is_covered_by_heartbeats(make_settings: MakeSettings) -> None:
    settings = make_settings(heartbeat_seconds=1)
    async with library(settings, chat=ScriptedModel(2.5, "At last.")) as app:
        events = await Stream(app, PATH, QUESTION).end()
    assert [name for name, _ in events] == ["sources", "", "", "token", "done"]


async def test_the_deadline_ends_the_stream_with_an_error(make_settings: MakeSettings) -> None:
    model, ledger = ScriptedModel("It ", 60.0, "never"), RecordingLedger()
    settings = make_settings(max_stream_seconds=1)
    async with library(settings, chat=model, ledger=ledger) as app:
        before = sample("rag_requests_total", status="504", **OUTCOMES)
        stream = Stream(app, PATH, QUESTION)
        with counted(error=1):
            events = await stream.end()
    assert [name for name, _ in events] == ["sources", "token", "error"]
    assert events[-1][1]["status"] == 504
    assert stream.complete
    assert model.cancelled.is_set()
    assert len(ledger.settled) == len(ledger.reserved)
    assert sample("rag_requests_total", status="504", **OUTCOMES) == before + 1


async def test_a_client_that_hangs_up_stops_the_model(settings: Settings) -> None:
    model, ledger = ScriptedModel("It ", 60.0, "never"), RecordingLedger()
    async with library(settings, chat=model, ledger=ledger) as app:
        ledger.reserved.clear()
        ledger.settled.clear()
        before = sample("rag_requests_total", status="499", **OUTCOMES)
        stream = Stream(app, PATH, QUESTION)
        assert (await stream.next())[0] == "sources"
        assert (await stream.next())[0] == "token"
        assert not model.cancelled.is_set()
        with counted(client_left=1):
            await stream.hang_up()
    assert model.cancelled.is_set()
    assert not stream.complete
    assert 0 < ledger.settled[0] < ledger.reserved[0]
    assert sample("rag_requests_total", status="499", **OUTCOMES) == before + 1


async def test_a_client_that_hangs_up_at_once_leaves_nothing_behind(settings: Settings) -> None:
    model, ledger = ScriptedModel(60.0), RecordingLedger()
    async with library(settings, chat=model, ledger=ledger) as app:
        for turns in range(12):
            stream = Stream(app, PATH, QUESTION)
            for _ in range(turns):
                await asyncio.sleep(0)
            await stream.hang_up()
    assert len(ledger.settled) == len(ledger.reserved)


async def test_a_model_that_breaks_ends_the_stream_with_an_error(settings: Settings) -> None:
    async with library(settings, chat=ScriptedModel("It ", Unavailable("llm"))) as app:
        stream = Stream(app, PATH, QUESTION)
        with counted(error=1):
            events = await stream.end()
    assert stream.status == 200
    assert [name for name, _ in events] == ["sources", "token", "error"]
    assert events[-1][1]["status"] == 503


async def test_an_unknown_error_tells_nothing(settings: Settings) -> None:
    async with library(settings, chat=ScriptedModel(RuntimeError("secret"))) as app:
        events = await Stream(app, PATH, QUESTION).end()
    assert events[-1][0] == "error"
    assert events[-1][1]["status"] == 500
    assert "secret" not in str(events)


async def test_what_fails_before_the_first_event_is_an_http_error(settings: Settings) -> None:
    class BrokenEmbedder:
        dimension = 8

        async def open(self) -> None: ...

        async def close(self) -> None: ...

        async def embed(self, texts: list[str]) -> list[list[float]]:
            raise Refused("The embedding model is unknown.")

    async with library(settings, embedder=BrokenEmbedder()) as app:
        stream = Stream(app, PATH, QUESTION)
        with counted():
            await stream.end()
    assert stream.status == 502
    assert stream.headers["content-type"] == "application/problem+json"


async def test_a_spent_budget_is_429(settings: Settings) -> None:
    model = ScriptedModel("never")
    async with library(settings, chat=model, ledger=RecordingLedger(budget=100)) as app:
        stream = Stream(app, PATH, QUESTION)
        await stream.end()
    assert stream.status == 429
    assert model.calls == 0
