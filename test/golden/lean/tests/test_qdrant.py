"""The Qdrant store: the contract in its client's local mode, and over HTTP against a stub."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.contracts import Refused, Unavailable, VectorStore
from app.integrations.qdrant import BATCH, QdrantStore
from app.integrations.spaces import index_name
from app.settings import SecretStr, Settings, renew
from tests.store_contract import DIMENSION, StoreContract, axis, chunk
from tests.support import MakeSettings
from tests.support_http import HttpServer
from tests.support_qdrant import KEY, QdrantStub


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[QdrantStore]:
    """Open the store; nothing is migrated yet."""
    store = QdrantStore(settings)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def served(
    make_settings: MakeSettings, key: str = KEY
) -> AsyncIterator[tuple[QdrantStub, HttpServer, QdrantStore]]:
    """Open the store against a stub."""
    stub = QdrantStub()
    async with HttpServer(stub) as server:
        values = {"qdrant_url": server.url, "qdrant_api_key": key, "embedding_dimension": DIMENSION}
        async with opened(make_settings(**values)) as store:
            yield stub, server, store


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")
class TestQdrantLocalMode(StoreContract):
    """The contract, with the client's own engine."""

    @pytest.fixture
    async def store(self, make_settings: MakeSettings) -> AsyncIterator[VectorStore]:
        settings = make_settings(qdrant_url=":memory:", embedding_dimension=DIMENSION)
        async with opened(settings) as store:
            await store.migrate()
            yield store


class TestQdrantOverHttp(StoreContract):
    """The contract, over HTTP."""

    @pytest.fixture
    async def store(self, make_settings: MakeSettings) -> AsyncIterator[VectorStore]:
        async with served(make_settings) as (_, _, store):
            await store.migrate()
            yield store


async def test_it_is_not_ready_before_its_migration(make_settings: MakeSettings) -> None:
    async with served(make_settings) as (stub, _, store):
        with pytest.raises(Unavailable):
            await store.ping()
        with pytest.raises(Unavailable):
            await store.search(axis(0), limit=1)
        await store.migrate()
        await store.ping()
        assert list(stub.collections) == [index_name(make_settings())]
        assert stub.indexed == ["document_id"]


async def test_a_document_counts_as_stored_only_when_all_of_it_is(
    make_settings: MakeSettings,
) -> None:
    async with served(make_settings) as (_, server, store):
        await store.migrate()
        chunks = [chunk("a", position) for position in range(BATCH + 5)]
        await store.upsert(chunks, [axis(0)] * len(chunks))
        batches = [
            [point["payload"]["position"] for point in request.json()["points"]]
            for request in server.requests
            if "/points?" in request.path
        ]
        assert [len(batch) for batch in batches] == [BATCH, 5]
        assert batches[-1][-1] == 0
        assert await store.has("a")


async def test_a_collection_made_by_somebody_else_meanwhile_is_fine(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(make_settings) as (stub, _, store):
        await store.migrate()

        async def not_yet(name: str) -> bool:
            return False

        monkeypatch.setattr(store._client, "collection_exists", not_yet)
        await store.migrate()
        assert len(stub.collections) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_server_in_trouble_is_unavailable(make_settings: MakeSettings, status: int) -> None:
    async with served(make_settings) as (stub, _, store):
        stub.failing = status
        with pytest.raises(Unavailable):
            await store.search(axis(0), limit=1)


async def test_no_server_is_unavailable(make_settings: MakeSettings) -> None:
    async with served(make_settings) as (_, server, store):
        await server.__aexit__()
        with pytest.raises(Unavailable):
            await store.ping()


async def test_a_key_is_replaced_without_a_restart(make_settings: MakeSettings) -> None:
    stub = QdrantStub()
    async with HttpServer(stub) as server:
        settings = make_settings(qdrant_url=server.url, qdrant_api_key=KEY)
        async with opened(settings) as store:
            await store.migrate()
            stub.key = "next"
            with pytest.raises(Refused):
                await store.ping()
            renew(settings, {"qdrant_api_key": SecretStr("next")})
            await store.ping()


async def test_a_wrong_key_is_refused(make_settings: MakeSettings) -> None:
    async with served(make_settings, key="wrong") as (_, _, store):
        with pytest.raises(Refused):
            await store.has("a")
