"""pgvector on a real server: the contract of all stores, its schema, and the plan of a search."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from psycopg.sql import SQL, Identifier

from app.bootstrap import bootstrap
from app.contracts import Unavailable, VectorStore
from app.integrations import SharedConnections
from app.integrations.pgvector import PgVectorStore
from app.integrations.postgres import Postgres
from app.integrations.spaces import index_name
from app.settings import Settings
from tests.store_contract import DIMENSION, StoreContract, axis, chunk
from tests.support import MakeSettings
from tests.support_postgres import postgres_settings
from tests.test_bootstrap import server


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[PgVectorStore, Postgres]]:
    """Open the store and its pool; nothing is migrated yet."""
    shared = SharedConnections(settings)
    store = PgVectorStore(settings, shared)
    postgres = shared.get(Postgres)
    await postgres.open()
    await store.open()
    try:
        yield store, postgres
    finally:
        await store.close()
        await postgres.close()


class TestPgVectorStore(StoreContract):
    """The contract."""

    @pytest.fixture
    async def store(self, make_settings: MakeSettings) -> AsyncIterator[VectorStore]:
        async with (
            postgres_settings(make_settings, embedding_dimension=DIMENSION) as settings,
            opened(settings) as (store, _),
        ):
            await store.migrate()
            yield store


async def test_an_administrator_installs_the_extension(make_settings: MakeSettings) -> None:
    # Whatever is picked: who prepares the database is not told.
    changes = {"vector_store": "embedded", "embedding_dimension": DIMENSION}
    async with server(make_settings, "superuser", **changes) as made:
        installed = "select count(*) from pg_extension where extname = 'vector'"
        assert await made.one(installed) == 0
        await bootstrap(made.settings, made.admin)
        assert await made.one(installed) == 1
        async with opened(made.settings) as (store, _):
            await store.migrate()
            await store.upsert([chunk("a", 0)], [axis(0)])
            assert await store.has("a")


async def test_it_is_not_ready_before_its_migration(make_settings: MakeSettings) -> None:
    async with postgres_settings(make_settings) as settings, opened(settings) as (store, _):
        with pytest.raises(Unavailable):
            await store.ping()
        await store.migrate()
        await store.ping()


async def test_another_model_gets_a_table_of_its_own(make_settings: MakeSettings) -> None:
    async with postgres_settings(make_settings, embedding_dimension=DIMENSION) as settings:
        async with opened(settings) as (store, _):
            await store.migrate()
            await store.upsert([chunk("a", 0)], [axis(0)])
        async with opened(make_settings(embedding_model="other")) as (other, _):
            with pytest.raises(Unavailable):
                await other.ping()
            await other.migrate()
            assert not await other.has("a")
        async with opened(settings) as (store, _):
            assert await store.has("a")


async def test_a_document_is_stored_whole_or_not_at_all(make_settings: MakeSettings) -> None:
    async with (
        postgres_settings(make_settings, embedding_dimension=DIMENSION) as settings,
        opened(settings) as (store, _),
    ):
        await store.migrate()
        with pytest.raises(Exception, match="expected 8 dimensions"):
            await store.upsert([chunk("a", 0), chunk("a", 1)], [axis(0), [1.0]])
        assert not await store.has("a")


@pytest.mark.parametrize(("dimension", "kind"), [(2000, "vector"), (3072, "halfvec")])
async def test_long_vectors_are_indexed_too(
    make_settings: MakeSettings, dimension: int, kind: str
) -> None:
    async with (
        postgres_settings(make_settings, embedding_dimension=dimension) as settings,
        opened(settings) as (store, postgres),
    ):
        await store.migrate()
        vectors = [[float(number == axis) for axis in range(dimension)] for number in range(50)]
        await store.upsert([chunk("a", number) for number in range(50)], vectors)
        best, *_ = await store.search(vectors[7], limit=3)
        assert best.position == 7
        assert best.score == pytest.approx(1, abs=1e-3)

        table = Identifier(index_name(settings))
        query = SQL("explain select id from {} order by embedding <=> %s::{} limit 3")
        async with postgres.connection() as connection, connection.transaction():
            await connection.execute("set local enable_seqscan = off")
            cursor = await connection.execute(query.format(table, SQL(kind)), [str(vectors[7])])
            plan = str(await cursor.fetchall())
        assert "_vec" in plan
