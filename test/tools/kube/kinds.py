"""Custom resource definitions as strict JSON schemas."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Schema = dict[str, Any]
# What says nothing about validity, or says it in a way that JSON schema does not know.
DROPPED = ("description", "default", "nullable", "format", "example")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as Kubernetes reads it: a bare `=` in an enumeration is a text."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)


def kinds(folder: Path) -> Iterator[tuple[str, str, str, Schema]]:
    """Group, version, kind and schema of every version that is served."""
    for path in sorted(folder.glob("*.yaml")):
        for document in yaml.load_all(path.read_text(), Loader=Loader):
            if not isinstance(document, dict) or document.get("kind") != "CustomResourceDefinition":
                continue
            spec = document["spec"]
            for version in spec["versions"]:
                if version.get("served", True) and "schema" in version:
                    open_api = version["schema"]["openAPIV3Schema"]
                    top = strict(open_api)
                    if open_api.get("x-kubernetes-preserve-unknown-fields") is not True:
                        top["additionalProperties"] = False
                    yield spec["group"], version["name"], spec["names"]["kind"], top


def strict(node: Schema) -> Schema:
    if node.get("x-kubernetes-int-or-string"):
        return int_or_string(node)
    kept = {key: value for key, value in node.items() if not key.startswith("x-") and key not in DROPPED}
    for key in ("properties", "patternProperties"):
        if isinstance(node.get(key), dict):
            kept[key] = {name: strict(value) for name, value in node[key].items()}
    for key in ("items", "not", "additionalProperties"):
        if isinstance(node.get(key), dict):
            kept[key] = strict(node[key])
    for key in ("oneOf", "anyOf", "allOf"):
        # these only constrain what is listed elsewhere: they make nothing strict
        if key in node:
            kept[key] = [{name: x for name, x in part.items() if not name.startswith("x-")} for part in node[key]]
    if node.get("x-kubernetes-embedded-resource"):
        text = {"type": "string"}
        kept.setdefault("properties", {}).update({"apiVersion": text, "kind": text, "metadata": {"type": "object"}})
    if node.get("x-kubernetes-preserve-unknown-fields"):
        kept.pop("additionalProperties", None)
    elif "properties" in kept and "additionalProperties" not in kept:
        kept["additionalProperties"] = False
    return or_null(kept) if node.get("nullable") else kept


def int_or_string(node: Schema) -> Schema:
    text = {"type": "string", **({"pattern": node["pattern"]} if "pattern" in node else {})}
    either: list[Schema] = [{"type": "integer"}, text]
    return {"anyOf": [*either, {"type": "null"}] if node.get("nullable") else either}


def or_null(kept: Schema) -> Schema:
    if isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
        if "enum" in kept:
            kept["enum"] = [*kept["enum"], None]
    return kept
