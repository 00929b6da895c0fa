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
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
WORD = re.compile(r"\w+")
QUOTES = 3
CLOSING = "(Quoted by the built-in echo model; no language model was asked.)"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a passage and how many words of the question it holds."""

    number: int
    sentence: str
    hits: int


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
    quotes = best(question, PASSAGE.findall(prompt))
    if not quotes:
        return f"You said: {question} {CLOSING}"
    lines = [f"“{quote.sentence}” [{quote.number}]" for quote in quotes]
    return "\n\n".join([*lines, CLOSING])


def best(question: str, passages: Sequence[tuple[str, str]]) -> list[Quote]:
    """Pick one sentence per passage, most fitting first; ties keep the order of retrieval."""
    wanted = stems(question)
    quotes = [quote(int(number), html.unescape(text), wanted) for number, text in passages]
    hits = max((one.hits for one in quotes), default=0)
    fitting = [one for one in quotes if one.hits * 2 >= hits]
    return sorted(fitting, key=lambda one: -one.hits)[:QUOTES]


def quote(number: int, passage: str, wanted: set[str]) -> Quote:
    """Find the sentence of a passage that shares most with the question."""
    sentences = [line.strip() for line in SENTENCE.split(passage)]
    spoken = [line for line in sentences if line and not line.startswith("#")] or [passage.strip()]
    sentence = max(spoken, key=lambda line: len(wanted & stems(line)))
    return Quote(number, sentence, len(wanted & stems(sentence)))


def stems(text: str) -> set[str]:
    """Reduce a text to the beginnings of its longer words."""
    return {word[:6] for word in WORD.findall(text.casefold()) if len(word) > 2}
