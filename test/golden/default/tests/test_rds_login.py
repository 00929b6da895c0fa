"""From the platform's keys to rows: a real server behind a gate that checks tokens as RDS does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.integrations.aws_rds import Keys, sign
from app.integrations.postgres import Postgres
from tests.support import MakeSettings
from tests.support_gate import Gate
from tests.support_http import HttpServer, json_reply
from tests.support_postgres import postgres_settings

KEYS = Keys("ASIAEXAMPLE", "secret", "session/+=", datetime.now(UTC) + timedelta(hours=1))
OFFERED = {
    "AccessKeyId": KEYS.id,
    "SecretAccessKey": KEYS.secret,
    "Token": KEYS.session,
    "Expiration": KEYS.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
}


async def test_only_a_fresh_token_for_this_user_and_address_logs_in(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("who we are")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))

    def known(user: str, password: str) -> bool:
        [moment] = parse_qs(urlsplit(f"https://{password}").query)["X-Amz-Date"]
        signed = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        age = datetime.now(UTC) - signed
        address = f"127.0.0.1:{gate.port}"
        right = password == sign(KEYS, address, user, "eu-central-1", signed)
        return right and timedelta() <= age < timedelta(seconds=10)

    async with (
        HttpServer(lambda _: json_reply(OFFERED)) as platform,
        postgres_settings(make_settings) as settings,
        Gate(settings.postgres_host, settings.postgres_port, known) as gate,
    ):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{platform.url}/v1/credentials")
        postgres = Postgres(
            make_settings(
                postgres_auth="iam",
                postgres_host="127.0.0.1",
                postgres_port=gate.port,
                aws_region="eu-central-1",
            )
        )
        assert postgres.login_role == "rds_iam"
        await postgres.open()
        await postgres.migrate()
        await postgres.ping()
        assert len(gate.asked) >= 2
        assert len(platform.requests) == 1
        assert platform.requests[0].headers["authorization"] == "who we are"
        await postgres.close()
