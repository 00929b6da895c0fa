"""Valkey: limits that hold over all instances together, each decided by one script on the server."""

import time
from collections.abc import Awaitable
from datetime import date
from typing import TYPE_CHECKING, Any

import structlog

from app import NAME
from app.contracts import Reservation, Shared, Unavailable
from app.integrations.memory import MemoryRateLimiter, utc_today
from app.settings import Settings

if TYPE_CHECKING:
    from valkey.asyncio import Valkey as Client
    from valkey.commands.core import AsyncScript
    from valkey.credentials import CredentialProvider

log = structlog.get_logger()

#: Seconds; a limiter that takes longer than this to answer does more harm than good.
TIMEOUT = 0.5
#: Seconds without a question after a failure, so that an outage does not slow down every request.
PAUSE = 5.0

# Time comes from the server: the clocks of instances differ. Returns milliseconds to wait.
TAKE = """
local capacity = tonumber(ARGV[1])
local per_ms = capacity / 60000
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1] or capacity)
tokens = math.min(capacity, tokens + (now - (bucket[2] or now)) * per_ms)
local wait = 0
if tokens < 1 then
    wait = math.ceil((1 - tokens) / per_ms)
else
    tokens = tokens - 1
end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('PEXPIRE', KEYS[1], 60000)
return wait
"""
RESERVE = """
local spent = tonumber(redis.call('GET', KEYS[1]) or '0')
if spent + ARGV[1] > tonumber(ARGV[2]) then
    return 0
end
redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], 172800)
return 1
"""


class Valkey:
    """The client. Connections are made when they are needed, and again when they break."""

    #: Without it, limits hold per instance; see ValkeyRateLimiter.
    essential = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None

    async def open(self) -> None:
        """Make the client; it connects later."""
        from valkey.asyncio import Valkey as Client
        from valkey.asyncio.retry import Retry
        from valkey.backoff import ConstantBackoff
        from valkey.exceptions import ConnectionError

        settings = self._settings
        self._client = Client(
            host=settings.valkey_host,
            port=settings.valkey_port,
            credential_provider=_login(settings),
            ssl=settings.valkey_tls,
            ssl_check_hostname=True,
            client_name=NAME,
            socket_connect_timeout=TIMEOUT,
            socket_timeout=TIMEOUT,
            max_connections=settings.max_concurrent_requests,
            # A pooled connection may have died with a restart of the server: once more, fresh.
            retry=Retry(ConstantBackoff(0.01), 1),
            retry_on_error=[ConnectionError],
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    @property
    def client(self) -> "Client":
        """Return the client itself; use it through `run`."""
        if self._client is None:
            raise RuntimeError("the client is not open")
        return self._client

    async def ping(self) -> None:
        """Ask whether it is there."""
        await self.run(self.client.ping())

    def script(self, source: str) -> "AsyncScript":
        """Prepare a script; it is sent once and then called by its digest."""
        script: AsyncScript = self.client.register_script(source)
        return script

    async def run(self, command: Awaitable[Any]) -> Any:
        """Await a command; what goes wrong on the way becomes `Unavailable`."""
        from valkey.exceptions import ValkeyError

        try:
            return await command
        except (ValkeyError, OSError) as error:
            raise Unavailable("valkey") from error


def _login(settings: Settings) -> "CredentialProvider | None":
    """Return who is asked for user and password at each new connection; None if there are none."""
    from valkey.credentials import CredentialProvider

    class Current(CredentialProvider):
        def get_credentials(self) -> tuple[str, str]:
            return settings.valkey_user, settings.valkey_password.get_secret_value()

    return Current() if settings.valkey_password.get_secret_value() else None


class ValkeyRateLimiter:
    """A token bucket per caller, the same one for all instances.

    While Valkey is away each instance limits by itself: callers can get as many times the rate as
    there are instances, but nobody is locked out by a cache. Budgets are the hard limit.
    """

    def __init__(self, settings: Settings, shared: Shared) -> None:
        self._valkey = shared.get(Valkey)
        self._alone = MemoryRateLimiter(settings)
        self.capacity = settings.rate_limit_per_minute
        self._ask_again_at = 0.0

    async def open(self) -> None:
        """Prepare the script."""
        self._take = self._valkey.script(TAKE)

    async def close(self) -> None:
        """Nothing to release."""

    async def take(self, key: str) -> float:
        """Take one token, or say how long until there is one."""
        if not self.capacity:
            return 0.0
        if time.monotonic() < self._ask_again_at:
            return await self._alone.take(key)
        call = self._take(keys=[f"{NAME}:rate:{key}"], args=[self.capacity])
        try:
            wait: int = await self._valkey.run(call)
        except Unavailable as error:
            self._ask_again_at = time.monotonic() + PAUSE
            log.warning("rate_limit_alone", seconds=PAUSE, error=repr(error.__cause__))
            return await self._alone.take(key)
        return wait / 1000


class ValkeyLedger:
    """Token budgets of all instances together.

    Without Valkey nobody knows what is spent, so nothing more is: unlike the rate limit, a budget
    is a promise about money. That makes Valkey a hard dependency of this role.
    """

    def __init__(self, settings: Settings, shared: Shared) -> None:
        self._valkey = shared.get(Valkey)
        self.budget = settings.token_budget_per_day

    async def open(self) -> None:
        """Prepare the script."""
        self._reserve = self._valkey.script(RESERVE)

    async def close(self) -> None:
        """Nothing to release."""

    async def ping(self) -> None:
        """Ask whether it is there."""
        await self._valkey.ping()

    async def reserve(self, caller: str, tokens: int) -> Reservation | None:
        """Book `tokens` on today's account."""
        reservation = Reservation(caller, utc_today(), tokens)
        if not self.budget:
            return reservation
        call = self._reserve(keys=[_account(caller, reservation.day)], args=[tokens, self.budget])
        return reservation if await self._valkey.run(call) else None

    async def settle(self, reservation: Reservation, used: int) -> None:
        """Replace the reservation by what was used."""
        if self.budget:
            account = _account(reservation.caller, reservation.day)
            difference = used - reservation.tokens
            await self._valkey.run(self._valkey.client.incrby(account, difference))


def _account(caller: str, day: date) -> str:
    return f"{NAME}:tokens:{day.isoformat()}:{caller}"
