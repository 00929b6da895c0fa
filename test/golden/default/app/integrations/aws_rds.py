"""Log in to Amazon RDS as a user without a password: IAM vouches for a token, signed here.

The token is a presigned URL (Signature Version 4) that is never requested; the server checks it
when a connection begins, and it holds for 15 minutes. Signing is arithmetic and needs no network.
The keys for it come from EKS Pod Identity, an address on this node, and are replaced in time.

Not through an SDK: botocore is 30 MB and awscrt 13 MB with a TLS stack of its own, for four HMACs
and one request. tests/test_aws_rds.py compares the results with tokens that botocore made.
"""

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import structlog

from app.contracts import Unavailable
from app.settings import Settings

log = structlog.get_logger()

ALGORITHM = "AWS4-HMAC-SHA256"
#: Seconds that a token holds: for the beginning of a connection, not for its life.
HOLDS = 900
#: Keys are replaced this long before they expire; the platform has new ones ready by then.
EARLY = timedelta(minutes=5)
#: Seconds; the address is on this node.
TIMEOUT = 2.0


@dataclass(frozen=True, slots=True)
class Keys:
    """What the platform vouches for us with, for some hours."""

    id: str
    secret: str
    session: str
    expires: datetime


class RdsTokens:
    """Signs for the role `database-token`."""

    login_role = "rds_iam"

    def __init__(self, settings: Settings, clock: Callable[[], datetime] | None = None) -> None:
        self._region = settings.aws_region
        self._clock = clock or (lambda: datetime.now(UTC))
        self._keys: Keys | None = None
        self._renewing = asyncio.Lock()

    async def token(self, host: str, port: int, user: str) -> str:
        """Return a token for one new connection."""
        keys = await self._current()
        return sign(keys, f"{host}:{port}", user, self._region, self._clock())

    async def _current(self) -> Keys:
        async with self._renewing:
            if self._keys is None or self._keys.expires - self._clock() < EARLY:
                try:
                    self._keys = await asyncio.to_thread(fetch)
                except (OSError, HTTPException, LookupError, ValueError) as error:
                    # Here, for the pool that asks says only that it could not connect.
                    log.warning("database_credentials", error=repr(error))
                    raise Unavailable("database credentials") from error
            return self._keys


def fetch() -> Keys:
    """Ask EKS Pod Identity, where the platform said that it is; its token is renewed in its file."""
    address = urlsplit(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
    token = Path(os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text().strip()
    # Without a port, the end of an IPv6 address would be taken for one.
    connection = HTTPConnection(address.hostname or "", address.port or 80, timeout=TIMEOUT)
    try:
        connection.request("GET", address.path or "/", headers={"Authorization": token})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        # Not the body: nobody knows what it repeats.
        raise HTTPException(f"status {answer.status}")
    found = json.loads(body)
    return Keys(
        found["AccessKeyId"],
        found["SecretAccessKey"],
        found["Token"],
        datetime.fromisoformat(found["Expiration"]),
    )


def sign(keys: Keys, address: str, user: str, region: str, now: datetime) -> str:
    """Return the token of `user` at `address` (host:port)."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/rds-db/aws4_request"
    query = {
        "Action": "connect",
        "DBUser": user,
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{keys.id}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(HOLDS),
        "X-Amz-Security-Token": keys.session,
        "X-Amz-SignedHeaders": "host",
    }
    # In the order of their names, as the signature demands.
    text = urlencode(query, quote_via=quote, safe="-_.~")
    request = ["GET", "/", text, f"host:{address}", "", "host", hashlib.sha256(b"").hexdigest()]
    digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
    key = f"AWS4{keys.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signed = "\n".join([ALGORITHM, moment, scope, digest])
    signature = hmac.digest(key, signed.encode(), "sha256").hex()
    return f"{address}/?{text}&X-Amz-Signature={signature}"
