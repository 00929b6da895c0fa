import type { Option, ValueOf } from './option.ts';

/**
 * THE options, in asking order. Nothing about an option is written anywhere else: flags, prompts, the answers file, the
 * JSON Schema, the documentation and the types are derived from this list. A default may look back, never forward: `{name}` in a
 * text is the answer to `name`.
 *
 * Ids that later releases will use are listed in `reserved`, so that no other meaning is given to them meanwhile.
 */
export const options = {
  name: { kind: 'text', ask: 'Name of the service', is: 'slug', default: 'my-rag' },
  description: {
    kind: 'text',
    ask: 'What it does, in one line',
    is: 'sentence',
    default: 'Answers questions from your own documents',
    quiet: true,
  },
  owner: {
    kind: 'text',
    ask: 'Account that holds the repository',
    is: 'owner',
    default: 'example',
    standIn: true,
    quiet: true,
  },
  app: { kind: 'pick', ask: 'Kind of service', choices: 'features', default: 'rag' },
  llm: { kind: 'pick', ask: 'Model provider', choices: 'features', default: 'openai-compatible' },
  embeddingModel: { kind: 'text', ask: 'Embedding model', is: 'model', default: 'text-embedding-3-small', quiet: true },
  embeddingDimension: {
    kind: 'number',
    ask: 'Length of an embedding',
    default: 1536,
    min: 8,
    max: 4000,
    unit: 'numbers',
    quiet: true,
  },
  vectorDb: {
    kind: 'pick',
    ask: 'Vector database',
    choices: 'features',
    none: 'No vector search',
    default: 'pgvector',
  },
  database: { kind: 'pick', ask: 'Database', choices: 'features', none: 'No database', default: 'postgres' },
  cache: {
    kind: 'pick',
    ask: 'Cache',
    choices: 'features',
    none: 'No cache: limits hold per process',
    default: 'valkey',
  },
  runtime: {
    kind: 'pick',
    ask: 'Where it runs',
    choices: { kubernetes: 'Kubernetes', compose: 'Docker Compose on one machine' },
    words: true,
    default: 'kubernetes',
  },
  cloud: {
    kind: 'pick',
    ask: 'Cloud',
    choices: 'features',
    none: 'Any cluster',
    when: 'kubernetes',
    otherwise: 'none',
    default: 'aws',
  },
  region: { kind: 'text', ask: 'Region', is: 'region', when: 'cloud', default: 'eu-central-1' },
  hosting: {
    kind: 'pick',
    ask: 'Who runs the stores',
    choices: { managed: 'The cloud, as a service', cluster: 'We do, beside the service' },
    words: true,
    per: 'environment',
    when: 'cloud',
    otherwise: 'cluster',
    default: 'managed',
  },
  packaging: {
    kind: 'pick',
    ask: 'Form of the manifests',
    choices: { kustomize: 'Plain manifests, with a kustomize overlay for each environment' },
    when: 'kubernetes',
    default: 'kustomize',
    quiet: true,
  },
  delivery: {
    kind: 'pick',
    ask: 'Who deploys',
    choices: { pipeline: 'The pipeline, with an identity of its own for each environment' },
    when: 'kubernetes',
    default: 'pipeline',
    quiet: true,
  },
  strategy: {
    kind: 'pick',
    ask: 'How a release replaces the one before',
    choices: 'features',
    when: 'kubernetes',
    default: 'rolling',
    quiet: true,
  },
  ci: {
    kind: 'pick',
    ask: 'CI and delivery',
    choices: 'features',
    none: 'No pipeline',
    when: 'kubernetes',
    otherwise: 'none',
    default: 'github',
  },
  monitoring: { kind: 'picks', ask: 'Monitoring', choices: 'features', default: ['prometheus'] },
  ingress: {
    kind: 'pick',
    ask: 'How requests come in',
    choices: 'features',
    when: 'kubernetes',
    default: 'gateway-api',
    quiet: true,
  },
  autoscaling: {
    kind: 'pick',
    ask: 'What adds instances',
    choices: 'features',
    none: 'Nothing: a fixed number',
    per: 'environment',
    when: 'kubernetes',
    otherwise: 'none',
    default: 'hpa',
    quiet: true,
  },
  secrets: {
    kind: 'pick',
    ask: 'Where secrets are kept',
    choices: 'features',
    when: 'kubernetes',
    default: 'native',
    quiet: true,
  },
  auth: {
    kind: 'pick',
    ask: 'Who may call it',
    choices: 'features',
    none: 'Anybody who can reach it',
    caution:
      'Nobody needs a key: whoever reaches the service may add documents, ask, and spend your tokens. ' +
      'Put something in front of it that knows who may.',
    default: 'api-key',
  },
  python: {
    kind: 'pick',
    ask: 'Python of the image',
    choices: { '3.13': 'Python 3.13', '3.12': 'Python 3.12', '3.14': 'Python 3.14' },
    default: '3.13',
    quiet: true,
  },
  port: { kind: 'number', ask: 'Port of the service', default: 8000, min: 1024, max: 65535, quiet: true },
  domain: {
    kind: 'text',
    ask: 'Host name of production',
    is: 'domain',
    when: 'kubernetes',
    default: '{name}.example.com',
    standIn: true,
  },
  namespace: {
    kind: 'text',
    ask: 'Namespace in the clusters',
    is: 'namespace',
    when: 'kubernetes',
    default: '{name}',
    quiet: true,
  },
  registry: {
    kind: 'text',
    ask: 'Registry of the image',
    is: 'host',
    when: 'cloud=none',
    default: 'ghcr.io',
    quiet: true,
  },
  minReplicas: {
    kind: 'number',
    ask: 'Fewest instances in production',
    when: 'kubernetes',
    default: 2,
    min: 1,
    max: 100,
    quiet: true,
  },
  maxReplicas: {
    kind: 'number',
    ask: 'Most instances in production',
    when: 'kubernetes',
    default: 10,
    min: 1,
    max: 100,
    quiet: true,
  },
  maxStreamSeconds: {
    kind: 'number',
    ask: 'Longest streamed answer',
    default: 75,
    min: 10,
    max: 3600,
    unit: 'seconds',
    quiet: true,
  },
  parts: {
    kind: 'picks',
    ask: 'Parts of the repository',
    choices: {
      service: 'The application and its tests',
      container: 'Dockerfile and build context',
      compose: 'Docker Compose files',
      deploy: 'Everything else under deploy/',
      infra: 'Infrastructure as code',
      ci: 'Pipelines',
      monitoring: 'Dashboards, rules and their servers',
      docs: 'README and the pages around it',
    },
    default: ['service', 'container', 'compose', 'deploy', 'infra', 'ci', 'monitoring', 'docs'],
    quiet: true,
  },
} as const satisfies Record<string, Option>;

/** Ids with a meaning in a later release (packagers, pipelines, networks, detection). */
export const reserved: readonly string[] = ['extras', 'appModule', 'sourceDir', 'installer', 'healthPath', 'public'];

export type OptionId = keyof typeof options;
/** A complete set of answers: no secrets, no dates, every option present. */
export type Answers = { readonly [K in OptionId]: ValueOf<(typeof options)[K]> };

/** The options with their ids, in asking order, at their common type. */
export const optionList: readonly (readonly [OptionId, Option])[] = Object.entries(options) as [OptionId, Option][];
