"""Prepare a database server that somebody else runs: users, privileges; safe to repeat."""

import argparse


def run(arguments: list[str]) -> None:
    """Log in as POSTGRES_ADMIN_USER with POSTGRES_ADMIN_PASSWORD, which no other command reads."""
    parser = argparse.ArgumentParser("python -m app bootstrap-database", description=__doc__)
    parser.add_argument("--wait", type=float, default=60, help="seconds to wait for the server")
    wait: float = parser.parse_args(arguments).wait

    import asyncio

    from app.bootstrap import Admin, bootstrap
    from app.migrate import patiently
    from app.settings import load, read
    from app.telemetry import logs

    settings, admin = load(), read(Admin)
    logs.configure(settings.log_level)
    asyncio.run(patiently(lambda: bootstrap(settings, admin), wait))
