"""An embedding without a model: words and letter groups hashed into a vector.

It needs no key, no network and no library, and gives the same vector everywhere. Texts that share
words or word stems are close; meaning is beyond it. Made for laptops and tests.
"""

import asyncio
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.contracts import Shared
from app.settings import Settings

WORD = re.compile(r"\w+")
GRAM = 4
# Stems matter less than whole words, but let "deploying" find "deployment".
GRAM_WEIGHT = 0.35
# Above this a thread keeps the event loop free; below it the switch costs more than the work.
INLINE_CHARACTERS = 4_000


class HashingEmbedder:
    """Deterministic embedder for the role `embedder`."""

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        self._dimension = settings.embedding_dimension

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self._dimension

    async def open(self) -> None:
        """Nothing to acquire."""

    async def close(self) -> None:
        """Nothing to release."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector per text."""
        if sum(map(len, texts)) <= INLINE_CHARACTERS:
            return self._embed(texts)
        return await asyncio.to_thread(self._embed, texts)

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [vectorise(text, self._dimension) for text in texts]


def vectorise(text: str, dimension: int) -> list[float]:
    """Hash the features of `text` into a vector of length 1."""
    vector = [0.0] * dimension
    words = WORD.findall(text.casefold()) or ["?"]  # zeros would have no direction to compare
    for word, count in Counter(words).items():
        # Repetition counts, but ever less; short words carry little in any language.
        weight = (1.0 + math.log(count)) * min(len(word), 6) / 6
        for feature, share in features(word):
            slot = bucket(feature)
            vector[(slot >> 1) % dimension] += weight * share * (1.0 if slot & 1 else -1.0)
    length = math.hypot(*vector) or 1.0
    return [value / length for value in vector]


def features(word: str) -> Iterator[tuple[str, float]]:
    """Yield the word itself and its letter groups, each with a weight."""
    yield word, 1.0
    padded = f"^{word}$"
    if len(padded) > GRAM:
        grams = [padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)]
        yield from ((gram, GRAM_WEIGHT) for gram in grams)


@lru_cache(maxsize=65_536)
def bucket(feature: str) -> int:
    """Return a stable 64-bit hash (Python's own differs from process to process)."""
    return int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "little")
