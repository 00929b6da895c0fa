"""Migrations: the SQL files in this folder, applied in the order of their names, each once.

A file never changes after its release; its checksum says so. Because the old release still runs
while the new schema is made, a migration only adds; what nobody uses any more goes one release later.
"""

import hashlib
from importlib import resources
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = structlog.get_logger()

TABLE = """
    create table if not exists schema_migrations (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
    )
"""


def files() -> dict[str, bytes]:
    """Return the migrations by name, in order."""
    found = [file for file in resources.files(__name__).iterdir() if file.name.endswith(".sql")]
    return {file.name: file.read_bytes() for file in sorted(found, key=lambda file: file.name)}


async def pending(connection: "AsyncConnection") -> list[str]:
    """Return the names of what is not applied yet."""
    known = await _applied(connection)
    return [name for name in files() if name not in known]


async def apply(connection: "AsyncConnection") -> None:
    """Apply what is pending; the caller holds a transaction that excludes everybody else."""
    await connection.execute(TABLE)
    known = await _applied(connection)
    for name, text in files().items():
        checksum = hashlib.sha256(text).hexdigest()
        if name not in known:
            await connection.execute(text)
            await connection.execute(
                "insert into schema_migrations (name, checksum) values (%s, %s)", [name, checksum]
            )
            log.info("migration_applied", file=name)
        elif known[name] != checksum:
            raise RuntimeError(f"{name} has changed since it was applied: write a new migration")


async def _applied(connection: "AsyncConnection") -> dict[str, str]:
    cursor = await connection.execute("select to_regclass('schema_migrations') is not null")
    if await cursor.fetchone() != (True,):
        return {}
    cursor = await connection.execute("select name, checksum from schema_migrations")
    return dict(await cursor.fetchall())
