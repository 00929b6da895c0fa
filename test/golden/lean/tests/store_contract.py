"""What every vector store must do. A test module of a store subclasses this and gives `store`."""

import math
from collections.abc import Sequence

import pytest

from app.contracts import Chunk, VectorStore

DIMENSION = 8


def chunk(document: str, position: int, text: str = "text") -> Chunk:
    """Make a piece of a document."""
    return Chunk(f"{document}-{position}", document, f"{document}.md", position, text)


def axis(number: int, tilt: float = 0.0) -> list[float]:
    """Point along one axis, tilted a little towards the next one."""
    vector = [0.0] * DIMENSION
    vector[number] = math.cos(tilt)
    vector[(number + 1) % DIMENSION] = math.sin(tilt)
    return vector


class StoreContract:
    """Behaviour that the service relies on, whichever store is chosen."""

    async def test_an_empty_store_finds_nothing(self, store: VectorStore) -> None:
        await store.ping()
        assert await store.search(axis(0), limit=3) == []
        assert not await store.has("a")

    async def test_what_is_stored_is_found_best_first(self, store: VectorStore) -> None:
        texts = ["grün\n\n“quoted”", "'; drop table chunk; --", "{}"]
        chunks = [chunk("a", position, text) for position, text in enumerate(texts)]
        await store.upsert(chunks, [axis(0), axis(2), axis(4)])

        first, second = await store.search(axis(2, tilt=0.3), limit=2)
        assert (first.id, first.document_id, first.source) == ("a-1", "a", "a.md")
        assert (first.position, first.text) == (1, texts[1])
        assert first.score == pytest.approx(math.cos(0.3), abs=1e-3)
        assert first.score > second.score
        assert await store.has("a")
        assert not await store.has("a-1")

    async def test_length_of_vectors_does_not_matter(self, store: VectorStore) -> None:
        await store.upsert([chunk("a", 0), chunk("b", 0)], [scaled(axis(0), 9), axis(1)])
        best, *_ = await store.search(scaled(axis(0, tilt=0.1), 5), limit=2)
        assert best.document_id == "a"
        assert best.score == pytest.approx(math.cos(0.1), abs=1e-3)

    async def test_storing_again_replaces(self, store: VectorStore) -> None:
        await store.upsert([chunk("a", 0, "old")], [axis(0)])
        await store.upsert([chunk("a", 0, "new")], [axis(3)])
        found = await store.search(axis(3), limit=5)
        assert [passage.text for passage in found] == ["new"]
        assert found[0].score == pytest.approx(1, abs=1e-3)

    async def test_a_large_document_is_stored_whole(self, store: VectorStore) -> None:
        chunks = [chunk("a", position) for position in range(300)]
        await store.upsert(chunks, [axis(position % 8, 0.1) for position in range(300)])
        found = await store.search(axis(5, 0.1), limit=20)
        assert len(found) == 20
        assert {passage.position % 8 for passage in found} == {5}

    async def test_migrating_twice_keeps_everything(self, store: VectorStore) -> None:
        await store.upsert([chunk("a", 0)], [axis(0)])
        await store.migrate()
        assert await store.has("a")


def scaled(vector: Sequence[float], factor: float) -> list[float]:
    """Make a vector longer."""
    return [value * factor for value in vector]
