"""A database server that somebody else runs: its administrator, who is no superuser, prepares it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr

from app import bootstrap as bootstrapping
from app.__main__ import main
from app.bootstrap import Admin, bootstrap
from app.contracts import Unavailable
from app.integrations import Integrations
from app.integrations.postgres import Postgres
from app.settings import Settings
from tests.support import MakeSettings, free_port
from tests.support_gate import Gate
from tests.support_postgres import postgres_settings
from tests.test_postgres_login import Tokens, signed

__all__ = ["signed"]


@pytest.fixture(autouse=True)
def _without_extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever needs one tests it: here the administrator may not install what he may elsewhere."""
    monkeypatch.setattr(bootstrapping, "extensions", list)


@dataclass
class Server:
    """A database, its administrator, and a superuser's connection for what the test itself does."""

    settings: Settings
    admin: Admin
    root: "AsyncConnection[tuple[Any, ...]]"

    async def one(self, query: str, *values: object) -> Any:
        """Return the first column of the first row."""
        cursor = await self.root.execute(query.encode(), values)
        row = await cursor.fetchone()
        return row[0] if row else None


@asynccontextmanager
async def server(
    make_settings: MakeSettings, right: str = "createrole", **changes: object
) -> AsyncIterator[Server]:
    """Make roles with names of their own, and remove everything afterwards.

    The administrator has one `right`, as on a managed server.
    """
    tail = secrets.token_hex(4)
    users = {"postgres_user": f"service_{tail}", "postgres_migrator": f"migrator_{tail}"}
    async with postgres_settings(make_settings) as outer:
        parameters = Postgres(outer).parameters(outer.postgres_user, "")
        async with await AsyncConnection.connect(**parameters) as root:
            owner, tokens = Identifier(f"admin_{tail}"), Identifier(Tokens.login_role)
            await root.execute(SQL("create role {} login {}").format(owner, SQL(right)))
            await root.execute(SQL("create role {}").format(tokens))
            await root.execute(SQL("grant {} to {} with admin option").format(tokens, owner))
            database = Identifier(outer.postgres_database)
            await root.execute(SQL("alter database {} owner to {}").format(database, owner))
            try:
                admin = Admin(
                    postgres_admin_user=f"admin_{tail}", postgres_admin_password=SecretStr("x")
                )
                yield Server(make_settings(**users, **changes), admin, root)
            finally:
                roles = [*users.values(), f"admin_{tail}", Tokens.login_role]
                await remove(root, roles)


async def remove(root: "AsyncConnection[Any]", roles: list[str]) -> None:
    for name in roles:
        cursor = await root.execute("select 1 from pg_roles where rolname = %s", [name])
        if await cursor.fetchone():
            role = Identifier(name)
            await root.execute(SQL("reassign owned by {} to current_user").format(role))
            await root.execute(SQL("drop owned by {}; drop role {}").format(role, role))


@asynccontextmanager
async def connected(settings: Settings, user: str) -> AsyncIterator["AsyncConnection[Any]"]:
    async with await AsyncConnection.connect(
        **Postgres(settings).parameters(user, "")
    ) as connection:
        yield connection


async def test_the_service_works_with_what_the_migrator_owns(make_settings: MakeSettings) -> None:
    async with server(make_settings, token_ledger="postgres") as made:
        settings = made.settings
        await bootstrap(settings, made.admin)
        async with Integrations(settings).opened() as integrations:
            for _, part in integrations.migratable:
                await part.migrate()
            await integrations.pingable["postgres"].ping()
        owner = "select tableowner from pg_tables where tablename = 'token_ledger'"
        assert await made.one(owner) == settings.postgres_migrator
        async with connected(settings, settings.postgres_user) as service:
            await service.execute("insert into token_ledger values (current_date, 'a', 1)")
            await service.execute("delete from token_ledger")
            for refused in (
                "create table mine (n int)",
                "drop table token_ledger",
                "alter table token_ledger add column n int",
                "truncate token_ledger",
                f'set role "{settings.postgres_migrator}"',
                f'create database "{settings.postgres_user}"',
            ):
                with pytest.raises(InsufficientPrivilege):
                    await service.execute(refused.encode())


