"""`POST /v1/documents`: takes in a document, as a file or as JSON."""

from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from app.api.measure import MeasuredRoute
from app.api.models import DocumentOut, TextDocument
from app.contracts import Unavailable
from app.http.problems import Problem
from app.service import Ingested, RagService

router = APIRouter(tags=["documents"], route_class=MeasuredRoute)

# One path for two media types: FastAPI cannot derive this body, so it is written down.
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": TextDocument.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A plain text, Markdown or PDF file.",
                        }
                    },
                }
            },
        },
    }
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": DocumentOut, "description": "The same content was stored before."},
}


@router.post(
    "/v1/documents",
    status_code=201,
    summary="Add a document",
    responses=RESPONSES,
    openapi_extra=BODY,
)
async def add_document(request: Request, response: Response) -> DocumentOut:
    """Store a document; sending the same content again changes nothing and answers 200."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        document = await from_json(request)
    elif media_type == "multipart/form-data":
        document = await from_file(request)
    else:
        raise Problem(415, "Send application/json or multipart/form-data.")
    if not document.created:
        response.status_code = 200
    return DocumentOut.of(document)


async def from_json(request: Request) -> Ingested:
    """Take in text from a JSON body."""
    service: RagService = request.app.state.service
    try:
        sent = TextDocument.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    return await service.ingest(request.state.caller, sent.source, sent.text)


async def from_file(request: Request) -> Ingested:
    """Take in the one file of a form."""
    service: RagService = request.app.state.service
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Problem(422, "The form needs one field `file` that holds a file.")
            data = await file.read()
            name, media_type = file_name(file.filename), file.content_type or ""
    except OSError as error:
        # Files wait in /tmp until they are complete, and a container's /tmp is small.
        raise Unavailable("space for uploads") from error
    return await service.ingest_file(request.state.caller, name, media_type, data)


def file_name(sent: str | None) -> str:
    """Reduce what the client calls the file to a short printable name without folders."""
    name = PurePosixPath((sent or "").replace("\\", "/")).name
    return "".join(filter(str.isprintable, name))[:200] or "file"
