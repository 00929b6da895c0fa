"""What a database needs before its first migration, made by its administrator.

Two users: the service reads and writes rows, the migrator owns the tables. Neither can become the
other, and nobody else can do anything.
"""

from typing import TYPE_CHECKING

import structlog
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.contracts import Unavailable
from app.integrations import extensions
from app.integrations.postgres import Postgres
from app.settings import Settings

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = structlog.get_logger()

# Two at once would both see that a user is missing.
LOCK = "select pg_advisory_xact_lock(hashtext('bootstrap_database'))"
PRIVILEGES = """
    revoke all on database {database} from public;
    grant connect, temporary on database {database} to {service}, {migrator};
    revoke create on schema public from public;
    grant usage on schema public to {service};
    grant usage, create on schema public to {migrator}
"""


class Admin(BaseSettings):
    """Who prepares the database. Not among the settings: the service must never have it."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    postgres_admin_user: str
    postgres_admin_password: SecretStr


async def bootstrap(settings: Settings, admin: Admin) -> None:
    """Do everything in one transaction; `Unavailable` while there is no server."""
    from psycopg import AsyncConnection, OperationalError
    from psycopg.sql import SQL, Identifier

    postgres = Postgres(settings)
    password = admin.postgres_admin_password.get_secret_value()
    users = [settings.postgres_user, settings.postgres_migrator]
    names = {
        "database": Identifier(settings.postgres_database),
        "service": Identifier(users[0]),
        "migrator": Identifier(users[1]),
    }
    try:
        async with (
            await AsyncConnection.connect(
                **postgres.parameters(admin.postgres_admin_user, password)
            ) as connection,
            connection.transaction(),
        ):
            await connection.execute(LOCK)
            for user in sorted(set(users)):
                await ensure(connection, user)
                await let_in(connection, postgres, settings, user)
            await connection.execute(SQL(PRIVILEGES).format(**names))
            for extension in extensions():
                wanted = SQL("create extension if not exists {}").format(Identifier(extension))
                await connection.execute(wanted)
    except OperationalError as error:
        raise Unavailable("postgres") from error
    log.info("database_prepared", users=users, extensions=extensions())


async def ensure(connection: "AsyncConnection", user: str) -> None:
    """Create a user that is not there yet."""
    from psycopg.sql import SQL, Identifier

    cursor = await connection.execute("select 1 from pg_roles where rolname = %s", [user])
    if not await cursor.fetchone():
        await connection.execute(SQL("create role {} login").format(Identifier(user)))


async def let_in(
    connection: "AsyncConnection", postgres: Postgres, settings: Settings, user: str
) -> None:
    """Let a user log in: with tokens where the server knows them, else with the one password."""
    from psycopg.sql import SQL, Identifier, Literal

    if role := postgres.login_role:
        grant = SQL("grant {} to {}").format(Identifier(role), Identifier(user))
        await connection.execute(grant)
        return
    secret = settings.postgres_password.get_secret_value()
    # Only its verifier is sent: what is sent may be in the server's log.
    verifier = connection.pgconn.encrypt_password(secret.encode(), user.encode(), b"scram-sha-256")
    alter = SQL("alter role {} password {}").format(Identifier(user), Literal(verifier.decode()))
    await connection.execute(alter)
