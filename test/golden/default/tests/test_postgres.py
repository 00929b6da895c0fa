"""The pool, the migrations and the ledger, against a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest

from app import migrations
from app.contracts import Reservation, Unavailable
from app.integrations import SharedConnections
from app.integrations.memory import utc_today
from app.integrations.postgres import Postgres, PostgresLedger
from app.settings import Settings
from tests.support import MakeSettings, free_port
from tests.support_postgres import postgres_settings


@asynccontextmanager
async def opened(
    settings: Settings, shared: SharedConnections | None = None
) -> AsyncIterator[Postgres]:
    postgres = (shared or SharedConnections(settings)).get(Postgres)
    await postgres.open()
    try:
        yield postgres
    finally:
        await postgres.close()


@asynccontextmanager
async def ledger(make_settings: MakeSettings, budget: int) -> AsyncIterator[PostgresLedger]:
    async with postgres_settings(make_settings, token_budget_per_day=budget) as settings:
        shared = SharedConnections(settings)
        async with opened(settings, shared) as postgres:
            await postgres.migrate()
            yield PostgresLedger(settings, shared)


async def applied(postgres: Postgres) -> list[str]:
    async with postgres.connection() as connection:
        cursor = await connection.execute("select name from schema_migrations order by name")
        return [row[0] for row in await cursor.fetchall()]


async def test_a_connection_is_what_was_asked_for(make_settings: MakeSettings) -> None:
    async with (
        postgres_settings(make_settings, postgres_statement_seconds=1) as settings,
        opened(settings) as postgres,
    ):
        async with postgres.connection() as connection:
            cursor = await connection.execute("show statement_timeout")
            assert await cursor.fetchone() == ("1s",)
        with pytest.raises(Unavailable):
            async with postgres.connection() as connection:
                await connection.execute("select pg_sleep(5)")


async def test_migrations_run_once_even_by_two_at_once(make_settings: MakeSettings) -> None:
    async with (
        postgres_settings(make_settings) as settings,
        opened(settings) as one,
        opened(settings) as other,
    ):
        with pytest.raises(Unavailable):
            await one.ping()
        await asyncio.gather(*(each.migrate() for each in (one, other, one, other)))
        assert await applied(one) == list(migrations.files())
        await one.ping()


async def test_a_changed_or_failing_migration_changes_nothing(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    (tmp_path / "0001_a.sql").write_text("create table a (n int);")
    async with postgres_settings(make_settings) as settings, opened(settings) as postgres:
        await postgres.migrate()
        (tmp_path / "0002_b.sql").write_text("create table b (n int); insert into a values (1);")
        (tmp_path / "0003_c.sql").write_text("create table c (n int); select wrong;")
        with pytest.raises(Exception, match="wrong"):
            await postgres.migrate()
        assert await applied(postgres) == ["0001_a.sql"]
        (tmp_path / "0003_c.sql").unlink()
        await postgres.migrate()
        assert await applied(postgres) == ["0001_a.sql", "0002_b.sql"]
        (tmp_path / "0001_a.sql").write_text("create table a (n bigint);")
        with pytest.raises(RuntimeError, match=r"0001_a\.sql has changed"):
            await postgres.migrate()


async def test_no_server_is_unavailable_and_open_does_not_wait(make_settings: MakeSettings) -> None:
    settings = make_settings(postgres_port=free_port(), postgres_host="127.0.0.1")
    async with asyncio.timeout(5), opened(settings) as postgres:
        with pytest.raises(Unavailable):
            await postgres.ping()


async def test_lost_connections_are_replaced_unseen(make_settings: MakeSettings) -> None:
    async with postgres_settings(make_settings) as settings, opened(settings) as postgres:
        await postgres.migrate()
        async with opened(settings) as other, other.connection() as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        await asyncio.gather(*(postgres.ping() for _ in range(20)))


async def test_a_budget_is_hard_under_concurrency(make_settings: MakeSettings) -> None:
    async with ledger(make_settings, budget=1000) as first:
        booked = await asyncio.gather(*(first.reserve("a", 30) for _ in range(100)))
        granted = [one for one in booked if one is not None]
        assert len(granted) == 33
        assert await first.reserve("b", 1000) is not None
        assert await first.reserve("c", 1001) is None
        await asyncio.gather(*(first.settle(one, 10) for one in granted))
        assert await first.reserve("a", 1000 - 33 * 10) is not None
        assert await first.reserve("a", 1) is None


async def test_yesterday_is_settled_on_yesterday(make_settings: MakeSettings) -> None:
    async with ledger(make_settings, budget=100) as book:
        today = await book.reserve("a", 100)
        assert today is not None
        await book.settle(Reservation("a", utc_today() - timedelta(days=1), 100), 1)
        assert await book.reserve("a", 1) is None


async def test_zero_means_no_budget(make_settings: MakeSettings) -> None:
    settings = make_settings(token_budget_per_day=0, postgres_port=free_port())
    book = PostgresLedger(settings, SharedConnections(settings))
    reservation = await book.reserve("a", 10**12)
    assert reservation is not None
    await book.settle(reservation, 1)
