import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'OpenAI-compatible',
  hint: 'OpenAI, DeepSeek, vLLM, Ollama or any other server that speaks the same protocol',
  // The laptop keeps the local stand-ins: it needs neither a key nor a network.
  fulfils: [
    { port: 'chat-model', when: ['staging', 'production'], gives: { provider: 'openai-compatible' } },
    { port: 'embedder', when: ['staging', 'production'], gives: { provider: 'openai-compatible' } },
    {
      port: 'openai-compatible',
      when: ['staging', 'production'],
      gives: { apiKey: { stored: 'llm/api-key' }, embeddingApiKey: { stored: 'llm/embedding-api-key' } },
    },
  ],
  gives: {
    settings: [
      {
        name: 'LLM_BASE_URL',
        type: 'str',
        default: 'https://api.openai.com/v1',
        help: 'Address of the model provider, up to and including its version',
      },
      {
        name: 'LLM_API_KEY',
        type: 'str',
        default: '',
        help: 'Key of the model provider; empty for servers that want none',
        secret: true,
        from: 'openai-compatible.apiKey',
      },
      { name: 'CHAT_MODEL', type: 'str', default: 'gpt-5.4-mini', help: 'Name of the chat model' },
      {
        name: 'CHAT_TOKENS_FIELD',
        type: 'str',
        default: 'max_completion_tokens',
        help: 'How the provider calls the limit of an answer; older servers say `max_tokens`',
      },
      {
        name: 'EMBEDDING_BASE_URL',
        type: 'str',
        default: '',
        help: 'Address of the embedding provider if it is another one than LLM_BASE_URL',
      },
      {
        name: 'EMBEDDING_API_KEY',
        type: 'str',
        default: '',
        help: 'Key of the embedding provider if it is another one than LLM_API_KEY',
        secret: true,
        optional: true,
        from: 'openai-compatible.embeddingApiKey',
      },
      { name: 'EMBEDDING_BATCH_SIZE', type: 'int', default: '64', help: 'Texts in one embedding request' },
      {
        name: 'EMBEDDING_SEND_DIMENSION',
        type: 'bool',
        default: 'true',
        help: 'Ask the provider for EMBEDDING_DIMENSION; false for models of one fixed length',
      },
    ],
    python: ['openai>=3.52,<4'],
    integrations: [
      { role: 'chat', id: 'openai-compatible', module: 'openai_compatible', symbol: 'OpenAIChat' },
      { role: 'embedder', id: 'openai-compatible', module: 'openai_compatible', symbol: 'OpenAIEmbedder' },
    ],
  },
});
