"""The chat adapter against a server that speaks the protocol, well and badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from app.contracts import Message, Refused, Unavailable, Usage
from app.integrations.openai_compatible import OpenAIChat
from app.settings import SecretStr, renew
from tests.support import MakeSettings
from tests.support_http import HttpServer, Reply, Request, json_reply

ASKED = [Message("system", "Be brief."), Message("user", "Hello?")]
TALK = {"content-type": "text/event-stream"}


def event(data: object) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


def chunk(text: str | None, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return event({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


USAGE = event({"id": "1", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}})
END = b"data: [DONE]\n\n"
SPOKEN = Reply(parts=[chunk(""), chunk("Good "), chunk("day", "stop"), USAGE, END], headers=TALK)


@asynccontextmanager
async def chatting(
    make_settings: MakeSettings, answer: Callable[[Request], Reply], **changes: object
) -> AsyncIterator[tuple[HttpServer, OpenAIChat]]:
    """Open the adapter against a server that answers like this."""
    async with HttpServer(answer) as server:
        chat = OpenAIChat(make_settings(llm_base_url=f"{server.url}/v1", **changes))
        await chat.open()
        try:
            yield server, chat
        finally:
            await chat.close()


async def items(chat: OpenAIChat) -> list[str | Usage]:
    return [item async for item in chat.stream(ASKED, max_tokens=50)]


async def test_text_and_usage_arrive(make_settings: MakeSettings) -> None:
    changes = {"chat_model": "some-model", "llm_api_key": "the-key"}
    async with chatting(make_settings, lambda _: SPOKEN, **changes) as (server, chat):
        assert await items(chat) == ["Good ", "day", Usage(7, 2)]
    [request] = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer the-key"
    assert request.json() == {
        "model": "some-model",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello?"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": 50,
    }


async def test_a_new_key_is_sent_with_the_next_request(make_settings: MakeSettings) -> None:
    async with HttpServer(lambda _: SPOKEN) as server:
        settings = make_settings(llm_base_url=f"{server.url}/v1", llm_api_key="one")
        chat = OpenAIChat(settings)
        await chat.open()
        await items(chat)
        renew(settings, {"llm_api_key": SecretStr("two")})
        await items(chat)
        await chat.close()
    keys = [request.headers["authorization"] for request in server.requests]
    assert keys == ["Bearer one", "Bearer two"]


async def test_the_name_of_the_limit_is_a_setting(make_settings: MakeSettings) -> None:
    changes = {"chat_tokens_field": "max_tokens"}
    async with chatting(make_settings, lambda _: SPOKEN, **changes) as (server, chat):
        await items(chat)
    sent = server.requests[0].json()
    assert sent["max_tokens"] == 50
    assert "max_completion_tokens" not in sent


async def test_no_key_and_no_usage_are_fine(make_settings: MakeSettings) -> None:
    reply = Reply(parts=[chunk("Hi", "stop"), END], headers=TALK)
    async with chatting(make_settings, lambda _: reply) as (server, chat):
        assert await items(chat) == ["Hi"]
    assert server.requests[0].headers["authorization"] == "Bearer none"


async def test_a_busy_provider_is_asked_again(make_settings: MakeSettings) -> None:
    busy = json_reply({"error": {"message": "slow down"}}, 429, **{"retry-after-ms": "10"})
    replies = [busy, busy, SPOKEN]
    async with chatting(make_settings, lambda _: replies.pop(0)) as (server, chat):
        assert (await items(chat))[:2] == ["Good ", "day"]
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_provider_that_stays_down_is_unavailable(
    make_settings: MakeSettings, status: int
) -> None:
    down = json_reply({"error": {"message": "down"}}, status, **{"retry-after-ms": "1"})
    async with chatting(make_settings, lambda _: down) as (server, chat):
        with pytest.raises(Unavailable):
            await items(chat)
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_refusal_is_final_and_says_no_more_than_its_code(
    make_settings: MakeSettings, status: int
) -> None:
    wrong = json_reply({"error": {"message": "key the-key is bad", "code": "bad_thing"}}, status)
    async with chatting(make_settings, lambda _: wrong) as (server, chat):
        with pytest.raises(Refused) as refusal:
            await items(chat)
    assert refusal.value.status == 502
    assert refusal.value.detail == "The model provider refused the request (bad_thing)."
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(parts=[chunk("Good ")], headers=TALK, cut=True),
        Reply(parts=[chunk("Good ")], headers=TALK),
        Reply(parts=[chunk("Good "), event({"error": {"message": "oops"}})], headers=TALK),
        Reply(parts=[chunk("Good "), b"data: {not json\n\n"], headers=TALK),
    ],
    ids=["connection cut", "ends without reason", "error event", "garbage"],
)
async def test_a_broken_answer_is_an_error(make_settings: MakeSettings, reply: Reply) -> None:
    async with chatting(make_settings, lambda _: reply) as (_, chat):
        answer = chat.stream(ASKED, max_tokens=50)
        assert await anext(answer) == "Good "
        with pytest.raises(Unavailable):
            await anext(answer)


async def test_a_silent_provider_is_given_up_in_time(make_settings: MakeSettings) -> None:
    silent = Reply(parts=[30.0])
    async with chatting(make_settings, lambda _: silent, max_stream_seconds=1) as (_, chat):
        async with asyncio.timeout(2):
            with pytest.raises(Unavailable):
                await items(chat)


async def test_no_server_is_unavailable(make_settings: MakeSettings) -> None:
    async with chatting(make_settings, lambda _: SPOKEN) as (server, chat):
        await server.__aexit__()
        with pytest.raises(Unavailable):
            await items(chat)


async def test_closing_the_answer_closes_the_connection(make_settings: MakeSettings) -> None:
    slow = Reply(parts=[chunk("Good "), 30.0, chunk("day", "stop")], headers=TALK)
    async with chatting(make_settings, lambda _: slow) as (server, chat):
        answer = chat.stream(ASKED, max_tokens=50)
        assert await anext(answer) == "Good "
        await answer.aclose()
        await asyncio.wait_for(server.left.wait(), timeout=2)
