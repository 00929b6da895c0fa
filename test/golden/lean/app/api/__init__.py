"""The HTTP surface: thin routers that translate between JSON and the service."""

from app.api import documents, page, query
from app.http.admission import AdmittedRouter

# Needs a caller: each route admits (key, rate limit) before it reads the body. Another router is
# made like these: `APIRouter(route_class=MeasuredRoute)`.
protected = AdmittedRouter()
protected.include_router(documents.router)
protected.include_router(query.router)

# Open to everybody.
public = page.router
