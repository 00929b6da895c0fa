"""Signs the same random logins with botocore and with the generated service, and compares the tokens.

Run with botocore and pydantic-settings installed, in the folder of a generated repository.
"""

import random
import sys
from datetime import UTC, datetime
from unittest import mock
from urllib.parse import parse_qsl

import botocore
from app.integrations.aws_rds import Keys, sign
from botocore.session import Session

CHARACTERS = "abcXYZ019-._~/+=%&?#:@ äß漢"
# One session: it reads the descriptions of services once.
SESSION = Session()
REGIONS = ("eu-central-1", "us-east-1", "ap-southeast-7")


def text(dice: random.Random, length: int) -> str:
    return "".join(dice.choices(CHARACTERS, k=length))


def theirs(keys: Keys, host: str, port: int, user: str, region: str, now: datetime) -> str:
    client = SESSION.create_client(
        "rds",
        region_name=region,
        aws_access_key_id=keys.id,
        aws_secret_access_key=keys.secret,
        aws_session_token=keys.session,
    )
    with mock.patch("botocore.auth.get_current_datetime", lambda: now.replace(tzinfo=None)):
        token: str = client.generate_db_auth_token(
            DBHostname=host, Port=port, DBUsername=user, Region=region
        )
    return token


def parts(token: str) -> tuple[str, dict[str, str]]:
    address, _, query = token.partition("/?")
    return address, dict(parse_qsl(query, strict_parsing=True, keep_blank_values=True))


def main(rounds: int) -> None:
    dice = random.Random(20261127)
    for _ in range(rounds):
        keys = Keys(
            f"ASIA{dice.randrange(10**12)}", text(dice, 40), text(dice, 300), datetime.now(UTC)
        )
        host, port = f"db-{dice.randrange(10**6)}.example.com", dice.choice((5432, 6432))
        user, region = text(dice, dice.randrange(1, 64)), dice.choice(REGIONS)
        now = datetime.fromtimestamp(dice.randrange(10**9, 2 * 10**9), UTC)
        expected = theirs(keys, host, port, user, region, now)
        given = sign(keys, f"{host}:{port}", user, region, now)
        if parts(given) != parts(expected):
            sys.exit(f"ours:   {given}\ntheirs: {expected}")
    print(f"{rounds} tokens equal those of botocore {botocore.__version__}")


main(int(sys.argv[1]))
