"""API keys: `Authorization: Bearer KEY` or `X-API-Key: KEY`.

Only digests are configured (API_KEYS, `name:sha256hex` separated by commas), so neither the
settings nor a dump of them give a key away. A key is 256 random bits: a plain digest is enough,
slow hashes are for what people choose. `python -m app new-key NAME` makes one.
"""

import hashlib
import hmac
import ipaddress
import re

import structlog
from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from fastapi.security import APIKeyHeader, HTTPBearer

from app.contracts import Caller
from app.http.problems import Problem
from app.settings import Settings, SettingsError

log = structlog.get_logger()

#: Security schemes of the protected operations, for OpenAPI; what decides is the Authenticator.
SCHEMES: list[Dependency] = [
    Depends(HTTPBearer(auto_error=False)),
    Depends(APIKeyHeader(name="X-API-Key", auto_error=False)),
]

#: Works on a developer's machine only; see `_development`.
DEVELOPMENT_KEY = "local-dev-key"
DEVELOPER = Caller("developer")

# Set by proxies; whoever sends one is not talking to us directly.
FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

_port = re.compile(r":\d*$")
_entry = re.compile(r"([A-Za-z0-9._-]{1,64}):([0-9a-f]{64})")


def digest(key: str) -> bytes:
    """Return what is stored of a key."""
    return hashlib.sha256(key.encode()).digest()


class Authenticator:
    """Knows the digests of all keys and whose they are."""

    def __init__(self, settings: Settings) -> None:
        self._keys = parse(settings.api_keys.get_secret_value())
        local = settings.environment == "local" and _is_loopback(settings.host)
        self._local = local and not self._keys
        if self._local:
            log.warning("development_key", key=DEVELOPMENT_KEY, only="from this machine")
        elif not self._keys:
            log.error("no_api_keys", effect="every request is refused")

    async def authenticate(self, request: Request) -> Caller:
        """Return whose key the request carries; raise 401 if it carries none that is known."""
        key = _key_of(request)
        if key is None:
            raise _unauthorized("An API key is needed.")
        given = digest(key)
        found: Caller | None = None
        # All of them, always: the time must not tell which one was close.
        for caller, known in self._keys:
            if hmac.compare_digest(given, known):
                found = caller
        if found is None and self._development(request, given):
            found = DEVELOPER
        if found is None:
            raise _unauthorized("The API key is not known.")
        return found

    def _development(self, request: Request, given: bytes) -> bool:
        """Accept the well-known key if nothing but this machine can have sent it."""
        return (
            self._local
            and request.client is not None
            and _is_loopback(request.client.host)
            # A web page whose name was made to point here (DNS rebinding) could read our answers,
            # but its browser says that name, not ours.
            and _is_loopback(_port.sub("", request.headers.get("host", "localhost")).strip("[]"))
            and not any(name in request.headers for name in FORWARDING)
            and hmac.compare_digest(given, digest(DEVELOPMENT_KEY))
        )


def parse(text: str) -> tuple[tuple[Caller, bytes], ...]:
    """Read `name:sha256hex, …`. A name may have several keys, so that one can be replaced."""
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    keys = []
    for number, entry in enumerate(entries, 1):
        match = _entry.fullmatch(entry)
        if match is None:
            # Not the entry itself: it may be a key that somebody forgot to hash.
            raise SettingsError(f"API_KEYS: entry {number} is not name:sha256hex")
        keys.append((Caller(match[1]), bytes.fromhex(match[2])))
    return tuple(keys)


def _key_of(request: Request) -> str | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials:
        return credentials.strip()
    return request.headers.get("x-api-key")


def _unauthorized(detail: str) -> Problem:
    return Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
