"""The part of Qdrant's REST interface that the store uses, kept in memory.

A real server is not needed to test what the client sends; that the answers are those of a real
server is what this file claims, not what it proves.
"""

import math
import re
from typing import Any

from tests.support_http import Reply, Request, json_reply

KEY = "qdrant-key"


class QdrantStub:
    """Answers requests; use it as `HttpServer(QdrantStub())`."""

    def __init__(self) -> None:
        self.collections: dict[str, dict[str, Any]] = {}
        self.indexed: list[str] = []
        self.failing = 0
        self.key = KEY

    def __call__(self, request: Request) -> Reply:
        """Route one request."""
        if self.failing:
            return json_reply({"status": {"error": "down"}}, self.failing)
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return json_reply({"status": {"error": "who are you?"}}, 401)
        path, _, query = request.path.partition("?")
        match = re.fullmatch(r"/collections/(\w+)(/\w+)?(/\w+)?", path)
        if match is None:
            return json_reply({}, 404)
        name, action = match[1], (match[2] or "") + (match[3] or "")
        if name not in self.collections and action != "/exists" and request.method != "PUT":
            return json_reply({"status": {"error": "no such collection"}}, 404)
        return self._do(request.method + action, name, query, request.json())

    def _do(self, action: str, name: str, query: str, body: Any) -> Reply:
        match action:
            case "GET/exists":
                return ok({"exists": name in self.collections})
            case "PUT":
                if name in self.collections:
                    return json_reply({"status": {"error": "already exists"}}, 409)
                assert body["vectors"]["distance"] == "Cosine"
                self.collections[name] = {}
                return ok(True)
            case "PUT/index":
                self.indexed.append(body["field_name"])
                return ok({"operation_id": 0, "status": "completed"})
            case "PUT/points":
                assert "wait=true" in query
                self.collections[name] |= {point["id"]: point for point in body["points"]}
                return ok({"operation_id": 1, "status": "completed"})
            case "POST/points":
                points = self.collections[name]
                return ok([{"id": one, "payload": {}} for one in body["ids"] if one in points])
            case "POST/points/query":
                found = self._closest(name, body["query"]["nearest"], body["limit"])
                return ok({"points": found})
        return json_reply({"status": {"error": action}}, 404)

    def _closest(self, name: str, vector: list[float], limit: int) -> list[dict[str, Any]]:
        def score(point: dict[str, Any]) -> float:
            return cosine(vector, point["vector"])

        best = sorted(self.collections[name].values(), key=score, reverse=True)[:limit]
        return [
            {"id": one["id"], "version": 0, "score": score(one), "payload": one["payload"]}
            for one in best
        ]


def ok(result: object) -> Reply:
    """Answer as Qdrant does."""
    return json_reply({"result": result, "status": "ok", "time": 0.0})


def cosine(left: list[float], right: list[float]) -> float:
    """Return the cosine of the angle between two vectors."""
    product = sum(one * other for one, other in zip(left, right, strict=True))
    return product / (math.hypot(*left) * math.hypot(*right))
