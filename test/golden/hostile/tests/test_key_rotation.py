"""A key is replaced while requests arrive: nobody is refused, and afterwards the old one is."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from fastapi import APIRouter, Request

from app import rotation
from app.auth import digest
from app.http.admission import AdmittedRoute
from app.main import create_app
from tests.support import MakeSettings, mounted, sample, until

router = APIRouter(route_class=AdmittedRoute)


@router.get("/whoami")
async def whoami(request: Request) -> str:
    """Tell who is asking."""
    name: str = request.state.caller.id
    return name


def entries(*keys: str) -> str:
    return ",".join(f"alice:{digest(key).hex()}" for key in keys)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_settings: MakeSettings) -> Path:
    """Return the folder with the only source of keys."""
    monkeypatch.setattr(rotation, "EVERY", 0.02)
    make_settings(rate_limit_per_minute=0)
    monkeypatch.delenv("API_KEYS")
    return tmp_path / "mounted"


async def test_a_key_is_replaced_under_load(folder: Path, make_settings: MakeSettings) -> None:
    mounted(folder, api_keys=entries("old"))
    app = create_app(make_settings())
    app.include_router(router)
    current, statuses = "old", []

    async def work() -> None:
        while current:
            statuses.append(await ask(current))
            await asyncio.sleep(0)

    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://test") as client,
    ):

        async def ask(key: str) -> int:
            answer = await client.get("/whoami", headers={"Authorization": f"Bearer {key}"})
            return answer.status_code

        async def new_is_known() -> bool:
            return await ask("new") == 200

        async def old_is_not() -> bool:
            return await ask("old") == 401

        assert not await new_is_known()
        workers = [asyncio.create_task(work()) for _ in range(8)]
        mounted(folder, api_keys=entries("old", "new"))
        await until(new_is_known)
        current = "new"
        await asyncio.sleep(0.1)
        mounted(folder, api_keys=entries("new"))
        await until(old_is_not)
        await asyncio.sleep(0.1)
        current = ""
        await asyncio.gather(*workers)
    assert len(statuses) > 100
    assert set(statuses) == {200}


async def test_a_typing_error_locks_nobody_out(folder: Path, make_settings: MakeSettings) -> None:
    mounted(folder, api_keys=entries("old"))
    app = create_app(make_settings())
    loaded = sample("secrets_loaded_timestamp_seconds", name="api_keys")
    before = app.state.authenticator
    mounted(folder, api_keys=entries("new") + ",alice:oops")
    app.state.rotation.refresh()
    assert app.state.authenticator is before
    assert sample("secrets_loaded_timestamp_seconds", name="api_keys") == loaded > 0
    mounted(folder, api_keys=entries("new"))
    app.state.rotation.refresh()
    assert app.state.authenticator is not before
