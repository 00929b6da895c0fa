"""Errors as RFC 9457 problem documents: every error, one form, never the text of an exception."""

import math
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.contracts import Exhausted, Refused, Unavailable
from app.telemetry import metrics
from app.telemetry.logs import request_id

MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """An error the client may see. Further keyword arguments become members of the document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(status, detail, headers)
        self.members = members

    def document(self) -> dict[str, Any]:
        """Return the body; `request_id` is what to quote when asking for help."""
        return {
            "type": "about:blank",
            "title": _phrase(self.status_code),
            "status": self.status_code,
            "detail": self.detail,
            "request_id": request_id.get(),
            **self.members,
        }

    def response(self) -> JSONResponse:
        """Return the answer, ready to be sent."""
        return JSONResponse(self.document(), self.status_code, self.headers, MEDIA_TYPE)


def describe(error: Exception) -> Problem:
    """Turn anything that was raised into what the client gets to know about it."""
    match error:
        case Problem():
            return error
        case Unavailable():
            detail = f"{error.dependency} is unavailable"
            return Problem(503, detail, headers=retry_after(error.retry_after))
        case Exhausted():
            detail = "The token budget of today is spent."
            return Problem(429, detail, headers=retry_after(error.retry_after))
        case Refused():
            return Problem(error.status, error.detail)
        case RequestValidationError():
            return Problem(422, "The request is not valid.", errors=_fields(error))
        case HTTPException():
            return Problem(error.status_code, str(error.detail), headers=error.headers)
        case _:
            return Problem(500, "The request failed; the reason is in the log.")


def retry_after(seconds: float) -> dict[str, str]:
    """Return the header in whole seconds, at least one."""
    return {"Retry-After": str(max(1, math.ceil(seconds)))}


async def handle(request: Request, error: Exception) -> JSONResponse:
    """Answer with the problem; for what is not an HTTP status already, the log names the class."""
    if not isinstance(error, HTTPException):
        request.state.error = type(error).__name__
    if isinstance(error, Exhausted):
        metrics.http_requests_rejected_total.labels("budget").inc()
    return describe(error).response()


Handlers = dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]]

# By type, for FastAPI(exception_handlers=…). Anything else is caught by app.telemetry.middleware.
HANDLERS: Handlers = {
    HTTPException: handle,
    RequestValidationError: handle,
    Unavailable: handle,
    Exhausted: handle,
    Refused: handle,
}


class ProblemDocument(BaseModel):
    """The body of every error."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    request_id: str


# What every protected operation may answer, for OpenAPI.
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": ProblemDocument.model_json_schema()}},
    }
    for status in (400, 401, 413, 415, 422, 429, 500, 502, 503, 504)
}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _fields(error: RequestValidationError) -> list[dict[str, str]]:
    # Without `input`: an error page must not repeat a document or a key.
    return [
        {"location": "/".join(map(str, one["loc"])), "detail": one["msg"]} for one in error.errors()
    ]
