"""Embedding spaces: vectors of different models must never be compared, so each has its own index."""

import hashlib
import re

from app.settings import Settings


def embedding_space(settings: Settings) -> str:
    """Describe which vectors belong together: who makes them, by which model, of which length."""
    provider, model = settings.embedding_provider, settings.embedding_model
    return f"{provider}/{model}/{settings.embedding_dimension}"


def index_name(settings: Settings) -> str:
    """Name the index of the current space, such as `chunks_text_embedding_3_small_1536_9f2c61d0`.

    It is readable, unique by its hash, and short enough to be an identifier in any database. After
    a change of model the service starts with a new, empty index; the old one stays for a way back.
    """
    space = embedding_space(settings)
    model = re.sub(r"[^a-z0-9]+", "_", settings.embedding_model.lower()).strip("_")[:24]
    digest = hashlib.sha256(space.encode()).hexdigest()[:8]
    return f"chunks_{model}_{settings.embedding_dimension}_{digest}"
