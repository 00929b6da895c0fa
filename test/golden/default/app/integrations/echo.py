"""A chat model without a model: it quotes the passages that fit the question best.

Deterministic and free, so that a fresh clone answers usefully and tests can assert on every word.
"""

import html
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from app.contracts import Message, Shared, Usage
from app.settings import Settings

PASSAGE = re.compile(r"<passage\b[^>]*\bnumber=\"(\d+)\"[^>]*>(.*?)</passage>", re.DOTALL)
QUESTION = re.compile(r"<question>(.*?)</question>", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n{2,}")
WORD = re.compile(r"\w+")
QUOTES = 3
CLOSING = "(Quoted by the built-in echo model; no language model was asked.)"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence, the number of its passage, and how much of the question it repeats."""

    number: int
    sentence: str
    fit: int


class EchoModel:
    """Deterministic model for the role `chat`."""

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        pass

    async def open(self) -> None:
        """Nothing to acquire."""

    async def close(self) -> None:
        """Nothing to release."""

    async def stream(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncIterator[str | Usage]:
        """Yield the answer word by word; a word counts as a token."""
        words = reply(messages[-1].content).split(" ")[:max_tokens]
        for position, word in enumerate(words):
            yield word if position == 0 else f" {word}"
        prompt = sum(len(message.content.split()) for message in messages)
        yield Usage(prompt_tokens=prompt, completion_tokens=len(words))


def reply(prompt: str) -> str:
    """Quote the best sentences of the passages in `prompt`; without passages, repeat it."""
    asked = QUESTION.search(prompt)
    question = html.unescape(asked[1]).strip() if asked else prompt
    passages = [(int(number), html.unescape(text)) for number, text in PASSAGE.findall(prompt)]
    quotes = best(question, passages)
    if not quotes:
        return f"You said: {question} {CLOSING}"
    lines = [f"“{quote.sentence}” [{quote.number}]" for quote in quotes]
    return "\n\n".join([*lines, CLOSING])


def best(question: str, passages: Sequence[tuple[int, str]]) -> list[Quote]:
    """Pick the sentences that fit best; among equals, those of the closer passage."""
    wanted = stems(question)
    quotes = [
        Quote(number, sentence, sum(map(len, wanted & stems(sentence))))
        for number, text in passages
        for sentence in sentences(text)
    ]
    quotes.sort(key=lambda quote: -quote.fit)
    return [quote for quote in quotes[:QUOTES] if quote.fit * 2 >= quotes[0].fit]


def sentences(text: str) -> list[str]:
    """Split a passage into sentences, without line breaks and headings."""
    lines = [" ".join(part.split()) for part in SENTENCE.split(text)]
    return [line for line in lines if line and not line.startswith("#")]


def stems(text: str) -> set[str]:
    """Reduce a text to the beginnings of its words; long ones say more and weigh more."""
    return {word[:6].rstrip("s") for word in WORD.findall(text.casefold()) if len(word) > 2}
