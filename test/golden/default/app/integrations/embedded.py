"""A vector store in one file: SQLite keeps the rows, memory holds the vectors, a scan scores them.

Exact and dependency-free; right for a laptop, tests and some ten thousand chunks. One process only:
a second one would not see what the first one adds.
"""

import asyncio
import heapq
import math
import operator
import sqlite3
import sys
import threading
from array import array
from collections.abc import Sequence
from pathlib import Path

from app.contracts import Chunk, Passage, Shared, Unavailable
from app.integrations.spaces import embedding_space
from app.settings import Settings, SettingsError

if sys.version_info >= (3, 12):
    from math import sumprod
else:

    def sumprod(left: Sequence[float], right: Sequence[float]) -> float:
        """Return the dot product of two vectors."""
        product: float = sum(map(operator.mul, left, right))
        return product


SCHEMA = """
create table if not exists about (space text not null);
create table if not exists chunk (
    id text primary key,
    document_id text not null,
    source text not null,
    position integer not null,
    text text not null,
    vector blob not null
) without rowid;
"""
UPSERT = "insert or replace into chunk values (?, ?, ?, ?, ?, ?)"
CLAIM = "insert into about select ? where not exists (select 1 from about)"
# A scan of more rows than this takes long enough to be moved off the event loop.
INLINE_ROWS = 200

Row = tuple[Chunk, list[float]]


class EmbeddedStore:
    """File store for the role `store`."""

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        self._path = Path(settings.data_dir) / "index.sqlite3"
        self._space = embedding_space(settings)
        self._rows: dict[str, Row] = {}
        self._documents: set[str] = set()
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open or create the file; refuse one that was filled by another embedding model."""
        await asyncio.to_thread(self._open)

    async def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    async def ping(self) -> None:
        """Read from the file."""
        self._connection().execute("select 1").fetchone()

    async def migrate(self) -> None:
        """Nothing to do: `open` creates the tables."""

    async def has(self, document_id: str) -> bool:
        """Tell whether the document is stored; a document is written in one transaction."""
        return document_id in self._documents

    async def upsert(self, chunks: Sequence[Chunk], vectors: Sequence[Sequence[float]]) -> None:
        """Store one vector per chunk."""
        rows = [(chunk, unit(vector)) for chunk, vector in zip(chunks, vectors, strict=True)]
        await asyncio.to_thread(self._write, rows)

    async def search(self, vector: Sequence[float], limit: int) -> list[Passage]:
        """Compare the vector with every stored one."""
        if len(self._rows) <= INLINE_ROWS:
            return self._scan(unit(vector), limit)
        return await asyncio.to_thread(self._scan, unit(vector), limit)

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, check_same_thread=False)
        try:
            self._load(db)
        except BaseException:
            db.close()
            raise
        self._db = db

    def _load(self, db: sqlite3.Connection) -> None:
        db.execute("pragma journal_mode = wal")
        db.executescript(SCHEMA)
        with db:
            db.execute(CLAIM, [self._space])
        [stored] = db.execute("select space from about").fetchone()
        if stored != self._space:
            raise SettingsError(
                f"{self._path} holds vectors of {stored}, the settings ask for {self._space}: "
                "change EMBEDDING_PROVIDER, EMBEDDING_MODEL and EMBEDDING_DIMENSION back, "
                "or delete the file and add the documents again"
            )
        for *fields, blob in db.execute("select * from chunk"):
            self._remember(Chunk(*fields), array("f", blob).tolist())

    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            raise RuntimeError("the embedded store is not open")
        return self._db

    def _write(self, rows: Sequence[Row]) -> None:
        try:
            with self._lock, self._connection() as db:
                db.executemany(UPSERT, [record(chunk, vector) for chunk, vector in rows])
        except sqlite3.Error as error:
            raise Unavailable("embedded store") from error
        for chunk, vector in rows:
            self._remember(chunk, vector)

    def _remember(self, chunk: Chunk, vector: list[float]) -> None:
        self._rows[chunk.id] = (chunk, vector)
        self._documents.add(chunk.document_id)

    def _scan(self, vector: list[float], limit: int) -> list[Passage]:
        # The copy is one step for the interpreter: a writer in another thread cannot disturb it.
        rows = list(self._rows.values())
        scored = ((sumprod(vector, row), chunk) for chunk, row in rows)
        best = heapq.nlargest(limit, scored, key=lambda pair: pair[0])
        return [passage(chunk, score) for score, chunk in best]


def unit(vector: Sequence[float]) -> list[float]:
    """Scale a vector to length 1, so that a dot product is the cosine."""
    length = math.hypot(*vector) or 1.0
    return [value / length for value in vector]


def record(chunk: Chunk, vector: Sequence[float]) -> tuple[str, str, str, int, str, bytes]:
    """Flatten a chunk for its table row."""
    blob = array("f", vector).tobytes()
    return (chunk.id, chunk.document_id, chunk.source, chunk.position, chunk.text, blob)


def passage(chunk: Chunk, score: float) -> Passage:
    """Turn a stored chunk into a search result."""
    return Passage(
        chunk.id, chunk.document_id, chunk.source, chunk.position, chunk.text, score=score
    )
