"""No authentication: everybody who can reach the service is the same caller.

Rate limit and token budget hold for all of them together. Put something in front that knows who is
who before this is reachable from a network you do not control.
"""

from fastapi import Request
from fastapi.params import Depends

from app.contracts import Caller
from app.settings import Settings

#: Security schemes of the protected operations, for OpenAPI.
SCHEMES: list[Depends] = []

ANONYMOUS = Caller("anonymous")


class Authenticator:
    """Knows one caller."""

    def __init__(self, settings: Settings) -> None:
        pass

    async def authenticate(self, request: Request) -> Caller:
        """Return who sent the request."""
        return ANONYMOUS
