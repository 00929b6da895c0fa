"""The application, put together. Read this file first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import DESCRIPTION, NAME, VERSION, api, auth, health, service
from app.http import problems
from app.http.limits import Limits
from app.integrations import Integrations
from app.rotation import Rotation
from app.settings import Settings
from app.telemetry.middleware import Telemetry


def create_app(settings: Settings) -> FastAPI:
    """Build the service; nothing is opened before the lifespan begins."""
    integrations = Integrations(settings)
    checks = health.Health(integrations.pingable, hold=settings.ready_hold_seconds)

    def authenticate_by(current: Settings) -> None:
        app.state.authenticator = auth.Authenticator(current)

    rotation = Rotation(settings, accept=authenticate_by)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with integrations.opened(), checks.watching(), rotation.watching():
            yield

    app = FastAPI(
        title=NAME,
        description=DESCRIPTION,
        version=VERSION,
        lifespan=lifespan,
        exception_handlers=problems.HANDLERS,
        # A redirect loses the body of a POST in many clients; 404 says what is wrong.
        redirect_slashes=False,
        # Their pages load scripts from a public CDN. The schema itself is at /openapi.json.
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.integrations = integrations
    app.state.health = checks
    app.state.rotation = rotation
    app.state.service = service.build(settings, integrations)
    authenticate_by(settings)

    app.include_router(health.routes(checks))
    app.include_router(api.protected, dependencies=auth.SCHEMES, responses=problems.RESPONSES)
    app.include_router(api.public)

    # The last one added is the first to see a request.
    app.add_middleware(
        Limits, requests=settings.max_concurrent_requests, body=settings.max_body_bytes
    )
    app.add_middleware(Telemetry)
    return app
