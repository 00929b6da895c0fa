import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'Qdrant',
  hint: 'a vector database of its own, made for large collections',
  uses: ['qdrant'],
  fulfils: [
    { port: 'vector-store', gives: { provider: 'qdrant' } },
    {
      port: 'qdrant',
      when: ['compose', 'kubernetes'],
      gives: { url: 'http://qdrant:6333', apiKey: { stored: 'qdrant/api-key' } },
    },
  ],
  gives: {
    settings: [
      {
        name: 'QDRANT_URL',
        type: 'str',
        default: 'http://127.0.0.1:6333',
        help: 'Address of Qdrant',
        from: 'qdrant.url',
      },
      {
        name: 'QDRANT_API_KEY',
        type: 'str',
        default: '',
        help: 'Key of Qdrant',
        secret: true,
        generate: true,
        from: 'qdrant.apiKey',
      },
    ],
    python: ['qdrant-client>=1.20,<2'],
    integrations: [{ role: 'store', id: 'qdrant', module: 'qdrant', symbol: 'QdrantStore' }],
    services: [
      {
        name: 'qdrant',
        label: 'Qdrant',
        port: 6333,
        purpose: 'vectors',
        scrape: { path: '/metrics', secret: 'qdrant_api_key' },
      },
    ],
  },
});
