"""PostgreSQL: one pool of connections for the process, and token budgets in a table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from app import NAME, migrations
from app.contracts import DatabaseTokens, Reservation, Shared, Unavailable
from app.integrations import pick
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
        self._tokens: DatabaseTokens | None = None
        if settings.postgres_auth != "password":
            kind = pick("database-token", settings.postgres_auth, "postgres_auth")
            self._tokens = kind(settings)

    async def open(self) -> None:
        """Make the pool. The first use starts it: migrations never do, as another user."""
        from psycopg_pool import AsyncConnectionPool

        settings = self._settings
        self._pool = AsyncConnectionPool(
            kwargs=lambda: self._login(settings.postgres_user),
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

    async def close(self) -> None:
        """Close the pool."""
        if self._pool is not None:
            await self._pool.close(timeout=5)

    @property
    def login_role(self) -> str:
        """The role whose members log in with tokens; empty where everybody has a password."""
        return self._tokens.login_role if self._tokens else ""

    async def _login(self, user: str) -> dict[str, Any]:
        """Return how to connect now: passwords are replaced and tokens expire, so ask each time."""
        settings = self._settings
        if self._tokens is None:
            return self.parameters(user, settings.postgres_password.get_secret_value())
        host, port = settings.postgres_host, settings.postgres_port
        return self.parameters(user, await self._tokens.token(host, port, user))

    def parameters(self, user: str, password: str) -> dict[str, Any]:
        """Return the arguments of a connection, in autocommit mode."""
        settings = self._settings
        return {
            "host": settings.postgres_host,
            "port": settings.postgres_port,
            "dbname": settings.postgres_database,
            "user": user,
            "password": password,
            "sslmode": settings.postgres_sslmode,
            # Empty means where libpq always looks.
            "sslrootcert": settings.postgres_sslrootcert or None,
            "application_name": NAME,
            "options": f"-c statement_timeout={settings.postgres_statement_seconds}s",
            "connect_timeout": 3,
            # A peer that vanished without a word is noticed in seconds, not in hours.
            "keepalives_idle": 30,
            "tcp_user_timeout": 15_000,
            "autocommit": True,
        }

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["AsyncConnection"]:
        """Lend a connection in autocommit mode; `Unavailable` if there is none or it breaks."""
        from psycopg import OperationalError

        if self._pool is None:
            raise RuntimeError("the pool is not open")
        try:
            if self._pool.closed:
                # Connects in the background; the server need not be there yet.
                await self._pool.open(wait=False)
            async with self._pool.connection() as connection:
                yield connection
        except OperationalError as error:  # PoolTimeout and TooManyRequests are such errors too
            raise Unavailable("postgres") from error

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator["AsyncConnection"]:
        """Connect to change the schema: one transaction, one process at a time, as the migrator.

        What the migrator makes belongs to it; the user of the service may work with it. Where the
        migrator administers the server, too, as in a container of our own, it makes that user.
        """
        from psycopg import AsyncConnection, OperationalError
        from psycopg.sql import SQL, Identifier

        settings = self._settings
        service, migrator = settings.postgres_user, settings.postgres_migrator
        try:
            async with (
                await AsyncConnection.connect(**await self._login(migrator)) as connection,
                connection.transaction(),
            ):
                await connection.execute(LOCK)
                if service != migrator:
                    if connection.info.parameter_status("is_superuser") == "on":
                        await self._make(connection, service)
                    await connection.execute(SQL(SHARE).format(service=Identifier(service)))
                yield connection
        except OperationalError as error:
            raise Unavailable("postgres") from error

    async def _make(self, connection: "AsyncConnection", user: str) -> None:
        from psycopg.sql import SQL, Identifier

        from app.bootstrap import ensure, let_in

        await ensure(connection, user)
        await let_in(connection, self, self._settings, user)
        await connection.execute(SQL(ADOPT).format(service=Identifier(user)))

    async def ping(self) -> None:
        """Ask for the migrations: a server with an older schema answers, but cannot serve."""
        async with self.connection() as connection:
            if waiting := await migrations.pending(connection):
                raise Unavailable("postgres") from RuntimeError(f"not migrated: {waiting}")

    async def migrate(self) -> None:
        """Apply the SQL files that are not applied yet, all or none."""
        async with self.exclusive() as connection:
            await migrations.apply(connection)


# Waiting for a table blocks everybody who comes later: better fail and try again.
LOCK = """
    set local statement_timeout = 0;
    select pg_advisory_xact_lock(hashtext('schema_migrations'));
    set local lock_timeout = '10s'
"""
# It holds for what is made from now on, so it comes before; saying it twice changes nothing.
SHARE = """
    alter default privileges grant select, insert, update, delete on tables to {service};
    alter default privileges grant usage on sequences to {service}
"""
# What was there before this user was.
ADOPT = """
    grant select, insert, update, delete on all tables in schema public to {service};
    grant usage on all sequences in schema public to {service}
"""

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
