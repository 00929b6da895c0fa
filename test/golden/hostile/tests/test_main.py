"""The application as it is put together."""

import httpx2
from fastapi import FastAPI

from app.http.problems import MEDIA_TYPE
from tests.support import sample


async def test_openapi_describes_every_problem(client: httpx2.AsyncClient) -> None:
    schema = (await client.get("/openapi.json")).json()
    paths = [item for path, item in schema["paths"].items() if path.startswith("/v1/")]
    operations = [operation for item in paths for operation in item.values()]
    assert operations
    for operation in operations:
        for status in ("401", "413", "422", "429", "503"):
            assert MEDIA_TYPE in operation["responses"][status]["content"]
    assert "HTTPValidationError" not in str(schema)


async def test_no_page_loads_scripts_from_elsewhere(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/docs")).status_code == 404
    assert (await client.get("/redoc")).status_code == 404


async def test_a_path_is_never_redirected(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/v1/query/")).status_code == 404


async def test_the_middlewares_are_in_order(app: FastAPI, client: httpx2.AsyncClient) -> None:
    """A request that a limit refuses is measured and has an id too."""
    before = sample("http_requests_total", method="POST", route="unmatched", status="413")
    response = await client.post("/", content=b"x" * (app.state.settings.max_body_bytes + 1))
    assert response.status_code == 413
    assert response.headers["x-request-id"]
    after = sample("http_requests_total", method="POST", route="unmatched", status="413")
    assert after == before + 1
