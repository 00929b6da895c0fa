"""The authorities that may vouch for the database."""

import ssl
import time
from pathlib import Path

import app

FILE = Path(app.__file__).parent / "certs" / "rds.pem"
YEARS = 365 * 24 * 3600


def names(parts: tuple[tuple[tuple[str, str], ...], ...]) -> dict[str, str]:
    return {key: value for part in parts for key, value in part}


def test_one_root_per_region_and_nobody_else() -> None:
    authorities = ssl.create_default_context(cafile=str(FILE)).get_ca_certs()
    assert len(authorities) == FILE.read_text().count("BEGIN CERTIFICATE") > 30
    regions = set()
    for one in authorities:
        assert one["subject"] == one["issuer"]
        subject = names(one["subject"])  # type: ignore[arg-type]
        assert subject["organizationalUnitName"] == "Amazon RDS"
        regions.add(subject["commonName"].removeprefix("Amazon RDS ").split()[0])
        assert isinstance(one["notAfter"], str)
        assert ssl.cert_time_to_seconds(one["notAfter"]) > time.time() + 10 * YEARS
    assert len(regions) == len(authorities)
    assert {"eu-central-1", "us-east-1"} <= regions