async def test_it_may_be_repeated_and_run_twice_at_once(make_settings: MakeSettings) -> None:
    async with server(make_settings, token_ledger="postgres") as made:
        await asyncio.gather(*(bootstrap(made.settings, made.admin) for _ in range(3)))
        async with Integrations(made.settings).opened() as integrations:
            for _, part in integrations.migratable:
                await part.migrate()
        await bootstrap(made.settings, made.admin)


async def test_passwords_reach_the_server_as_verifiers_only(make_settings: MakeSettings) -> None:
    async with server(make_settings, postgres_password="hunter2") as made:
        await bootstrap(made.settings, made.admin)
        stored = "select rolpassword from pg_authid where rolname = %s"
        for user in (made.settings.postgres_user, made.settings.postgres_migrator):
            assert (await made.one(stored, user)).startswith("SCRAM-SHA-256$")


async def test_with_tokens_nobody_has_a_password_and_everybody_logs_in_as_himself(
    make_settings: MakeSettings, signed: type[Tokens]
) -> None:
    async with server(make_settings, postgres_auth="signed") as made:
        settings = made.settings
        await bootstrap(settings, made.admin)
        stored = "select rolpassword from pg_authid where rolname = %s"
        member = "select pg_has_role(%s, %s, 'member')"
        for user in (settings.postgres_user, settings.postgres_migrator):
            assert await made.one(stored, user) is None
            assert await made.one(member, user, Tokens.login_role)

        def knows(user: str, password: str) -> bool:
            return password.startswith(f"{user}@")

        async with Gate(settings.postgres_host, settings.postgres_port, knows) as gate:
            behind = {"postgres_host": "127.0.0.1", "postgres_port": gate.port}
            postgres = Postgres(make_settings(**behind))
            await postgres.open()
            await postgres.migrate()
            assert [user for user, _ in gate.asked] == [settings.postgres_migrator]
            await postgres.ping()
            assert {user for user, _ in gate.asked[1:]} == {settings.postgres_user}
            await postgres.close()


async def test_a_migrator_that_administers_makes_the_user_of_the_service(
    make_settings: MakeSettings,
) -> None:
    user = f"service_{secrets.token_hex(4)}"
    async with postgres_settings(make_settings, token_ledger="postgres") as outer:
        parameters = Postgres(outer).parameters(outer.postgres_user, "")
        async with await AsyncConnection.connect(**parameters) as root:
            same = Postgres(outer)  # as before there were two users
            await same.migrate()
            await root.execute("insert into token_ledger values (current_date, 'before', 1)")
            changes = {"postgres_migrator": outer.postgres_user, "postgres_user": user}
            postgres = Postgres(make_settings(**changes, postgres_password="one"))
            try:
                await asyncio.gather(*(postgres.migrate() for _ in range(3)))
                verifier = "select rolsuper, rolcreaterole, rolcreatedb, rolpassword from pg_authid"
                cursor = await root.execute(f"{verifier} where rolname = %s".encode(), [user])
                *rights, password = (await cursor.fetchone()) or []
                assert rights == [False] * 3
                assert password.startswith("SCRAM-SHA-256$")
                async with connected(make_settings(**changes), user) as service:
                    await service.execute("update token_ledger set tokens = 2")
                    for refused in (
                        "copy token_ledger to program 'cat'",
                        "drop table token_ledger",
                        "create table mine (n int)",
                        f'set role "{outer.postgres_user}"',
                    ):
                        with pytest.raises(InsufficientPrivilege):
                            await service.execute(refused.encode())
            finally:
                await remove(root, [user])


async def test_no_server_is_unavailable(make_settings: MakeSettings) -> None:
    admin = Admin(postgres_admin_user="a", postgres_admin_password=SecretStr("x"))
    with pytest.raises(Unavailable):
        await bootstrap(make_settings(postgres_port=free_port()), admin)


def test_the_command_names_what_it_needs(
    make_settings: MakeSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    make_settings(postgres_port=free_port())
    assert main(["bootstrap-database"]) == 2
    names = [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()]
    assert names == ["POSTGRES_ADMIN_USER", "POSTGRES_ADMIN_PASSWORD"]
