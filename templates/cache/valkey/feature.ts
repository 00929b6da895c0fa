import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'Valkey',
  hint: 'rate limits that hold over all instances together',
  uses: ['valkey'],
  fulfils: [
    {
      port: 'valkey',
      when: ['compose', 'kubernetes'],
      gives: {
        host: 'valkey',
        port: '6379',
        user: 'default',
        password: { stored: 'valkey/password' },
        tls: 'false',
      },
    },
    { port: 'rate-limiter', gives: { provider: 'valkey' } },
    // A database keeps budgets better; without one, this is where all instances meet.
    { port: 'ledger', when: 'database=none', gives: { provider: 'valkey' } },
  ],
  gives: {
    settings: [
      { name: 'VALKEY_HOST', type: 'str', default: '127.0.0.1', help: 'Host of Valkey', from: 'valkey.host' },
      { name: 'VALKEY_PORT', type: 'int', default: '6379', help: 'Port of Valkey', from: 'valkey.port' },
      { name: 'VALKEY_USER', type: 'str', default: 'default', help: 'User of Valkey', from: 'valkey.user' },
      {
        name: 'VALKEY_PASSWORD',
        type: 'str',
        default: '',
        help: 'Password of Valkey',
        secret: true,
        generate: true,
        from: 'valkey.password',
      },
      {
        name: 'VALKEY_TLS',
        type: 'bool',
        default: 'false',
        help: 'Whether the connection is encrypted',
        from: 'valkey.tls',
      },
    ],
    python: ['valkey>=6.2,<7'],
    integrations: [
      { role: 'ledger', id: 'valkey', module: 'valkey', symbol: 'ValkeyLedger' },
      { role: 'limiter', id: 'valkey', module: 'valkey', symbol: 'ValkeyRateLimiter' },
    ],
    services: [
      {
        name: 'valkey',
        label: 'Valkey',
        port: 6379,
        purpose: 'rate limits',
        test: {
          image: 'docker.io/valkey/valkey:9.1.1',
          options: '--health-cmd "valkey-cli ping"',
          variable: 'TEST_VALKEY_URL',
          url: 'redis://127.0.0.1:6379',
        },
      },
    ],
  },
});
