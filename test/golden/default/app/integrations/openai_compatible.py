"""Chat and embeddings over the OpenAI protocol: OpenAI, DeepSeek, vLLM, Ollama and many others."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from json import JSONDecodeError
from typing import TYPE_CHECKING

import structlog

from app.contracts import Message, Refused, Shared, Unavailable, Usage
from app.settings import SecretStr, Settings

if TYPE_CHECKING:
    from openai import APIError, AsyncOpenAI
    from openai.types.chat import ChatCompletionMessageParam

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 5.0
# The SDK repeats 408, 409, 429, 5xx and lost connections, with growing pauses.
RETRIES = 2
# Share of the longest answer after which silence counts as an outage, not as thinking.
PATIENCE = 0.8
EMBED_SECONDS = 30.0
# Statuses that say "not now"; all others say "not like this".
TRANSIENT = {408, 409, 425, 429}


class OpenAIChat:
    """Chat completions, streamed, for the role `chat`."""

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        self._settings = settings
        self._patience = settings.max_stream_seconds * PATIENCE
        self._client: AsyncOpenAI | None = None

    async def open(self) -> None:
        """Create the client; nothing is sent yet."""
        settings = self._settings
        self._client = client(settings.llm_base_url, lambda: settings.llm_api_key, self._patience)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def stream(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[str | Usage, None]:
        """Yield the answer and, if the provider counts tokens, its `Usage`."""
        with provider_errors("llm"):
            async with asyncio.timeout(self._patience):  # over all attempts
                answer = await opened(self._client).chat.completions.create(
                    model=self._settings.chat_model,
                    messages=[turn(message) for message in messages],
                    stream=True,
                    stream_options={"include_usage": True},
                    # Providers disagree on the name of this field.
                    extra_body={self._settings.chat_tokens_field: max_tokens},
                )
            complete, usage = False, None
            async with answer:
                async for chunk in answer:
                    for choice in chunk.choices:
                        complete = complete or choice.finish_reason is not None
                        if choice.delta.content:
                            yield choice.delta.content
                    usage = chunk.usage or usage
        if not complete:
            log.warning("answer_cut", dependency="llm")
            raise Unavailable("llm")
        if usage is not None:
            yield Usage(usage.prompt_tokens, usage.completion_tokens)


class OpenAIEmbedder:
    """Embeddings for the role `embedder`; may live at another address than the chat model."""

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        self._settings = settings
        self._client: AsyncOpenAI | None = None

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self._settings.embedding_dimension

    async def open(self) -> None:
        """Create the client; nothing is sent yet."""
        settings = self._settings
        self._client = client(
            settings.embedding_base_url or settings.llm_base_url,
            lambda: settings.embedding_api_key or settings.llm_api_key,
            EMBED_SECONDS,
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text, asking for a batch at a time."""
        size = max(1, self._settings.embedding_batch_size)
        vectors: list[list[float]] = []
        for start in range(0, len(texts), size):
            vectors += await self._batch(texts[start : start + size])
        return vectors

    async def _batch(self, texts: Sequence[str]) -> list[list[float]]:
        from openai import omit

        settings = self._settings
        with provider_errors("embedder"):
            answer = await opened(self._client).embeddings.create(
                model=settings.embedding_model,
                input=list(texts),
                dimensions=self.dimension if settings.embedding_send_dimension else omit,
                # Not every provider knows the SDK's default, base64.
                encoding_format="float",
            )
        by_position = sorted(answer.data, key=lambda item: item.index)
        vectors = [item.embedding for item in by_position]
        if len(vectors) != len(texts):
            raise Refused("The embedding provider left out texts.")
        self._check(vectors)
        return vectors

    def _check(self, vectors: Iterable[list[float]]) -> None:
        for length in {len(vector) for vector in vectors} - {self.dimension}:
            model = self._settings.embedding_model
            raise Refused(
                f"The embedding model {model} returns {length} numbers, "
                f"but EMBEDDING_DIMENSION is {self.dimension}."
            )


def client(base_url: str, key: Callable[[], SecretStr], timeout: float) -> "AsyncOpenAI":
    """Make a client of the SDK; importing it takes half a second, so it happens here."""
    from openai import AsyncOpenAI, Timeout

    async def current() -> str:
        # The SDK insists on one; servers that want none do not look.
        return key().get_secret_value() or "none"

    return AsyncOpenAI(
        base_url=base_url,
        # Asked for each request, for keys are replaced.
        api_key=current,
        timeout=Timeout(timeout, connect=CONNECT_SECONDS),
        max_retries=RETRIES,
    )


def opened(client: "AsyncOpenAI | None") -> "AsyncOpenAI":
    """Return the client of an integration that was opened."""
    if client is None:
        raise RuntimeError("the integration is not open")
    return client


def turn(message: Message) -> "ChatCompletionMessageParam":
    """Translate one message."""
    match message.role:
        case "system":
            return {"role": "system", "content": message.content}
        case "assistant":
            return {"role": "assistant", "content": message.content}
        case _:
            return {"role": "user", "content": message.content}


@contextmanager
def provider_errors(dependency: str) -> Iterator[None]:
    """Translate what the SDK raises; the log gets codes, never texts: they may quote the prompt."""
    from openai import APIError

    try:
        yield
    except (TimeoutError, JSONDecodeError) as error:
        log.warning("provider_failed", dependency=dependency, error=type(error).__name__)
        raise Unavailable(dependency) from error
    except APIError as error:
        status = getattr(error, "status_code", None)
        kind = type(error).__name__
        log.warning(
            "provider_failed", dependency=dependency, error=kind, status=status, code=error.code
        )
        raise translated(error, dependency, status) from error


def translated(error: "APIError", dependency: str, status: int | None) -> Exception:
    """Tell an outage from a refusal. Without a status the connection broke or the stream did."""
    if status is None or status >= 500 or status in TRANSIENT:
        return Unavailable(dependency)
    return Refused(f"The model provider refused the request ({error.code or status}).")
