"""Which class stands behind each role of `app.contracts`: the settings decide, at start.

A class is imported only when it was picked, its SDK only when it is opened.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from typing import Any, Self

from app.contracts import (
    ChatModel,
    Connection,
    Embedder,
    Integration,
    Ledger,
    Migratable,
    Pingable,
    RateLimiter,
    VectorStore,
)
from app.settings import Settings, SettingsError

# Role → choice → where its class is.
CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "chat": {
        "echo": ("app.integrations.echo", "EchoModel"),
        "openai-compatible": ("app.integrations.openai_compatible", "OpenAIChat"),
    },
    "embedder": {
        "hashing": ("app.integrations.hashing", "HashingEmbedder"),
        "openai-compatible": ("app.integrations.openai_compatible", "OpenAIEmbedder"),
    },
    "ledger": {
        "memory": ("app.integrations.memory", "MemoryLedger"),
        "postgres": ("app.integrations.postgres", "PostgresLedger"),
        "valkey": ("app.integrations.valkey", "ValkeyLedger"),
    },
    "limiter": {
        "memory": ("app.integrations.memory", "MemoryRateLimiter"),
        "valkey": ("app.integrations.valkey", "ValkeyRateLimiter"),
    },
    "store": {
        "embedded": ("app.integrations.embedded", "EmbeddedStore"),
        "qdrant": ("app.integrations.qdrant", "QdrantStore"),
    },
}

# Role → the setting that picks. A role that is not here is picked by the integration that needs it.
PICKED_BY = {
    "chat": "chat_model_provider",
    "embedder": "embedding_provider",
    "ledger": "token_ledger",
    "limiter": "rate_limiter",
    "store": "vector_store",
}


class SharedConnections:
    """One instance of each connection class, made when the first integration asks for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.made: dict[object, Any] = {}

    def get(self, kind: Callable[[Settings], Connection]) -> Connection:
        """Return the process-wide instance of `kind`."""
        if kind not in self.made:
            self.made[kind] = kind(self._settings)
        instance: Connection = self.made[kind]
        return instance


class Integrations:
    """The picked integration of every role that this service has."""

    chat: ChatModel
    embedder: Embedder
    ledger: Ledger
    limiter: RateLimiter
    store: VectorStore

    def __init__(self, settings: Settings) -> None:
        shared = SharedConnections(settings)
        picked: list[tuple[str, Integration]] = []
        for role, setting in PICKED_BY.items():
            if role not in CHOICES:
                continue
            choice: str = getattr(settings, setting)
            part = pick(role, choice, setting)(settings, shared)
            setattr(self, role, part)
            picked.append((choice, part))
        # Connections first, for the others use them; by their names in health checks and logs.
        # A role that checks its connection itself takes that name over.
        self._parts = [(type(one).__name__.lower(), one) for one in shared.made.values()] + picked

    @property
    def pingable(self) -> dict[str, Pingable]:
        """What readiness depends on."""
        return {name: part for name, part in self._parts if isinstance(part, Pingable)}

    @property
    def migratable(self) -> list[tuple[str, Migratable]]:
        """What owns persistent structure, in the order in which it must be made."""
        return [(name, part) for name, part in self._parts if isinstance(part, Migratable)]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Self]:
        """Open everything, and close it again in reverse order."""
        async with AsyncExitStack() as stack:
            for _, part in self._parts:
                await part.open()
                stack.push_async_callback(part.close)
            yield self


def extensions() -> list[str]:
    """Return what somebody who may must install in the database, whichever classes are picked."""
    kinds = [pick(role, one, role) for role, choices in CHOICES.items() for one in choices]
    return sorted({name for kind in kinds for name in getattr(kind, "extensions", ())})


def pick(role: str, choice: str, setting: str) -> type[Any]:
    """Return the class of a choice; `setting` is who made it, for the message if there is none."""
    choices = CHOICES.get(role, {})
    if choice not in choices:
        known = ", ".join(choices) or "nothing that this service has"
        raise SettingsError(f"{setting.upper()}: {choice!r} is none of {known}")
    module, symbol = choices[choice]
    found: type[Any] = getattr(import_module(module), symbol)
    return found
