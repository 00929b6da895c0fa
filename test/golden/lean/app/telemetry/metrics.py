"""Every metric of the service, under its own name: `metrics.http_requests_total.labels(…).inc()`.

The names are a contract with dashboards and alert rules.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

# They double the number of series, and no query of ours asks when a series began.
disable_created_metrics()  # type: ignore[no-untyped-call]

# Our own registry: libraries that fill the default one cannot add series behind our back.
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)


def _counter(name: str, help: str, labels: str, buckets: str) -> Counter:
    return Counter(name, help, labels.split(), registry=REGISTRY)


def _gauge(name: str, help: str, labels: str, buckets: str) -> Gauge:
    return Gauge(name, help, labels.split(), registry=REGISTRY)


def _histogram(name: str, help: str, labels: str, buckets: str) -> Histogram:
    bounds = [float(bound) for bound in buckets.split()] or Histogram.DEFAULT_BUCKETS
    return Histogram(name, help, labels.split(), buckets=bounds, registry=REGISTRY)


dependency_up = _gauge(
    "dependency_up",
    "Whether a dependency answers: 1 or 0",
    labels="name",
    buckets="",
)
http_client_disconnects_total = _counter(
    "http_client_disconnects_total",
    "Requests whose client left before the last byte",
    labels="route",
    buckets="",
)
http_request_duration_seconds = _histogram(
    "http_request_duration_seconds",
    "Time to the last byte",
    labels="method route",
    buckets="0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 20 40 80 160 300",
)
http_requests_in_flight = _gauge(
    "http_requests_in_flight",
    "Requests being served",
    labels="",
    buckets="",
)
http_requests_rejected_total = _counter(
    "http_requests_rejected_total",
    "Requests refused by a limit: body, budget, concurrency, rate",
    labels="reason",
    buckets="",
)
http_requests_total = _counter(
    "http_requests_total",
    "Requests by how they ended; 499 if the client left before an answer",
    labels="method route status",
    buckets="",
)
http_stream_first_byte_seconds = _histogram(
    "http_stream_first_byte_seconds",
    "Time until a streamed response begins",
    labels="route",
    buckets="0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 20 40 80 160 300",
)
http_streams_total = _counter(
    "http_streams_total",
    "Streamed answers by their end: done, error (also when cut) or client_left",
    labels="route outcome",
    buckets="",
)
llm_circuit_open = _gauge(
    "llm_circuit_open",
    "Whether calls to a model are refused after repeated failures: 1 or 0",
    labels="name",
    buckets="",
)
llm_request_duration_seconds = _histogram(
    "llm_request_duration_seconds",
    "Time of a call to a model, a stream to its end",
    labels="operation",
    buckets="0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 20 40 80 160 300",
)
llm_requests_total = _counter(
    "llm_requests_total",
    "Calls to models (chat, embed): ok, unavailable, refused, cancelled or error",
    labels="operation outcome",
    buckets="",
)
llm_time_to_first_token_seconds = _histogram(
    "llm_time_to_first_token_seconds",
    "Time until the chat model begins to speak",
    labels="",
    buckets="0.05 0.1 0.25 0.5 1 2 3 5 10 20 40",
)
llm_tokens_total = _counter(
    "llm_tokens_total",
    "Tokens by kind: prompt, completion, embedding",
    labels="kind",
    buckets="",
)
rag_query_latency_seconds = _histogram(
    "rag_query_latency_seconds",
    "Time of one stage of a question: embed, retrieve, generate",
    labels="stage",
    buckets="0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 20 40 80 160 300",
)
rag_request_latency_seconds = _histogram(
    "rag_request_latency_seconds",
    "Time to the last byte",
    labels="method endpoint",
    buckets="0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 20 40 80 160 300",
)
rag_requests_total = _counter(
    "rag_requests_total",
    "Requests by how they ended; a broken stream by its error, 499: the client left",
    labels="method endpoint status",
    buckets="",
)
secrets_loaded_timestamp_seconds = _gauge(
    "secrets_loaded_timestamp_seconds",
    "When this process took over the value that a secret has now",
    labels="name",
    buckets="",
)
