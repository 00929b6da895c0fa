"""Make an API key for somebody; it is shown once and stored nowhere."""

import argparse
import sys


def run(arguments: list[str]) -> None:
    """Print the key on stderr and the entry for API_KEYS on stdout, so that it can be piped."""
    parser = argparse.ArgumentParser("python -m app new-key", description=__doc__)
    parser.add_argument("name", help="whose key it is; appears in logs, limits and budgets")
    name: str = parser.parse_args(arguments).name

    import secrets

    from app.auth import digest, parse

    key = secrets.token_urlsafe(32)
    entry = f"{name}:{digest(key).hex()}"
    parse(entry)
    print(f"Key of {name}, shown only now: {key}", file=sys.stderr)
    print("Add to API_KEYS:", file=sys.stderr)
    print(entry)
