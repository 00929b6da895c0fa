/** Repositories that are kept whole: as golden folders for review, as packs for upgrading from every release. */
export const presets = {
  /** What a user gets who only presses Enter. */
  default: {},
  /** One machine instead of a cluster, the other store, and `none` wherever none is possible. */
  lean: {
    name: 'lean-rag',
    runtime: 'compose',
    vectorDb: 'qdrant',
    database: 'none',
    cache: 'none',
    monitoring: [],
    auth: 'none',
  },
  /** A cluster of nobody in particular, every text and number answered, and a description that tries to break out of each language. */
  hostile: {
    name: 'a-hostile-one',
    description: `It's "quoted", $(reboot), \${HOME}, {{ x }}, <% y %>, <b>bold</b>, a | b, back\\slash and 🚀`,
    owner: 'acme-9',
    runtime: 'kubernetes',
    cloud: 'none',
    registry: 'registry.example.com:5000',
    domain: 'rag.acme-9.dev',
    namespace: 'ai',
    minReplicas: 3,
    maxReplicas: 12,
    port: 8443,
    python: '3.12',
    vectorDb: 'qdrant',
    maxStreamSeconds: 235,
    embeddingModel: 'BAAI/bge-m3',
    embeddingDimension: 1024,
  },
} as const satisfies Record<string, Record<string, unknown>>;
