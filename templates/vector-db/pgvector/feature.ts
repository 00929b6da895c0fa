import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'pgvector',
  hint: 'vectors in the PostgreSQL database you have anyway',
  rules: [{ needs: 'database=postgres', because: 'pgvector keeps its vectors in PostgreSQL' }],
  fulfils: [{ port: 'vector-store', gives: { provider: 'pgvector' } }],
  gives: {
    integrations: [{ role: 'store', id: 'pgvector', module: 'pgvector', symbol: 'PgVectorStore' }],
  },
});
