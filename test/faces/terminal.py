"""Runs a command on a terminal and talks to it: `terminal.py STEPS COMMAND…`, STEPS a JSON list of [wait for, then type].

Prints one JSON document: the exit code (128 + n after signal n) and everything that appeared.
"""

import json
import os
import pty
import select
import sys
import time

PATIENCE = 30.0


def main() -> None:
    steps = json.loads(sys.argv[1])
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    shown, seen, open_ = "", 0, True
    deadline = time.monotonic() + PATIENCE
    while open_ and time.monotonic() < deadline:
        if steps and steps[0][0] in shown[seen:]:
            seen = len(shown)
            # A prompt is on the screen a moment before it listens.
            time.sleep(0.3)
            os.write(terminal, steps.pop(0)[1].encode())
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:
                chunk = b""
            shown += chunk.decode(errors="replace")
            open_ = chunk != b""
    if open_:
        os.kill(pid, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(json.dumps({"exit": 128 - status if status < 0 else status, "shown": shown, "left": len(steps)}))


main()
