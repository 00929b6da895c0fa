"""Every error is a problem document, and none of them says more than it should."""

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Response
from pydantic import BaseModel

from app.contracts import Exhausted, Refused, Unavailable
from app.http.problems import HANDLERS, MEDIA_TYPE, Problem, describe
from app.telemetry.middleware import Telemetry


class Body(BaseModel):
    """What /echo takes."""

    age: int


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(exception_handlers=HANDLERS)
    app.add_middleware(Telemetry)

    @app.post("/echo")
    async def echo(body: Body) -> Body:
        return body

    return app


async def send(app: FastAPI, method: str, path: str, **options: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, path, **options)


async def raised(app: FastAPI, error: Exception) -> httpx2.Response:
    async def fail() -> Response:
        raise error

    app.get("/fail")(fail)
    return await send(app, "GET", "/fail")


def assert_problem(response: httpx2.Response, status: int) -> dict[str, Any]:
    document: dict[str, Any] = response.json()
    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["request_id"] == response.headers["x-request-id"]
    return document


async def test_no_route_and_wrong_method(app: FastAPI) -> None:
    assert_problem(await send(app, "GET", "/nowhere"), 404)
    response = await send(app, "DELETE", "/echo")
    assert_problem(response, 405)
    assert response.headers["allow"] == "POST"


async def test_an_invalid_body_is_explained_but_not_repeated(app: FastAPI) -> None:
    response = await send(app, "POST", "/echo", json={"age": "hunter2"})
    document = assert_problem(response, 422)
    assert document["errors"][0]["location"] == "body/age"
    assert "hunter2" not in response.text
    garbage = await send(
        app, "POST", "/echo", content="{", headers={"content-type": "application/json"}
    )
    assert_problem(garbage, 422)


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (Unavailable("store", 3), 503, "3"),
        (Exhausted(0.2), 429, "1"),
        (Refused("The model refused.", 422), 422, None),
        (Problem(418, "Short and stout."), 418, None),
        (RuntimeError("hunter2"), 500, None),
    ],
)
async def test_what_can_be_raised(
    app: FastAPI, error: Exception, status: int, wait: str | None
) -> None:
    response = await raised(app, error)
    assert_problem(response, status)
    assert response.headers.get("retry-after") == wait
    assert "hunter2" not in response.text


def test_further_members_and_unusual_codes() -> None:
    document = Problem(599, "Odd.", hint="none").document()
    assert document["hint"] == "none"
    assert document["title"] == "Error"
    assert describe(KeyError("hunter2")).document()["detail"].find("hunter2") == -1
