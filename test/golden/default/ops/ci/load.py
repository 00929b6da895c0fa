#!/usr/bin/env python3
"""A short load test of a deployed service, with nothing but the standard library.

With SMOKE_API_KEY, or where nobody needs a key, it asks questions as streams and measures the time
to the first token and whether the stream ended with `done`; else it measures how long /readyz takes.
Limits are those of the service level objectives: 99.5 % good answers, 95 % of first tokens within
3 s. A refusal because of the rate limit of the caller (429) is neither good nor bad, but most
answers must count.

LOAD_REQUESTS (30), LOAD_CONCURRENCY (3) and LOAD_SECONDS (120, the whole test) bound what it costs.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

GOOD = 0.995
FAST = 0.95
FIRST_TOKEN_SECONDS = 3.0
READY_SECONDS = 1.0


JSON = {"Content-Type": "application/json"}


def open_to_all(url: str, seconds: float) -> bool:
    """Tell whether nobody needs a key: then an empty question is refused as such, not its sender."""
    request = urllib.request.Request(f"{url}/v1/query", b"{}", JSON)
    try:
        urllib.request.urlopen(request, timeout=min(5.0, seconds)).close()
    except urllib.error.HTTPError as error:
        return error.code == 422
    except OSError:
        return False
    return False


def ask(url: str, headers: dict[str, str], deadline: float) -> tuple[str, float]:
    """Send one request, a question if there are headers for it.

    Return `good`, `limited` or what was wrong, and the seconds that count.
    """
    request = urllib.request.Request(f"{url}/readyz")
    if headers:
        body = json.dumps({"question": "Is anybody there?"}).encode()
        request = urllib.request.Request(f"{url}/v1/query/stream", body, headers)
    started = time.monotonic()
    if started >= deadline:
        return "not started in time", 0.0
    try:
        wait = max(1.0, deadline - started)
        with urllib.request.urlopen(request, timeout=wait) as answer:
            if not headers:
                answer.read()
                return "good", time.monotonic() - started
            return read_stream(answer, started, deadline)
    except urllib.error.HTTPError as error:
        return ("limited" if error.code == 429 else f"HTTP {error.code}"), 0.0
    except OSError as error:
        return type(error).__name__, 0.0


def read_stream(lines: Iterable[bytes], started: float, deadline: float) -> tuple[str, float]:
    """Read server-sent events to the end."""
    first = 0.0
    for line in lines:
        if time.monotonic() >= deadline:
            return "too late", first
        event = line.strip()
        if event == b"event: token" and not first:
            first = time.monotonic() - started
        if event == b"event: done":
            return "good", first or time.monotonic() - started
    return "cut before done", first


def judge(outcomes: list[tuple[str, float]], limit: float) -> list[str]:
    """Return what is wrong with all of them together."""
    counted = [one for one in outcomes if one[0] != "limited"]
    good = [seconds for verdict, seconds in counted if verdict == "good"]
    if len(counted) < len(outcomes) / 2:
        return ["the rate limit refused most requests: raise it, or use a key with a higher one"]
    faults = []
    if len(good) < GOOD * len(counted):
        bad = sorted({verdict for verdict, _ in counted if verdict != "good"})
        faults.append(f"{len(good)} of {len(counted)} answers were good ({', '.join(bad)})")
    fast = sum(seconds <= limit for seconds in good)
    if fast < FAST * len(good):
        faults.append(f"only {fast} of {len(good)} were within {limit} s")
    return faults


def main() -> int:
    """Run the test; the exit code says whether the objectives held."""
    url, key = sys.argv[1], os.environ.get("SMOKE_API_KEY", "")
    count = int(os.environ.get("LOAD_REQUESTS", "30"))
    workers = int(os.environ.get("LOAD_CONCURRENCY", "3"))
    seconds = float(os.environ.get("LOAD_SECONDS", "120"))
    deadline = time.monotonic() + seconds
    headers = {}
    if key:
        headers = JSON | {"Authorization": f"Bearer {key}"}
    elif open_to_all(url, seconds):
        headers = JSON
    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(lambda _: ask(url, headers, deadline), range(count)))
    limit = FIRST_TOKEN_SECONDS if headers else READY_SECONDS
    measured = sorted(seconds for verdict, seconds in outcomes if verdict == "good")
    middle, high = (measured[int(len(measured) * q)] if measured else 0.0 for q in (0.5, 0.95))
    what = "first token" if headers else "/readyz"
    print(f"{count} requests, {len(measured)} good; {what}: p50 {middle:.2f} s, p95 {high:.2f} s")
    faults = judge(outcomes, limit)
    for fault in faults:
        print(f"failed: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
