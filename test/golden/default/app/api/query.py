"""`POST /v1/query` and `POST /v1/query/stream`: questions about the stored documents."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request

from app.api.disconnect import unless_gone
from app.api.measure import MeasuredRoute
from app.api.models import AnswerOut, Question, UsageOut, numbered
from app.api.sse import EventStream, Frames, frame, late
from app.service import Done, RagService, Sources, Token
from app.settings import Settings

router = APIRouter(tags=["query"], route_class=MeasuredRoute)

EVENTS = """\
A stream of server-sent events. Each holds one JSON object:
`sources` `{"sources": […]}` once, `token` `{"text": "…"}` many times, then either
`done` `{"usage": {…}}` or `error` with a problem document. Lines that begin with a
colon are heartbeats. A stream without `done` was cut: treat it as failed.\
"""


@router.post("/v1/query", summary="Answer a question")
async def query(asked: Question, request: Request) -> AnswerOut:
    """Answer in one piece, with the passages the answer was made from."""
    service: RagService = request.app.state.service
    settings: Settings = request.app.state.settings
    answering = service.query(request.state.caller, asked.question, asked.limit)
    try:
        async with asyncio.timeout(settings.max_stream_seconds):
            return AnswerOut.of(await unless_gone(request, answering))
    except TimeoutError as error:
        raise late() from error


@router.post(
    "/v1/query/stream",
    summary="Answer a question word by word",
    status_code=200,
    response_class=EventStream,
    response_description=EVENTS,
)
async def stream(asked: Question, request: Request) -> EventStream:
    """Answer while the model speaks; what fails before the first event is an HTTP error."""
    service: RagService = request.app.state.service
    settings: Settings = request.app.state.settings
    deadline = asyncio.get_running_loop().time() + settings.max_stream_seconds
    answer = frames(service.stream(request.state.caller, asked.question, asked.limit))
    try:
        async with asyncio.timeout_at(deadline):
            first = await unless_gone(request, anext(answer))
    except TimeoutError as error:
        raise late() from error
    return EventStream(first, answer, heartbeat=settings.heartbeat_seconds, deadline=deadline)


async def frames(events: AsyncGenerator[Sources | Token | Done, None]) -> Frames:
    """Encode the events of an answer."""
    async with aclosing(events):
        async for event in events:
            yield encode(event)


def encode(event: Sources | Token | Done) -> bytes:
    """Encode one event."""
    match event:
        case Sources():
            sources = [source.model_dump() for source in numbered(event.passages)]
            return frame("sources", {"sources": sources})
        case Token():
            return frame("token", {"text": event.text})
        case Done():
            return frame("done", {"usage": UsageOut.of(event.usage).model_dump()})
