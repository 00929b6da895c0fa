"""Who gets in: authentication and rate limit, before a single byte of the body is read."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from app.http.problems import Problem, retry_after
from app.telemetry import metrics


class AdmittedRoute(APIRoute):
    """Route class of everything that costs something: `APIRouter(route_class=AdmittedRoute)`.

    A route class and not a dependency, because FastAPI reads and validates the body first: with a
    dependency, strangers could make us buffer uploads, and would get 422 instead of 401.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()

        async def admitted(request: Request) -> Response:
            await admit(request)
            return await handle(request)

        return admitted


class AdmittedRouter(APIRouter):
    """A router of routers that takes nothing but admitted routes.

    A plain router would be open to strangers, while OpenAPI says that it wants a key.
    """

    def include_router(self, router: APIRouter, **options: Any) -> None:
        """Include a router, or say at the start which route of it would let everybody in."""
        for route in router.routes:
            if not isinstance(route, AdmittedRoute):
                path = getattr(route, "path", type(route).__name__)
                raise TypeError(f"{path} admits nobody: its router needs a route_class that does")
        super().include_router(router, **options)


async def admit(request: Request) -> None:
    """Set `request.state.caller`, or raise a problem: 401 for a stranger, 429 for a hasty one."""
    state = request.app.state
    caller = await state.authenticator.authenticate(request)
    request.state.caller = caller
    if wait := await state.integrations.limiter.take(caller.id):
        metrics.http_requests_rejected_total.labels("rate").inc()
        raise Problem(429, "Too many requests.", headers=retry_after(wait))
