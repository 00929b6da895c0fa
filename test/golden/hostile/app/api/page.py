"""The page at `/`: add documents and ask by hand. It talks to the same API as everybody else."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parents[1] / "static"

router = APIRouter()
router.mount("/static", StaticFiles(directory=STATIC))


@router.get("/", include_in_schema=False)
async def page() -> FileResponse:
    """Return the page; browsers ask each time whether it has changed."""
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
