"""The seams of the service: what an integration must do, and the data that crosses.

Application code knows these names only; `app.integrations` decides at start which class stands
behind each of them. All protocols are asynchronous and safe for concurrent use on one event loop.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeVar, runtime_checkable

from app.settings import Settings

Connection = TypeVar("Connection")


class Unavailable(Exception):
    """A dependency cannot serve now; callers answer 503 with Retry-After.

    Adapters raise it instead of leaking driver exceptions. `dependency` is a name that may be
    shown to clients; the reason belongs in the log (`raise Unavailable(...) from error`).
    """

    def __init__(self, dependency: str, retry_after: float = 2.0) -> None:
        super().__init__(f"{dependency} is unavailable")
        self.dependency = dependency
        self.retry_after = retry_after


class Refused(Exception):
    """A dependency understood the request and refused it for good; a retry would not help.

    `status` is the HTTP status the client gets, `detail` a sentence that is safe to show.
    """

    def __init__(self, detail: str, status: int = 502) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status


class Exhausted(Exception):
    """The caller's token budget of today is spent; the client gets 429 with Retry-After."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("token budget exhausted")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: the name of an API key, or `anonymous`. Limits and budgets count by id."""

    id: str


@dataclass(frozen=True, slots=True)
class Reservation:
    """Tokens booked on the account of `caller` for `day` (UTC), until they are settled.

    It carries its day because an answer that begins before midnight is settled after it.
    """

    caller: str
    day: date
    tokens: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document, small enough to embed. `id` is stable for the same content."""

    id: str
    document_id: str
    source: str
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored chunk that matched a query. `score` is a similarity: higher is closer."""

    id: str
    document_id: str
    source: str
    position: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation sent to a chat model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a completion cost."""

    prompt_tokens: int
    completion_tokens: int

    @property
    def total(self) -> int:
        """Tokens that count against the caller's budget."""
        return self.prompt_tokens + self.completion_tokens


@runtime_checkable
class Integration(Protocol):
    """Something with a life cycle. Built as `Symbol(settings, shared)`, then opened once.

    `open` must not fail because a server is down: the process starts, `/readyz` says why it is
    not ready, and connections heal by themselves. Heavy SDKs are imported inside `open`.
    """

    async def open(self) -> None:
        """Acquire clients and pools."""
        ...

    async def close(self) -> None:
        """Release everything; called once, after the last request."""
        ...


@runtime_checkable
class Pingable(Protocol):
    """A dependency: while `ping` fails, this instance cannot do its work.

    A class attribute `essential = False` says that it can, only not as well: `/readyz` then
    reports `degraded` with status 200.
    """

    async def ping(self) -> None:
        """Return when the dependency answers; raise otherwise. `/readyz` adds the time-out."""
        ...


@runtime_checkable
class Migratable(Protocol):
    """Something that owns persistent structure."""

    async def migrate(self) -> None:
        """Create or upgrade it; idempotent and safe to run from several processes at once."""
        ...


class Shared(Protocol):
    """Connections used by more than one integration: one instance of each type per process."""

    def get(self, kind: Callable[[Settings], Connection]) -> Connection:
        """Return the process-wide instance of the class `kind`; it is opened before its users."""
        ...


class DatabaseTokens(Protocol):
    """Passwords that hold for minutes: a database that knows our platform takes one per connection.

    Built as `Symbol(settings)`. `login_role` is the role whose members may log in like this.
    """

    login_role: str

    async def token(self, host: str, port: int, user: str) -> str:
        """Return a password for one new connection; raise `Unavailable` if nobody vouches for us."""
        ...


class VectorStore(Integration, Pingable, Migratable, Protocol):
    """Where chunks and their vectors live."""

    async def has(self, document_id: str) -> bool:
        """Tell whether the document is stored completely."""
        ...

    async def upsert(self, chunks: Sequence[Chunk], vectors: Sequence[Sequence[float]]) -> None:
        """Store one vector per chunk; the same chunk id replaces what was there."""
        ...

    async def search(self, vector: Sequence[float], limit: int) -> list[Passage]:
        """Return the closest passages, best first."""
        ...


class ChatModel(Integration, Protocol):
    """A model that answers a conversation."""

    def stream(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[str | Usage, None]:
        """Yield the answer piece by piece and, last, its `Usage` if the provider reports one.

        Closing the generator early (`aclose`) cancels the call to the model.
        """
        ...


class Embedder(Integration, Protocol):
    """Turns texts into vectors of one fixed length."""

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text, in order."""
        ...


class RateLimiter(Integration, Protocol):
    """A token bucket per caller."""

    async def take(self, key: str) -> float:
        """Take one token. 0.0 means go ahead, else the seconds to wait before the next try."""
        ...


class Ledger(Integration, Protocol):
    """Hard daily token budget per caller: reserve the worst case, then settle what was used."""

    async def reserve(self, caller: str, tokens: int) -> Reservation | None:
        """Book `tokens` on today's account; None, and nothing booked, if the budget is short."""
        ...

    async def settle(self, reservation: Reservation, used: int) -> None:
        """Replace a reservation by the real usage (0 gives all of it back)."""
        ...
