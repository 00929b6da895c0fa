"""Nobody adds a route by which strangers come in."""

import pytest
from fastapi import APIRouter

from app.http.admission import AdmittedRoute, AdmittedRouter


async def nothing() -> None:
    """Answer nothing."""


def test_a_plain_router_is_not_taken() -> None:
    plain = APIRouter()
    plain.add_api_route("/v1/open", nothing)
    with pytest.raises(TypeError, match="/v1/open admits nobody"):
        AdmittedRouter().include_router(plain)


def test_nor_one_that_hides_a_plain_one() -> None:
    hidden = APIRouter()
    hidden.add_api_route("/v1/open", nothing)
    around = APIRouter(route_class=AdmittedRoute)
    around.include_router(hidden)
    with pytest.raises(TypeError, match="admits nobody"):
        AdmittedRouter().include_router(around)


def test_one_that_admits_is_taken() -> None:
    router = APIRouter(route_class=AdmittedRoute)
    router.add_api_route("/v1/closed", nothing)
    protected = AdmittedRouter()
    protected.include_router(router, prefix="/more")
    assert protected.routes
