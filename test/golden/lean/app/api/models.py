"""What goes in and out, as JSON."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.contracts import Passage, Usage
from app.service import Answer, Ingested

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
# Printable: it is shown, logged and stored.
Source = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\p{C}]+$")
]


class TextDocument(BaseModel):
    """A document sent as text."""

    model_config = ConfigDict(extra="forbid")

    text: Text = Field(description="Plain text or Markdown.")
    source: Source = Field("text", description="Where it comes from; shown beside quotations.")


class DocumentOut(BaseModel):
    """A stored document."""

    id: str = Field(description="The same content has the same id.")
    source: str
    chunks: int = Field(description="Number of pieces it was cut into.")
    created: bool = Field(description="False if the same content was stored before.")

    @classmethod
    def of(cls, document: Ingested) -> "DocumentOut":
        """Translate the result of an ingest."""
        return cls(
            id=document.id,
            source=document.source,
            chunks=document.chunks,
            created=document.created,
        )


class Question(BaseModel):
    """A question about the stored documents."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[Text, Field(max_length=4000)]
    limit: int = Field(4, ge=1, le=20, description="How many passages to answer from.")


class SourceOut(BaseModel):
    """A passage that the answer may cite as `[number]`."""

    number: int
    document_id: str
    source: str
    position: int = Field(description="Place of the passage in its document, from 0.")
    text: str
    score: float = Field(description="Similarity to the question; 1 is the closest.")

    @classmethod
    def of(cls, number: int, passage: Passage) -> "SourceOut":
        """Translate a search result."""
        return cls(
            number=number,
            document_id=passage.document_id,
            source=passage.source,
            position=passage.position,
            text=passage.text,
            score=round(passage.score, 4),
        )


class UsageOut(BaseModel):
    """Tokens that the answer cost."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, usage: Usage) -> "UsageOut":
        """Translate the usage of a completion."""
        return cls(
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            total_tokens=usage.total,
        )


class AnswerOut(BaseModel):
    """An answer with the passages it was made from."""

    answer: str
    sources: list[SourceOut]
    usage: UsageOut

    @classmethod
    def of(cls, answer: Answer) -> "AnswerOut":
        """Translate a whole answer."""
        return cls(
            answer=answer.text,
            sources=numbered(answer.passages),
            usage=UsageOut.of(answer.usage),
        )


def numbered(passages: list[Passage]) -> list[SourceOut]:
    """Number passages as the prompt does, from 1."""
    return [SourceOut.of(number, passage) for number, passage in enumerate(passages, start=1)]
