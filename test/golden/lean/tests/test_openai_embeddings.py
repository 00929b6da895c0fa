"""The embeddings adapter against a server that speaks the protocol, well and badly."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from app.contracts import Refused, Unavailable
from app.integrations.openai_compatible import OpenAIEmbedder
from tests.support import MakeSettings
from tests.support_http import HttpServer, Reply, Request, json_reply

TEXTS = ["a", "bb", "ccc", "dddd", "eeeee"]


def by_length(request: Request) -> Reply:
    """Embed each text as its length, and answer in another order than was asked."""
    data = [
        {"object": "embedding", "index": index, "embedding": [float(len(text)), 0.0, 1.0]}
        for index, text in enumerate(request.json()["input"])
    ]
    return json_reply({"object": "list", "data": data[::-1], "model": "m"})


@asynccontextmanager
async def embedding(
    make_settings: MakeSettings, answer: Callable[[Request], Reply], **changes: object
) -> AsyncIterator[tuple[HttpServer, OpenAIEmbedder]]:
    """Open the adapter against a server that answers like this."""
    async with HttpServer(answer) as server:
        settings = {"embedding_model": "m", "embedding_dimension": 3, "llm_api_key": "the-key"}
        settings |= {"llm_base_url": f"{server.url}/v1"} | changes
        embedder = OpenAIEmbedder(make_settings(**settings))
        await embedder.open()
        try:
            yield server, embedder
        finally:
            await embedder.close()


async def test_texts_are_embedded_in_batches_and_in_order(make_settings: MakeSettings) -> None:
    changes = {"embedding_batch_size": 2}
    async with embedding(make_settings, by_length, **changes) as (server, embedder):
        vectors = await embedder.embed(TEXTS)
        assert embedder.dimension == 3
    assert [vector[0] for vector in vectors] == [1, 2, 3, 4, 5]
    assert [request.json()["input"] for request in server.requests] == [
        ["a", "bb"],
        ["ccc", "dddd"],
        ["eeeee"],
    ]
    first = server.requests[0]
    assert first.path == "/v1/embeddings"
    assert first.headers["authorization"] == "Bearer the-key"
    assert first.json() | {"input": []} == {
        "input": [],
        "model": "m",
        "dimensions": 3,
        "encoding_format": "float",
    }


async def test_the_dimension_is_sent_only_when_wanted(make_settings: MakeSettings) -> None:
    changes = {"embedding_send_dimension": "false"}
    async with embedding(make_settings, by_length, **changes) as (server, embedder):
        await embedder.embed(["a"])
    assert "dimensions" not in server.requests[0].json()


async def test_embeddings_may_come_from_another_provider(make_settings: MakeSettings) -> None:
    async with HttpServer(by_length) as other:
        changes = {"embedding_base_url": f"{other.url}/api", "embedding_api_key": "other-key"}
        async with embedding(make_settings, by_length, **changes) as (server, embedder):
            await embedder.embed(["a"])
        assert server.requests == []
        assert other.requests[0].path == "/api/embeddings"
        assert other.requests[0].headers["authorization"] == "Bearer other-key"


async def test_the_key_of_the_chat_model_is_the_default(make_settings: MakeSettings) -> None:
    async with embedding(make_settings, by_length, llm_api_key="shared") as (server, embedder):
        await embedder.embed(["a"])
    assert server.requests[0].headers["authorization"] == "Bearer shared"


async def test_a_wrong_length_is_explained(make_settings: MakeSettings) -> None:
    changes = {"embedding_dimension": 1536}
    async with embedding(make_settings, by_length, **changes) as (_, embedder):
        with pytest.raises(Refused) as refusal:
            await embedder.embed(["a"])
    assert "m returns 3 numbers, but EMBEDDING_DIMENSION is 1536" in refusal.value.detail


async def test_missing_vectors_are_noticed(make_settings: MakeSettings) -> None:
    def forgetful(request: Request) -> Reply:
        return json_reply({"data": [{"index": 0, "embedding": [1.0, 2.0, 3.0]}]})

    async with embedding(make_settings, forgetful) as (_, embedder):
        with pytest.raises(Refused, match="left out"):
            await embedder.embed(["a", "b"])


async def test_a_provider_that_is_down_is_unavailable(make_settings: MakeSettings) -> None:
    down = json_reply({}, 503, **{"retry-after-ms": "1"})
    async with embedding(make_settings, lambda _: down) as (_, embedder):
        with pytest.raises(Unavailable):
            await embedder.embed(["a"])
