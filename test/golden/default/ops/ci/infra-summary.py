"""A plan on standard input (`tofu show -json`) as Markdown: what would happen to which resource, and what it costs.

    infra-summary.py <environment> <prices.tsv>

Addresses, actions and sizes only: no value of an attribute gets into a comment that everybody can read.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

NAMES = {
    ("create",): "add",
    ("update",): "change",
    ("delete",): "destroy",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
}
# What cannot be taken back comes first.
ORDER = ["destroy", "replace", "change", "add"]


def changes(plan: dict[str, Any]) -> list[tuple[str, str]]:
    """What happens, and to which address."""
    found = [
        (NAMES[tuple(one["change"]["actions"])], one["address"])
        for one in plan.get("resource_changes", [])
        if tuple(one["change"]["actions"]) in NAMES
    ]
    return sorted(found, key=lambda one: (ORDER.index(one[0]), one[1]))


def resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All resources that will be there afterwards."""
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from resources(child)


def monthly(plan: dict[str, Any], table: str) -> tuple[float, list[str]]:
    """Dollars a month of everything with a price of its own, and sizes that the table does not know."""
    prices: dict[tuple[str, str], float] = {}
    sizes: dict[str, str] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            kind, field, size, price = line.split("\t")
            sizes[kind] = field
            prices[kind, size] = float(price)
    total, unknown = 0.0, []
    for one in resources(plan.get("planned_values", {}).get("root_module", {})):
        if one["mode"] != "managed" or one["type"] not in sizes:
            continue
        values = one.get("values", {})
        size = str(values.get(sizes[one["type"]]) or "-")
        price = prices.get((one["type"], size))
        if price is None:
            unknown.append(f"{one['address']} ({size})")
            continue
        twice = 2 if values.get("multi_az") is True else 1
        total += price * twice * int(values.get("num_cache_clusters") or 1)
    return total, unknown


def is_new(plan: dict[str, Any]) -> bool:
    """Nothing of it is there yet: data that was looked up does not count."""
    before = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    return not any(one["mode"] == "managed" for one in resources(before))


def main(environment: str, prices: str) -> None:
    """Write the summary to standard output."""
    plan = json.load(sys.stdin)
    listed = changes(plan)
    counted = Counter(action for action, _ in listed)
    told = ", ".join(f"{counted[action]} to {action}" for action in ORDER if counted[action])
    print(f"### Infrastructure of {environment}: {told or 'no changes'}\n")
    if listed and is_new(plan):
        print(
            f"**There is no {environment} yet. Whoever approves this builds all of it, and pays for it from then on.**\n"
        )
    if listed:
        print("| what | resource |\n| --- | --- |")
        for action, address in listed:
            print(f"| {action} | `{address}` |")
        print()
    with open(prices, encoding="utf-8") as file:
        total, unknown = monthly(plan, file.read())
    print(
        f"About {total:.0f} USD a month, without nodes, traffic, storage and logs: see `docs/cloud.md`."
    )
    if unknown:
        print(f"No price is known for {', '.join(unknown)}.")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
