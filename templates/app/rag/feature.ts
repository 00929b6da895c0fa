import { defineFeature } from '../../../core/feature.ts';

/** Seconds; model calls outlast what default buckets can tell apart. */
const latency = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 300];

export default defineFeature({
  label: 'RAG service',
  hint: 'FastAPI: answers questions from your documents, with sources, as JSON or as a stream',
  traits: ['asgi', 'owns-source'],
  rules: [{ needs: 'vector-db', because: 'retrieval searches a vector database' }],
  uses: ['vector-store'],
  seeds: [
    'app/api/documents.py',
    'app/api/query.py',
    'app/rag/prompts.py',
    'app/static/',
    'deploy/monitoring/rules/budget.yml',
    'examples/',
  ],
  gives: {
    settings: [
      {
        name: 'VECTOR_STORE',
        type: 'str',
        default: 'embedded',
        help: 'Where vectors are kept; `embedded` is a file under DATA_DIR',
        from: 'vector-store.provider',
      },
      {
        name: 'CHAT_MODEL_PROVIDER',
        type: 'str',
        default: 'echo',
        help: 'Who answers; `echo` quotes the passages and needs no key',
        from: 'chat-model.provider',
      },
      {
        name: 'EMBEDDING_PROVIDER',
        type: 'str',
        default: 'hashing',
        help: 'Who turns text into vectors; `hashing` compares words and needs no key',
        from: 'embedder.provider',
      },
      {
        name: 'EMBEDDING_MODEL',
        type: 'str',
        default: 'hashing',
        help: 'Name of the embedding model; another model means a new, empty index',
        from: 'answer.embeddingModel',
      },
      {
        name: 'EMBEDDING_DIMENSION',
        type: 'int',
        default: '512',
        help: 'Numbers in one vector; must be what the embedding model returns',
        from: 'answer.embeddingDimension',
      },
      { name: 'DATA_DIR', type: 'str', default: '.data', help: 'Folder of the embedded vector store' },
      { name: 'CHUNK_SIZE', type: 'int', default: '1000', help: 'Longest piece of a document, in characters' },
      {
        name: 'CHUNK_OVERLAP',
        type: 'int',
        default: '150',
        help: 'Characters that a piece repeats from the one before; at most half of CHUNK_SIZE',
      },
      {
        name: 'MAX_DOCUMENT_CHARACTERS',
        type: 'int',
        default: '2000000',
        help: 'Longest text of one document',
      },
      { name: 'MAX_PDF_PAGES', type: 'int', default: '500', help: 'Most pages of one PDF' },
      { name: 'MAX_ANSWER_TOKENS', type: 'int', default: '1024', help: 'Longest answer of the chat model' },
    ],
    python: ['pypdf>=7.1,<8', 'python-multipart>=0.0.30,<0.1'],
    integrations: [
      { role: 'store', id: 'embedded', module: 'embedded', symbol: 'EmbeddedStore' },
      { role: 'chat', id: 'echo', module: 'echo', symbol: 'EchoModel' },
      { role: 'embedder', id: 'hashing', module: 'hashing', symbol: 'HashingEmbedder' },
    ],
    metrics: [
      {
        name: 'rag_requests_total',
        type: 'counter',
        labels: ['method', 'endpoint', 'status'],
        help: 'Requests by how they ended; a broken stream by its error, 499: the client left',
      },
      {
        name: 'rag_request_latency_seconds',
        type: 'histogram',
        labels: ['method', 'endpoint'],
        help: 'Time to the last byte',
        buckets: latency,
      },
      {
        name: 'rag_query_latency_seconds',
        type: 'histogram',
        labels: ['stage'],
        help: 'Time of one stage of a question: embed, retrieve, generate',
        buckets: latency,
      },
      {
        name: 'llm_requests_total',
        type: 'counter',
        labels: ['operation', 'outcome'],
        help: 'Calls to models (chat, embed): ok, unavailable, refused, cancelled or error',
      },
      {
        name: 'llm_request_duration_seconds',
        type: 'histogram',
        labels: ['operation'],
        help: 'Time of a call to a model, a stream to its end',
        buckets: latency,
      },
      {
        name: 'llm_time_to_first_token_seconds',
        type: 'histogram',
        labels: [],
        help: 'Time until the chat model begins to speak',
        buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 40],
      },
      {
        name: 'llm_circuit_open',
        type: 'gauge',
        labels: ['name'],
        help: 'Whether calls to a model are refused after repeated failures: 1 or 0',
      },
      {
        name: 'http_streams_total',
        type: 'counter',
        labels: ['route', 'outcome'],
        help: 'Streamed answers by their end: done, error (also when cut) or client_left',
      },
      {
        name: 'llm_tokens_total',
        type: 'counter',
        labels: ['kind'],
        help: 'Tokens by kind: prompt, completion, embedding',
      },
    ],
  },
});
