"""The hashing embedder: the same vector everywhere, and close for texts that share words."""

import math

import pytest

from app.integrations.hashing import HashingEmbedder, vectorise
from tests.support import MakeSettings

PASSAGES = {
    "hours": "The roastery is open to visitors from Tuesday to Saturday, 9:00 to 17:00.",
    "delivery": "Orders placed before 14:00 leave on the same day. Delivery takes two days.",
    "returns": "Unopened bags can be returned within 30 days; the refund includes all costs.",
    "storing": "Beans keep their taste for six weeks. Store them in the closed bag, dry and dark.",
    "subscription": "A subscription can be paused or ended at any time before roasting.",
}


def similarity(left: str, right: str, dimension: int = 512) -> float:
    pairs = zip(vectorise(left, dimension), vectorise(right, dimension), strict=True)
    return sum(one * other for one, other in pairs)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("When can I visit the roastery?", "hours"),
        ("How long does delivery take?", "delivery"),
        ("Can I return an unopened bag?", "returns"),
        ("How should beans be stored?", "storing"),
        ("How do I pause my subscription?", "subscription"),
    ],
)
@pytest.mark.parametrize("dimension", [256, 512, 1536])
def test_questions_find_their_passage(question: str, best: str, dimension: int) -> None:
    scores = {name: similarity(question, text, dimension) for name, text in PASSAGES.items()}
    assert max(scores, key=lambda name: scores[name]) == best, scores


def test_related_words_are_closer_than_unrelated_ones() -> None:
    assert similarity("deploying services", "deployment of a service") > 0.2
    assert abs(similarity("deploying services", "a recipe for banana cake")) < 0.1


def test_vectors_are_the_same_in_every_process() -> None:
    vector = vectorise("stable", 8)
    assert vector[4:] == pytest.approx([-0.2302, 0.8878, -0.2302, 0.0], abs=1e-4)
    assert math.hypot(*vector) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", " ", "?!", "。"])
def test_text_without_words_still_has_a_direction(text: str) -> None:
    assert math.hypot(*vectorise(text, 64)) == pytest.approx(1)


async def test_long_texts_give_the_same_vectors_in_a_thread(make_settings: MakeSettings) -> None:
    embedder = HashingEmbedder(make_settings(embedding_dimension=64))
    texts = ["many words " * 300, "few words"]
    assert await embedder.embed(texts) == [vectorise(text, 64) for text in texts]
    assert {len(vector) for vector in await embedder.embed(texts)} == {embedder.dimension}
