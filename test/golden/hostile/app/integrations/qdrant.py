"""Vectors in Qdrant, through its official client."""

import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog

from app.contracts import Chunk, Passage, Refused, Shared, Unavailable
from app.integrations.spaces import index_name
from app.settings import Settings

if TYPE_CHECKING:
    from qdrant_client import AsyncQdrantClient
    from qdrant_client.models import PointStruct

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 10
BATCH = 128
# Point ids must be UUIDs; in this namespace they are made from document and position.
NAMESPACE = uuid.UUID("5c3c1a2e-6f0b-5a7e-9d3b-0d1f6a9b7c44")


class QdrantStore:
    """Vector store for the role `store`: one collection per embedding space, cosine distance."""

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        self._settings = settings
        self._collection = index_name(settings)
        self._opened: AsyncQdrantClient | None = None

    async def open(self) -> None:
        """Create the client; it connects with the first request."""
        from qdrant_client import AsyncQdrantClient

        settings = self._settings

        def current() -> str:
            return settings.qdrant_api_key.get_secret_value()

        with warnings.catch_warnings():
            # It warns of a key without TLS; inside a private network that is on purpose.
            warnings.filterwarnings("ignore", message="Auth token provider is used")
            self._opened = AsyncQdrantClient(
                location=settings.qdrant_url,
                # Asked for each request, for keys are replaced.
                auth_token_provider=current if settings.qdrant_api_key else None,
                timeout=TIMEOUT_SECONDS,
                check_compatibility=False,  # would block on the network here
            )

    async def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.close()

    async def ping(self) -> None:
        """Find the collection: a server without it answers, but cannot serve."""
        with qdrant_errors():
            if not await self._client.collection_exists(self._collection):
                raise Unavailable("vector store")

    async def migrate(self) -> None:
        """Create the collection of the current embedding space; others are left alone."""
        from qdrant_client.http.exceptions import UnexpectedResponse
        from qdrant_client.models import Distance, PayloadSchemaType, VectorParams

        size = self._settings.embedding_dimension
        with qdrant_errors():
            if not await self._client.collection_exists(self._collection):
                try:
                    vectors = VectorParams(size=size, distance=Distance.COSINE)
                    await self._client.create_collection(self._collection, vectors)
                except UnexpectedResponse as error:
                    if error.status_code != 409:  # another process was faster
                        raise
            await self._client.create_payload_index(
                self._collection, "document_id", PayloadSchemaType.KEYWORD
            )

    async def has(self, document_id: str) -> bool:
        """Tell whether the first chunk is there: it is written last."""
        with qdrant_errors():
            found = await self._client.retrieve(
                self._collection, [point_id(document_id, 0)], with_payload=False
            )
        return bool(found)

    async def upsert(self, chunks: Sequence[Chunk], vectors: Sequence[Sequence[float]]) -> None:
        """Store one vector per chunk, the first chunk last: it stands for the whole document."""
        points = [point(chunk, vector) for chunk, vector in zip(chunks, vectors, strict=True)]
        points.reverse()
        with qdrant_errors():
            for start in range(0, len(points), BATCH):
                batch = points[start : start + BATCH]
                await self._client.upsert(self._collection, batch, wait=True)

    async def search(self, vector: Sequence[float], limit: int) -> list[Passage]:
        """Return the closest passages, best first."""
        with qdrant_errors():
            answer = await self._client.query_points(
                self._collection, query=list(vector), limit=limit, with_payload=True
            )
        return [passage(found.payload or {}, found.score) for found in answer.points]

    @property
    def _client(self) -> "AsyncQdrantClient":
        if self._opened is None:
            raise RuntimeError("the Qdrant store is not open")
        return self._opened


def point(chunk: Chunk, vector: Sequence[float]) -> "PointStruct":
    """Turn a chunk into what Qdrant stores."""
    from qdrant_client.models import PointStruct

    return PointStruct(
        id=point_id(chunk.document_id, chunk.position),
        vector=list(vector),
        payload={
            "chunk_id": chunk.id,
            "document_id": chunk.document_id,
            "source": chunk.source,
            "position": chunk.position,
            "text": chunk.text,
        },
    )


def point_id(document_id: str, position: int) -> str:
    """Name a point, the same for the same piece of the same document."""
    return str(uuid.uuid5(NAMESPACE, f"{document_id}/{position}"))


def passage(payload: dict[str, Any], score: float) -> Passage:
    """Turn a stored point into a search result."""
    return Passage(
        id=payload["chunk_id"],
        document_id=payload["document_id"],
        source=payload["source"],
        position=payload["position"],
        text=payload["text"],
        score=score,
    )


@contextmanager
def qdrant_errors() -> Iterator[None]:
    """Translate what the client raises."""
    from qdrant_client.common.client_exceptions import QdrantException
    from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

    try:
        yield
    except UnexpectedResponse as error:
        log.warning("qdrant_failed", status=error.status_code)
        # 404: the collection is not there yet; readiness says so until it is.
        if error.status_code in (404, 429) or (error.status_code or 500) >= 500:
            raise Unavailable("vector store") from error
        raise Refused("The vector store refused the request.") from error
    except (ApiException, QdrantException) as error:
        log.warning("qdrant_failed", error=type(error).__name__)
        raise Unavailable("vector store") from error
