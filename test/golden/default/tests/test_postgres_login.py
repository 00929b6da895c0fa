"""Who logs in, with which password: each connection asks anew."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app import integrations
from app.contracts import Unavailable
from app.integrations.postgres import Postgres
from app.rotation import Rotation
from app.settings import Settings, SettingsError
from tests.support import MakeSettings, mounted, until
from tests.support_gate import Gate
from tests.support_postgres import postgres_settings


class Tokens:
    """Signs numbered passwords."""

    login_role = f"token_users_{secrets.token_hex(4)}"
    given = 0
    broken = False

    def __init__(self, settings: Settings) -> None:
        pass

    async def token(self, host: str, port: int, user: str) -> str:
        if type(self).broken:
            raise Unavailable("signer")
        type(self).given += 1
        return f"{user}@{host}:{port}/{type(self).given}"


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> type[Tokens]:
    """Make `postgres_auth=signed` a choice."""
    here = {"signed": (__name__, "Tokens")}
    monkeypatch.setattr(Tokens, "given", 0)
    monkeypatch.setattr(Tokens, "broken", False)
    monkeypatch.setitem(integrations.CHOICES, "database-token", here)
    return Tokens


@asynccontextmanager
async def gated(
    make_settings: MakeSettings, knows: Callable[[str, str], bool], **changes: object
) -> AsyncIterator[tuple[Gate, Postgres]]:
    """Open a pool behind a gate to an empty database."""
    async with (
        postgres_settings(make_settings, **changes) as settings,
        Gate(settings.postgres_host, settings.postgres_port, knows) as gate,
    ):
        postgres = Postgres(make_settings(postgres_host="127.0.0.1", postgres_port=gate.port))
        await postgres.open()
        yield gate, postgres
        await postgres.close()


async def ping(postgres: Postgres) -> bool:
    try:
        async with postgres.connection() as connection:
            await connection.execute("select")
    except Unavailable:
        return False
    return True


async def test_every_connection_has_a_token_of_its_own(
    make_settings: MakeSettings, signed: type[Tokens]
) -> None:
    used: set[str] = set()

    def fresh(user: str, password: str) -> bool:
        known = password in used
        used.add(password)
        return not known and password.startswith(f"{user}@127.0.0.1:")

    async with gated(make_settings, fresh, postgres_auth="signed") as (gate, postgres):
        async with asyncio.TaskGroup() as tasks:
            for _ in range(8):
                tasks.create_task(slow(postgres))
        several = len(gate.asked)
        assert several > 1
        await gate.cut()
        await until(lambda: ping(postgres))
        assert len(gate.asked) > several
        assert len({password for _, password in gate.asked}) == len(gate.asked)


async def slow(postgres: Postgres) -> None:
    async with postgres.connection() as connection:
        await connection.execute("select pg_sleep(0.2)")


async def test_without_a_token_the_database_is_away_and_comes_back(
    make_settings: MakeSettings, signed: type[Tokens]
) -> None:
    async with gated(make_settings, lambda *_: True, postgres_auth="signed") as (_, postgres):
        signed.broken = True
        assert not await ping(postgres)
        with pytest.raises(Unavailable):
            await postgres.migrate()
        signed.broken = False
        await until(lambda: ping(postgres))


async def test_a_new_password_is_used_by_the_next_connection(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    password = "one"
    async with postgres_settings(make_settings) as before:
        monkeypatch.delenv("POSTGRES_PASSWORD", raising=False)
        mounted(tmp_path / "mounted", postgres_password="one")
        async with Gate(
            before.postgres_host, before.postgres_port, lambda _, given: given == password
        ) as gate:
            settings = make_settings(postgres_host="127.0.0.1", postgres_port=gate.port)
            postgres = Postgres(settings)
            rotation = Rotation(settings, lambda _: None)
            await postgres.open()
            assert await ping(postgres)
            password = "two"
            mounted(tmp_path / "mounted", postgres_password="two")
            rotation.refresh()
            # What is connected stays connected.
            assert await ping(postgres)
            await gate.cut()
            await until(lambda: ping(postgres))
            assert [given for _, given in gate.asked][-1] == "two"
            await postgres.close()


def test_a_way_to_log_in_that_nobody_knows(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError, match=r"POSTGRES_AUTH: 'magic'"):
        Postgres(make_settings(postgres_auth="magic"))
