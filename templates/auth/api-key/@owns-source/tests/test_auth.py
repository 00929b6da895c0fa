"""Who gets in, who does not, and where the development key works."""

import hashlib
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.types import Message

from app.auth import DEVELOPMENT_KEY, Authenticator, digest, parse
from app.commands import new_key
from app.contracts import Caller
from app.http.problems import Problem
from app.settings import SettingsError
from tests.support import MakeSettings, http_scope

ALICE, OLD, BOB = digest("alice-key").hex(), digest("old-key").hex(), digest("bob-key").hex()
KEYS = f"alice:{ALICE}, alice:{OLD},bob:{BOB}"


async def caller(authenticator: Authenticator, peer: str = "127.0.0.1", **headers: str) -> Caller:
    scope = http_scope("/v1/x", **headers)
    scope["client"] = (peer, 50000)
    return await authenticator.authenticate(Request(scope))


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"authorization": "Bearer alice-key"}, "alice"),
        ({"authorization": "bearer old-key"}, "alice"),
        ({"x_api_key": "bob-key"}, "bob"),
    ],
)
async def test_a_known_key(make_settings: MakeSettings, headers: dict[str, str], name: str) -> None:
    authenticator = Authenticator(make_settings(api_keys=KEYS))
    assert await caller(authenticator, "203.0.113.7", **headers) == Caller(name)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer "},
        {"authorization": "Basic YWxpY2U6YWxpY2Uta2V5"},
        {"authorization": f"Bearer {ALICE}"},
        {"x_api_key": "alice-key "},
        {"x_api_key": "schlüssel".encode().decode("latin-1")},
        {"x_api_key": DEVELOPMENT_KEY},
    ],
)
async def test_no_known_key(make_settings: MakeSettings, headers: dict[str, str]) -> None:
    authenticator = Authenticator(make_settings(api_keys=KEYS))
    with pytest.raises(Problem) as caught:
        await caller(authenticator, **headers)
    assert caught.value.status_code == 401
    assert caught.value.headers == {"WWW-Authenticate": "Bearer"}


async def test_the_development_key_is_for_this_machine_only(make_settings: MakeSettings) -> None:
    authenticator = Authenticator(make_settings(api_keys=""))
    key = {"x_api_key": DEVELOPMENT_KEY}
    assert await caller(authenticator, **key) == Caller("developer")
    assert await caller(authenticator, "::1", **key) == Caller("developer")
    with pytest.raises(Problem):
        await caller(authenticator, "192.0.2.1", **key)
    for host in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert await caller(authenticator, **key, host=host) == Caller("developer")
    for header in ("forwarded", "x_forwarded_for", "x_real_ip", "via"):
        with pytest.raises(Problem):
            await caller(authenticator, **key, **{header: "127.0.0.1"})


@pytest.mark.parametrize("host", ["evil.example:8000", "127.0.0.1.evil.example", "", "[", "[::2]"])
async def test_nor_for_a_page_whose_name_points_here(
    make_settings: MakeSettings, host: str
) -> None:
    authenticator = Authenticator(make_settings(api_keys=""))
    with pytest.raises(Problem):
        await caller(authenticator, x_api_key=DEVELOPMENT_KEY, host=host)


@pytest.mark.parametrize(
    "change",
    [
        {"host": "0.0.0.0"},  # noqa: S104
        {"host": "::"},
        {"api_keys": KEYS},
        # Behind a proxy on the same machine that adds no header, as nginx does unless told.
        {"environment": "production"},
    ],
)
async def test_nor_when_others_can_reach_it(
    make_settings: MakeSettings, change: dict[str, str]
) -> None:
    authenticator = Authenticator(make_settings(**{"api_keys": "", **change}))
    with pytest.raises(Problem):
        await caller(authenticator, x_api_key=DEVELOPMENT_KEY)


@pytest.mark.parametrize(
    "text", ["alice", "alice:secret", f":{ALICE}", f"a b:{ALICE}", "a:" + ALICE[1:]]
)
def test_a_wrong_entry_is_named_by_number_only(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(f"bob:{BOB},{text}")
    assert str(caught.value).startswith("API_KEYS: entry 2")
    assert text not in str(caught.value)


def test_a_new_key_fits_its_entry(capsys: pytest.CaptureFixture[str]) -> None:
    new_key.run(["carol"])
    output, shown = capsys.readouterr()
    [(who, known)] = parse(output.strip())
    key = shown.splitlines()[0].rpartition(" ")[2]
    assert who == Caller("carol")
    assert hashlib.sha256(key.encode()).digest() == known
    assert len(key) >= 43


async def test_everything_under_v1_wants_a_key(app: FastAPI, client: httpx2.AsyncClient) -> None:
    paths: dict[str, dict[str, Any]] = (await client.get("/openapi.json")).json()["paths"]
    assert any(path.startswith("/v1/") for path in paths)
    for path, operations in paths.items():
        for method, operation in operations.items():
            assert {"HTTPBearer": []} in operation["security"]
            assert {"APIKeyHeader": []} in operation["security"]
            await refused_unread(app, method.upper(), path)


async def refused_unread(app: FastAPI, method: str, path: str) -> None:
    """Send no key, and fail if anything of the body is read."""
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("the body of a stranger was read")

    async def send(message: Message) -> None:
        sent.append(message)

    await app(http_scope(path, method), receive, send)
    assert sent[0]["status"] == 401
