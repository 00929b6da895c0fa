"""The flow of the service: how a document is taken in and how a question is answered."""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

from app.contracts import Caller, Chunk, Ledger, Passage, Refused, Usage, VectorStore
from app.integrations import Integrations
from app.integrations.spaces import embedding_space
from app.rag import chunking, prompts
from app.rag.budget import estimate, reserved
from app.rag.extract import Extractor
from app.rag.llm import Llm
from app.settings import Settings, SettingsError
from app.telemetry import metrics


@dataclass(frozen=True, slots=True)
class Ingested:
    """A document that is stored now; `created` is false if it was stored before."""

    id: str
    source: str
    chunks: int
    created: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """First event of an answer: the passages it is made from, best first."""

    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """Last event of an answer."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    text: str
    passages: list[Passage]
    usage: Usage


class RagService:
    """Everything the API can do. The only place that knows the order of the steps."""

    def __init__(self, settings: Settings, store: VectorStore, llm: Llm, ledger: Ledger) -> None:
        if settings.chunk_overlap * 2 > settings.chunk_size:
            raise SettingsError("CHUNK_OVERLAP: must be at most half of CHUNK_SIZE")
        self._settings = settings
        self._store = store
        self._llm = llm
        self._ledger = ledger
        self._extractor = Extractor(settings)

    async def ingest_file(
        self, caller: Caller, name: str, media_type: str, data: bytes
    ) -> Ingested:
        """Store an uploaded file."""
        return await self.ingest(caller, name, await self._extractor.text(data, name, media_type))

    async def ingest(self, caller: Caller, source: str, text: str) -> Ingested:
        """Store a document; the same content is stored once, whatever it is called."""
        most = self._settings.max_document_characters
        if len(text) > most:
            raise Refused(f"The document has more than {most} characters of text.", 413)
        pieces = await asyncio.to_thread(self._pieces, text)
        if not pieces:
            raise Refused("The document holds no text.", 422)
        document_id = self._document_id(pieces)
        if await self._store.has(document_id):
            return Ingested(document_id, source, len(pieces), created=False)
        cost = estimate(pieces)
        async with reserved(self._ledger, caller, cost) as bill:
            vectors = await self._llm.embed(pieces)
            bill.usage = Usage(cost, 0)
        chunks = [
            Chunk(f"{document_id}-{position}", document_id, source, position, piece)
            for position, piece in enumerate(pieces)
        ]
        await self._store.upsert(chunks, vectors)
        return Ingested(document_id, source, len(chunks), created=True)

    async def stream(
        self, caller: Caller, question: str, limit: int
    ) -> AsyncGenerator[Sources | Token | Done, None]:
        """Answer a question: `Sources` first, then `Token`s, then `Done`.

        What fails before the first event is an error of the request, not of the stream. Closing
        the generator stops the model; the budget is settled in any case.
        """
        passages = await self._retrieve(question, limit)
        if not passages:
            yield Sources([])
            yield Token(prompts.NOTHING_FOUND)
            yield Done(Usage(0, 0))
            return
        messages = prompts.messages(question, passages)
        most = self._settings.max_answer_tokens
        cost = estimate(message.content for message in messages) + most
        async with reserved(self._ledger, caller, cost) as bill:
            yield Sources(passages)
            with stage("generate"):
                async with aclosing(self._llm.stream(messages, most, bill)) as pieces:
                    async for piece in pieces:
                        yield Token(piece)
        yield Done(bill.usage)

    async def query(self, caller: Caller, question: str, limit: int) -> Answer:
        """Answer a question in one piece."""
        passages: list[Passage] = []
        texts: list[str] = []
        usage = Usage(0, 0)
        async with aclosing(self.stream(caller, question, limit)) as events:
            async for event in events:
                match event:
                    case Sources():
                        passages = event.passages
                    case Token():
                        texts.append(event.text)
                    case Done():
                        usage = event.usage
        return Answer("".join(texts), passages, usage)

    async def _retrieve(self, question: str, limit: int) -> list[Passage]:
        with stage("embed"):
            [vector] = await self._llm.embed([chunking.normalise(question)])
        with stage("retrieve"):
            return await self._store.search(vector, limit)

    def _pieces(self, text: str) -> list[str]:
        size, overlap = self._settings.chunk_size, self._settings.chunk_overlap
        return chunking.split(chunking.normalise(text), size, overlap)

    def _document_id(self, pieces: list[str]) -> str:
        digest = hashlib.sha256(embedding_space(self._settings).encode())
        for piece in pieces:
            digest.update(b"\0" + piece.encode())
        return digest.hexdigest()[:32]


def build(settings: Settings, integrations: Integrations) -> RagService:
    """Put the service together from opened integrations."""
    llm = Llm(integrations.chat, integrations.embedder)
    return RagService(settings, integrations.store, llm, integrations.ledger)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time one stage of answering."""
    started = time.perf_counter()
    try:
        yield
    finally:
        metrics.rag_query_latency_seconds.labels(name).observe(time.perf_counter() - started)
