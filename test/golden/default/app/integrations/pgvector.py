"""Vectors in PostgreSQL, beside everything else that is kept there."""

from collections.abc import Sequence

from psycopg.sql import SQL, Composed, Identifier, Literal

from app.contracts import Chunk, Passage, Shared, Unavailable
from app.integrations.postgres import Postgres
from app.integrations.spaces import index_name
from app.settings import Settings

# pgvector indexes `vector` up to here, `halfvec` (16-bit numbers) up to twice as long ones.
FULL_PRECISION = 2000

MIGRATION = (
    "create extension if not exists vector",
    """create table if not exists {table} (
        id text primary key,
        document_id text not null,
        source text not null,
        position integer not null,
        text text not null,
        embedding {type}({dimension}) not null
    )""",
    "create index if not exists {by_document} on {table} (document_id)",
    "create index if not exists {by_embedding} on {table} using hnsw (embedding {operators})",
)
UPSERT = """
    insert into {table} (id, document_id, source, position, text, embedding)
    values (%s, %s, %s, %s, %s, %s::{type})
    on conflict (id) do update
    set source = excluded.source, text = excluded.text, embedding = excluded.embedding
"""
SEARCH = """
    select id, document_id, source, position, text, 1 - (embedding <=> %(vector)s::{type})
    from {table} order by embedding <=> %(vector)s::{type} limit %(limit)s
"""


class PgVectorStore:
    """Vector store for the role `store`: one table per embedding space, cosine distance, HNSW."""

    #: Creating it is a privilege on most servers; see `python -m app bootstrap-database`.
    extensions = ("vector",)

    def __init__(self, settings: Settings, shared: Shared) -> None:
        self._pg = shared.get(Postgres)
        self._table = index_name(settings)
        kind = "vector" if settings.embedding_dimension <= FULL_PRECISION else "halfvec"
        self._names = {
            "table": Identifier(self._table),
            "by_document": Identifier(f"{self._table}_doc"),
            "by_embedding": Identifier(f"{self._table}_vec"),
            "type": SQL(kind),
            "operators": SQL("vector_cosine_ops" if kind == "vector" else "halfvec_cosine_ops"),
            "dimension": Literal(settings.embedding_dimension),
        }

    async def open(self) -> None:
        """Nothing to acquire: the pool is shared."""

    async def close(self) -> None:
        """Nothing to release."""

    async def migrate(self) -> None:
        """Create the table of the current embedding space; others are left alone."""
        async with self._pg.exclusive() as connection:
            for statement in MIGRATION:
                await connection.execute(self._sql(statement))

    async def ping(self) -> None:
        """Find the table: a server without it answers, but cannot serve."""
        async with self._pg.connection() as connection:
            cursor = await connection.execute("select to_regclass(%s)", [self._table])
            found = await cursor.fetchone()
        if found is None or found[0] is None:
            raise Unavailable("vector store")

    async def has(self, document_id: str) -> bool:
        """Tell whether the document is stored; it was written in one transaction."""
        query = self._sql("select exists (select from {table} where document_id = %s)")
        async with self._pg.connection() as connection:
            cursor = await connection.execute(query, [document_id])
            found = await cursor.fetchone()
        return found is not None and bool(found[0])

    async def upsert(self, chunks: Sequence[Chunk], vectors: Sequence[Sequence[float]]) -> None:
        """Store one vector per chunk, all or none."""
        rows = [
            (one.id, one.document_id, one.source, one.position, one.text, as_text(vector))
            for one, vector in zip(chunks, vectors, strict=True)
        ]
        async with self._pg.connection() as connection, connection.transaction():
            await connection.cursor().executemany(self._sql(UPSERT), rows)

    async def search(self, vector: Sequence[float], limit: int) -> list[Passage]:
        """Return the closest passages, best first."""
        values = {"vector": as_text(vector), "limit": limit}
        async with (
            self._pg.connection() as connection,
            connection.pipeline(),  # one round trip for all statements
            connection.transaction(),
        ):
            # Dead and deleted rows do not shorten the answer: the index is asked for more.
            await connection.execute("set local hnsw.iterative_scan = strict_order")
            cursor = await connection.execute(self._sql(SEARCH), values)
            return [Passage(*row) for row in await cursor.fetchall()]

    def _sql(self, statement: str) -> Composed:
        return SQL(statement).format(**self._names)


def as_text(vector: Sequence[float]) -> str:
    """Write a vector the way PostgreSQL reads it; seven digits are what it keeps."""
    return "[" + ",".join(f"{value:.7g}" for value in vector) + "]"
