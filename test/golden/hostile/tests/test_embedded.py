"""The embedded store: the contract of all stores, and what is special about a file."""

from collections.abc import AsyncIterator

import pytest

from app.contracts import VectorStore
from app.integrations.embedded import EmbeddedStore
from app.settings import SettingsError
from tests.store_contract import DIMENSION, StoreContract, axis, chunk
from tests.support import MakeSettings


class TestEmbeddedStore(StoreContract):
    """The contract."""

    @pytest.fixture
    async def store(self, make_settings: MakeSettings) -> AsyncIterator[VectorStore]:
        store = EmbeddedStore(make_settings(embedding_dimension=DIMENSION))
        await store.open()
        yield store
        await store.close()


async def test_documents_survive_a_restart(make_settings: MakeSettings) -> None:
    settings = make_settings(embedding_dimension=DIMENSION)
    first = EmbeddedStore(settings)
    await first.open()
    await first.upsert([chunk("a", 0, "kept")], [axis(1)])
    await first.close()

    second = EmbeddedStore(settings)
    await second.open()
    assert await second.has("a")
    [found] = await second.search(axis(1), limit=3)
    assert found.text == "kept"
    assert found.score == pytest.approx(1)
    await second.close()


@pytest.mark.parametrize(
    "change", [{"embedding_dimension": 16}, {"embedding_model": "m2"}, {"embedding_provider": "p"}]
)
async def test_vectors_of_another_model_are_refused(
    make_settings: MakeSettings, change: dict[str, str | int]
) -> None:
    store = EmbeddedStore(make_settings(embedding_dimension=DIMENSION))
    await store.open()
    await store.close()
    other = EmbeddedStore(make_settings(**change))
    with pytest.raises(SettingsError, match="delete the file"):
        await other.open()
