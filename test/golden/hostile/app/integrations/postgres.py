"""PostgreSQL: one pool of connections for the process, and token budgets in a table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app import NAME, migrations
from app.contracts import Reservation, Shared, Unavailable
from app.integrations.memory import utc_today
from app.settings import Settings

if TYPE_CHECKING:
    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

#: Seconds to wait for a free connection; the caller is told to come back instead of queueing.
POOL_TIMEOUT = 2.0


class Postgres:
    """The pool. It heals by itself; while it cannot, users of it get `Unavailable`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: AsyncConnectionPool | None = None

    async def open(self) -> None:
        """Start connecting in the background; the server need not be there yet."""
        from psycopg_pool import AsyncConnectionPool

        settings = self._settings
        self._pool = AsyncConnectionPool(
            kwargs={
                "host": settings.postgres_host,
                "port": settings.postgres_port,
                "dbname": settings.postgres_database,
                "user": settings.postgres_user,
                "password": settings.postgres_password.get_secret_value(),
                "sslmode": settings.postgres_sslmode,
                "application_name": NAME,
                "options": f"-c statement_timeout={settings.postgres_statement_seconds}s",
                "connect_timeout": 3,
                # A peer that vanished without a word is noticed in seconds, not in hours.
                "keepalives_idle": 30,
                "tcp_user_timeout": 15_000,
                "autocommit": True,
            },
            min_size=settings.postgres_pool_min,
            max_size=settings.postgres_pool_max,
            timeout=POOL_TIMEOUT,
            # One round trip per use; without it, the first users after a restart get errors.
            check=AsyncConnectionPool.check_connection,
            # Its pauses between attempts double; giving up early starts them anew, so that after a
            # long outage the first connection is a matter of seconds too.
            reconnect_timeout=5,
            max_waiting=settings.max_concurrent_requests,
            name="postgres",
            open=False,
        )
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close the pool."""
        if self._pool is not None:
            await self._pool.close(timeout=5)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["AsyncConnection"]:
        """Lend a connection in autocommit mode; `Unavailable` if there is none or it breaks."""
        from psycopg import OperationalError

        if self._pool is None:
            raise RuntimeError("the pool is not open")
        try:
            async with self._pool.connection() as connection:
                yield connection
        except OperationalError as error:  # PoolTimeout and TooManyRequests are such errors too
            raise Unavailable("postgres") from error

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator["AsyncConnection"]:
        """Lend a connection for changes of the schema: one transaction, one process at a time."""
        async with self.connection() as connection, connection.transaction():
            await connection.execute("set local statement_timeout = 0")
            await connection.execute("select pg_advisory_xact_lock(hashtext('schema_migrations'))")
            # Waiting for a table blocks everybody who comes later: better fail and try again.
            await connection.execute("set local lock_timeout = '10s'")
            yield connection

    async def ping(self) -> None:
        """Ask for the migrations: a server with an older schema answers, but cannot serve."""
        async with self.connection() as connection:
            if waiting := await migrations.pending(connection):
                raise Unavailable("postgres") from RuntimeError(f"not migrated: {waiting}")

    async def migrate(self) -> None:
        """Apply the SQL files that are not applied yet, all or none."""
        async with self.exclusive() as connection:
            await migrations.apply(connection)


# One statement, so that two instances cannot both see the last free tokens.
RESERVE = """
    insert into token_ledger as account (day, caller, tokens)
    values (%(day)s, %(caller)s, %(tokens)s)
    on conflict (day, caller) do update set tokens = account.tokens + excluded.tokens
    where account.tokens + excluded.tokens <= %(budget)s
    returning tokens
"""
SETTLE = """
    update token_ledger set tokens = tokens + %(difference)s
    where day = %(day)s and caller = %(caller)s
"""


class PostgresLedger:
    """Token budgets that hold over all instances and over restarts."""

    def __init__(self, settings: Settings, shared: Shared) -> None:
        self._pg = shared.get(Postgres)
        self.budget = settings.token_budget_per_day

    async def open(self) -> None:
        """Nothing to acquire: the pool is shared."""

    async def close(self) -> None:
        """Nothing to release."""

    async def reserve(self, caller: str, tokens: int) -> Reservation | None:
        """Book `tokens` on today's account."""
        reservation = Reservation(caller, utc_today(), tokens)
        if not self.budget:
            return reservation
        if tokens > self.budget:
            return None
        values = {
            "day": reservation.day,
            "caller": caller,
            "tokens": tokens,
            "budget": self.budget,
        }
        async with self._pg.connection() as connection:
            cursor = await connection.execute(RESERVE, values)
            return reservation if await cursor.fetchone() else None

    async def settle(self, reservation: Reservation, used: int) -> None:
        """Replace the reservation by what was used."""
        if not self.budget:
            return
        values = {
            "day": reservation.day,
            "caller": reservation.caller,
            "difference": used - reservation.tokens,
        }
        async with self._pg.connection() as connection:
            await connection.execute(SETTLE, values)
