"""Indexes are named by what may be compared, in names that every database accepts."""

import re

import pytest

from app.integrations.spaces import index_name
from tests.support import MakeSettings


def test_the_name_tells_model_and_dimension(make_settings: MakeSettings) -> None:
    settings = make_settings(embedding_model="text-embedding-3-small", embedding_dimension=1536)
    name = index_name(settings)
    assert name.startswith("chunks_text_embedding_3_small_1536_")
    assert name == index_name(settings)


@pytest.mark.parametrize("field", ["embedding_model", "embedding_provider", "embedding_dimension"])
def test_each_part_of_the_space_counts(make_settings: MakeSettings, field: str) -> None:
    assert index_name(make_settings()) != index_name(make_settings(**{field: "77"}))


@pytest.mark.parametrize("model", ["BAAI/bge-m3", "a" * 120, "Ünï:code@v2", "_"])
def test_any_model_gives_an_identifier(make_settings: MakeSettings, model: str) -> None:
    name = index_name(make_settings(embedding_model=model, embedding_dimension=4000))
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,54}", name)
