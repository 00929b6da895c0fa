"""Tokens for RDS: what botocore would sign, with keys from where EKS Pod Identity offers them."""

import asyncio
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.contracts import DatabaseTokens, Unavailable
from app.integrations.aws_rds import Keys, RdsTokens, sign
from tests.support import MakeSettings, free_port
from tests.support_http import HttpServer, Reply, Request, json_reply

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)

# botocore 1.44.8, generate_db_auth_token: keys, address, user, region, moment, signature
KNOWN = [
    (
        Keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session/+==token", NOW),
        "db.example.eu-central-1.rds.amazonaws.com:5432",
        "service",
        "eu-central-1",
        NOW,
        "7e695d6c0a81cf2f999f4e0007038d6ba3af462f612ea521e3777e1b21ce57c3",
    ),
    (
        Keys("ASIA0123", "s/+=~u", "A" * 40 + "%/+ =", NOW),
        "10.0.0.7:6432",
        "Migr ator~ü+&=%",
        "us-gov-west-1",
        datetime(2030, 1, 1, 0, 0, 1, tzinfo=UTC),
        "6879bc3b2338b15f7716a4f9c039d5caf0c89595e263f1592ac3b9533c70e601",
    ),
]


@pytest.mark.parametrize(("keys", "address", "user", "region", "now", "signature"), KNOWN)
def test_known_answers(
    keys: Keys, address: str, user: str, region: str, now: datetime, signature: str
) -> None:
    token = sign(keys, address, user, region, now)
    assert token.startswith(f"{address}/?Action=connect&DBUser=")
    assert parse_qs(urlsplit(f"https://{token}").query) == {
        "Action": ["connect"],
        "DBUser": [user],
        "X-Amz-Algorithm": ["AWS4-HMAC-SHA256"],
        "X-Amz-Credential": [f"{keys.id}/{now:%Y%m%d}/{region}/rds-db/aws4_request"],
        "X-Amz-Date": [f"{now:%Y%m%dT%H%M%SZ}"],
        "X-Amz-Expires": ["900"],
        "X-Amz-SignedHeaders": ["host"],
        "X-Amz-Security-Token": [keys.session],
        "X-Amz-Signature": [signature],
    }


class Platform:
    """Offers numbered keys that hold for an hour, to whoever shows the token of the moment."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.now = NOW
        self.given = 0
        self.broken: Reply | None = None

    def answer(self, request: Request) -> Reply:
        assert (request.method, request.path) == ("GET", "/v1/credentials")
        if self.broken is not None:
            return self.broken
        if request.headers["authorization"] != self.file.read_text().strip():
            return Reply(403, [b"who are you?"])
        self.given += 1
        return json_reply(
            {
                "AccessKeyId": f"ASIA{self.given}",
                "SecretAccessKey": "secret",
                "Token": "session",
                "Expiration": f"{self.now + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
            }
        )


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Platform:
    """Return a platform whose token is in a file."""
    file = tmp_path / "eks-pod-identity-token"
    file.write_text("first\n")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(file))
    return Platform(file)


@pytest.fixture
def tokens(platform: Platform, make_settings: MakeSettings) -> RdsTokens:
    """Return a signer whose clock is the platform's."""
    return RdsTokens(make_settings(aws_region="eu-west-1"), clock=lambda: platform.now)


def reachable(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/v1/credentials")


async def key_of(tokens: DatabaseTokens) -> str:
    """Return which key signed a new token."""
    token = await tokens.token("db", 5432, "service")
    [credential] = parse_qs(urlsplit(f"https://{token}").query)["X-Amz-Credential"]
    key, _, scope = credential.partition("/")
    assert scope == "20261127/eu-west-1/rds-db/aws4_request"
    return key


async def test_keys_are_fetched_once_and_again_before_they_expire(
    platform: Platform, tokens: RdsTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with HttpServer(platform.answer) as server:
        reachable(monkeypatch, server.url)
        keys = await asyncio.gather(*(key_of(tokens) for _ in range(20)))
        assert set(keys) == {"ASIA1"}
        platform.now += timedelta(minutes=54)
        assert await key_of(tokens) == "ASIA1"
        # The platform replaces its own token, too.
        platform.file.write_text("second\n")
        platform.now += timedelta(minutes=2)
        assert await key_of(tokens) == "ASIA2"


async def test_the_same_key_signs_a_new_token_for_each_connection(
    platform: Platform, tokens: RdsTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with HttpServer(platform.answer) as server:
        reachable(monkeypatch, server.url)
        first = await tokens.token("db", 5432, "service")
        platform.now += timedelta(seconds=1)
        second = await tokens.token("db", 5432, "service")
        assert first != second
        assert first != await tokens.token("db", 5432, "migrator")
        assert platform.given == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, [b"{}"]),
        Reply(200, [b"not json"]),
        Reply(200, [b"{}"]),
        Reply(200, [b'{"AccessKeyId": '], cut=True),
        Reply(200, [3.0, b"{}"]),
    ],
)
async def test_without_keys_nothing_is_signed_and_the_next_one_tries_again(
    platform: Platform, tokens: RdsTokens, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    platform.broken = reply
    async with HttpServer(platform.answer) as server:
        reachable(monkeypatch, server.url)
        with pytest.raises(Unavailable):
            await tokens.token("db", 5432, "service")
        platform.broken = None
        assert await key_of(tokens) == "ASIA1"


@pytest.mark.parametrize(
    ("url", "host"),
    [("http://169.254.170.23", "169.254.170.23"), ("http://[fd00:ec2::23]", "fd00:ec2::23")],
)
async def test_the_platform_has_an_address_of_either_kind(
    platform: Platform, tokens: RdsTokens, monkeypatch: pytest.MonkeyPatch, url: str, host: str
) -> None:
    asked: list[tuple[str, int]] = []

    def connect(connection: HTTPConnection) -> None:
        asked.append((connection.host, connection.port))
        raise ConnectionRefusedError

    monkeypatch.setattr(HTTPConnection, "connect", connect)
    reachable(monkeypatch, url)
    with pytest.raises(Unavailable):
        await tokens.token("db", 5432, "service")
    assert asked == [(host, 80)]


async def test_outside_of_the_platform_it_says_so(
    platform: Platform, tokens: RdsTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", raising=False)
    with pytest.raises(Unavailable) as caught:
        await tokens.token("db", 5432, "service")
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in str(caught.value.__cause__)
    reachable(monkeypatch, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unavailable):
        await tokens.token("db", 5432, "service")
