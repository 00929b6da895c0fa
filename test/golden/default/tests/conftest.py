"""Fixtures. Nothing from outside reaches a test: no variables, no `.env`, no secret files."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app import settings as settings_module
from app.main import create_app
from app.settings import Settings, load
from tests.support import AUTHORIZATION, KEY, MakeSettings


@pytest.fixture
def make_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MakeSettings:
    """Return a function that makes settings: defaults, one API key, and what is passed."""
    monkeypatch.setattr(settings_module, "ENV_FILE", tmp_path / "no.env")
    folders = (tmp_path / "secrets", tmp_path / "mounted")
    monkeypatch.setattr(settings_module, "SECRETS_DIRS", folders)
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    # Settings that this service may not have; unknown names are ignored.
    monkeypatch.setenv("API_KEYS", f"tester:{hashlib.sha256(KEY.encode()).hexdigest()}")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def make(**changes: Any) -> Settings:
        for field, value in changes.items():
            monkeypatch.setenv(field.upper(), str(value))
        return load()

    return make


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    """Return the settings of a test that does not care."""
    return make_settings()


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """Return the application, not started."""
    return create_app(settings)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client of the running application that sends a known key."""
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=transport, base_url="http://test", headers=AUTHORIZATION
        ) as client,
    ):
        yield client
