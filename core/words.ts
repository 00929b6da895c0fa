/**
 * The closed vocabulary of layers and rules that no folder defines. A new port or trait is a deliberate event: one line
 * of meaning here, and at least one feature that uses it (a test looks).
 */

/** Facts about a chosen feature that others may ask for without knowing which feature it is. */
export const traits = {
  asgi: 'an ASGI application that keeps our contract of health routes, metrics and settings',
  'owns-source': 'the source of the service is ours, so it can be rendered',
  'syncs-secrets': 'secrets are copied into the cluster from a store outside it',
  scrapes: 'something scrapes the metrics and evaluates alert rules',
} as const;

/** Needs that several features can satisfy. A port that is not here is named after the feature whose folder defines it. */
export const ports = {
  compute:
    'runs the containers; gives drainSeconds (how long traffic may still arrive after SIGTERM), listen (the address to bind) and environment (its name)',
  'vector-store': 'keeps embeddings; gives provider, the id of its class in the service',
  'chat-model': 'answers; gives provider, the id of its class in the service',
  embedder: 'turns text into vectors; gives provider',
  'rate-limiter': 'counts requests of a caller; gives provider',
  'database-token': 'signs a short-lived password for each connection to the database; gives provider',
  'secret-store': 'keeps secrets outside the cluster',
  'gateway-class': 'runs the gateway of the cluster; gives className',
  'ci-identity': 'lets a pipeline prove to the cloud who it is, without a key',
  ledger: 'counts tokens of a caller; gives provider',
} as const;
