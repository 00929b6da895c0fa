"""Create or upgrade what the stores hold; safe to run twice at once."""

import argparse


def run(arguments: list[str]) -> None:
    """Migrate every integration that owns persistent structure, waiting for its server."""
    parser = argparse.ArgumentParser("python -m app migrate", description=__doc__)
    parser.add_argument("--wait", type=float, default=60, help="seconds to wait for a server")
    wait: float = parser.parse_args(arguments).wait

    import asyncio

    from app.migrate import migrate
    from app.settings import load

    asyncio.run(migrate(load(), wait))
