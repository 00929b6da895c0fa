"""Command line: `python -m app [COMMAND]`; see `app.commands`."""

import pkgutil
import sys
from importlib import import_module

from app import commands
from app.contracts import Unavailable
from app.settings import SettingsError

MODULES = {
    module.name.replace("_", "-"): f"{commands.__name__}.{module.name}"
    for module in pkgutil.iter_modules(commands.__path__)
}


def main(argv: list[str]) -> int:
    """Run one command, `serve` if none is named, and return the exit code.

    0: done. 1: it failed, or a server stayed away. 2: it was called or set up wrongly.
    """
    name, *arguments = argv or ["serve"]
    if name in ("-h", "--help"):
        print(usage())
        return 0
    if name not in MODULES:
        print(usage(), file=sys.stderr)
        return 2
    try:
        import_module(MODULES[name]).run(arguments)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except Unavailable as error:
        print(f"{error}: {error.__cause__}", file=sys.stderr)
        return 1
    return 0


def usage() -> str:
    """Return the list of commands with the first line of each one's docstring."""
    width = max(map(len, MODULES))
    lines = [
        f"  {name:<{width}} {(import_module(module).__doc__ or '').partition(chr(10))[0]}"
        for name, module in MODULES.items()
    ]
    return "\n".join(["usage: python -m app [COMMAND]", "", *lines])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
