"""Settings for the real server that TEST_POSTGRES_URL names; each test gets a database of its own."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, sql
from psycopg.conninfo import conninfo_to_dict

from app.settings import Settings
from tests.support import MakeSettings, real_server

SETTINGS = {
    "host": "postgres_host",
    "port": "postgres_port",
    "user": "postgres_user",
    "password": "postgres_password",
    "sslmode": "postgres_sslmode",
}


@asynccontextmanager
async def postgres_settings(make_settings: MakeSettings, **changes: Any) -> AsyncIterator[Settings]:
    """Yield settings of an empty database, and drop it afterwards."""
    url = real_server("TEST_POSTGRES_URL")
    parts = conninfo_to_dict(url)
    known = {SETTINGS[name]: value for name, value in parts.items() if name in SETTINGS}
    name = f"test_{secrets.token_hex(6)}"
    async with await AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield make_settings(**known, postgres_database=name, **changes)
        finally:
            await connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )
