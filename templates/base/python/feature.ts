import { defineFeature } from '../../../core/feature.ts';

/** Seconds; answers of models outlast what the usual buckets, which end at 10, can tell apart. */
const latency = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 300];

export default defineFeature({
  label: 'Python service',
  gives: {
    settings: [
      {
        name: 'ENVIRONMENT',
        type: 'str',
        default: 'local',
        help: 'Where this runs; `.env` is read only in `local`',
        from: 'compute.environment',
      },
      {
        name: 'HOST',
        type: 'str',
        default: '127.0.0.1',
        help: 'Address to listen on; `::` means every IPv4 and IPv6 address',
        from: 'compute.listen',
      },
      { name: 'PORT', type: 'int', default: '', help: 'Port of the service', from: 'answer.port' },
      { name: 'METRICS_PORT', type: 'int', default: '9090', help: 'Port of /metrics, which is not for the public' },
      {
        name: 'LOG_LEVEL',
        type: 'str',
        default: 'INFO',
        help: 'Least severe level that is logged: DEBUG, INFO, WARNING, ERROR',
      },
      {
        name: 'RATE_LIMITER',
        type: 'str',
        default: 'memory',
        help: 'Who counts requests; `memory` counts those of one instance',
        from: 'rate-limiter.provider',
      },
      {
        name: 'TOKEN_LEDGER',
        type: 'str',
        default: 'memory',
        help: 'Who keeps token budgets; `memory` forgets them at a restart',
        from: 'ledger.provider',
      },
      {
        name: 'RATE_LIMIT_PER_MINUTE',
        type: 'int',
        default: '120',
        help: 'Requests of one caller per minute; 0 means no limit',
      },
      {
        name: 'TOKEN_BUDGET_PER_DAY',
        type: 'int',
        default: '1000000',
        help: 'Model tokens of one caller per day (UTC); 0 means no limit',
      },
      {
        name: 'MAX_CONCURRENT_REQUESTS',
        type: 'int',
        default: '100',
        help: 'Requests that one instance serves at once; more get 503',
      },
      { name: 'MAX_BODY_BYTES', type: 'int', default: '10485760', help: 'Largest request body; more gets 413' },
      {
        name: 'MAX_STREAM_SECONDS',
        type: 'int',
        default: '',
        help: 'Longest streamed answer',
        from: 'budget.maxStream',
      },
      {
        name: 'HEARTBEAT_SECONDS',
        type: 'int',
        default: '',
        help: 'Longest silence in a stream; shorter than the idle time-out of any proxy',
        from: 'budget.heartbeat',
      },
      {
        name: 'KEEP_ALIVE_SECONDS',
        type: 'int',
        default: '',
        help: 'How long an idle connection stays open; longer than the idle time-out of any proxy',
        from: 'budget.keepAlive',
      },
      {
        name: 'DRAIN_SECONDS',
        type: 'int',
        default: '',
        help: 'After SIGTERM: /readyz fails, requests are still served',
        from: 'budget.drain',
      },
      {
        name: 'GRACEFUL_SECONDS',
        type: 'int',
        default: '',
        help: 'After the drain: running requests may finish',
        from: 'budget.graceful',
      },
      {
        name: 'READY_HOLD_SECONDS',
        type: 'int',
        default: '30',
        help: 'How long a failing dependency keeps an instance that was ready from becoming unready',
      },
    ],
    python: [
      'fastapi>=0.165,<0.166',
      'httptools>=0.9,<0.10',
      'prometheus-client>=0.26,<0.27',
      'pydantic-settings>=2.16,<3',
      'structlog>=26.1,<27',
      'uvicorn>=0.54,<0.55',
    ],
    pythonDev: ['httpx2>=2.16,<3', 'mypy>=2.4,<3', 'pytest-asyncio>=1.5,<2', 'pytest>=9,<10', 'ruff>=0.17,<0.18'],
    integrations: [
      { role: 'ledger', id: 'memory', module: 'memory', symbol: 'MemoryLedger' },
      { role: 'limiter', id: 'memory', module: 'memory', symbol: 'MemoryRateLimiter' },
    ],
    metrics: [
      {
        name: 'http_requests_total',
        type: 'counter',
        labels: ['method', 'route', 'status'],
        help: 'Requests by how they ended; 499 if the client left before an answer',
      },
      {
        name: 'http_request_duration_seconds',
        type: 'histogram',
        labels: ['method', 'route'],
        help: 'Time to the last byte',
        buckets: latency,
      },
      { name: 'http_requests_in_flight', type: 'gauge', labels: [], help: 'Requests being served' },
      {
        name: 'http_stream_first_byte_seconds',
        type: 'histogram',
        labels: ['route'],
        help: 'Time until a streamed response begins',
        buckets: latency,
      },
      {
        name: 'http_client_disconnects_total',
        type: 'counter',
        labels: ['route'],
        help: 'Requests whose client left before the last byte',
      },
      {
        name: 'http_requests_rejected_total',
        type: 'counter',
        labels: ['reason'],
        help: 'Requests refused by a limit: body, budget, concurrency, rate',
      },
      {
        name: 'secrets_loaded_timestamp_seconds',
        type: 'gauge',
        labels: ['name'],
        help: 'When this process took over the value that a secret has now',
      },
      { name: 'dependency_up', type: 'gauge', labels: ['name'], help: 'Whether a dependency answers: 1 or 0' },
    ],
  },
});
