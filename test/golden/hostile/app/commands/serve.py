"""Answer requests until told to stop (the default)."""

import argparse


def run(arguments: list[str]) -> None:
    """Start the server; with --reload, again whenever a source file changes."""
    parser = argparse.ArgumentParser("python -m app serve", description=__doc__)
    parser.add_argument("--reload", action="store_true", help="start again when a file changes")
    reload = parser.parse_args(arguments).reload

    from app import server
    from app.settings import load

    if reload:
        server.serve_and_reload(load())
    else:
        server.serve(load())
