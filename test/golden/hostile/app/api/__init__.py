"""The HTTP surface: thin routers that translate between JSON and the service."""

from fastapi import APIRouter

from app.api import documents, page, query

# Needs a caller: each route admits (key, rate limit) before it reads the body.
protected = APIRouter()
protected.include_router(documents.router)
protected.include_router(query.router)

# Open to everybody.
public = page.router
