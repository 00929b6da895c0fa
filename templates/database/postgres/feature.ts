import { defineFeature } from '../../../core/feature.ts';

/** Connections that every server here allows, and how many of them are kept for migration, backup, metrics and people. */
const connections = 200;
const kept = 20;
const tooMany =
  'the database lets 200 connections in, and each instance wants two, also while a release replaces all of them';

/** The connection never leaves the private network of the containers, where the server has no certificate. */
const container = {
  host: 'postgres',
  port: '5432',
  database: 'app',
  migrator: 'app',
  auth: 'password',
  password: { stored: 'postgres/password' },
  sslmode: 'disable',
  rootcert: '',
};

export default defineFeature({
  label: 'PostgreSQL',
  hint: 'token budgets that survive restarts, and a home for vectors',
  uses: ['postgres'],
  rules: [
    { when: 'kubernetes', max: { maxReplicas: 44 }, because: tooMany },
    { when: 'kubernetes', max: { minReplicas: 44 }, because: tooMany },
  ],
  fulfils: [
    {
      port: 'postgres',
      when: 'compose',
      gives: { ...container, user: 'app' },
    },
    {
      port: 'postgres',
      when: 'kubernetes',
      // `app` owns the server; the migration makes this user, who works with rows and with nothing else.
      gives: { ...container, user: 'service' },
    },
    { port: 'ledger', gives: { provider: 'postgres' } },
  ],
  gives: {
    settings: [
      { name: 'POSTGRES_HOST', type: 'str', default: '127.0.0.1', help: 'Host of PostgreSQL', from: 'postgres.host' },
      { name: 'POSTGRES_PORT', type: 'int', default: '5432', help: 'Port of PostgreSQL', from: 'postgres.port' },
      {
        name: 'POSTGRES_DATABASE',
        type: 'str',
        default: 'app',
        help: 'Database of the service',
        from: 'postgres.database',
      },
      { name: 'POSTGRES_USER', type: 'str', default: 'app', help: 'Database user', from: 'postgres.user' },
      {
        name: 'POSTGRES_MIGRATOR',
        type: 'str',
        default: 'app',
        help: 'User that `python -m app migrate` logs in as; what it makes belongs to it',
        from: 'postgres.migrator',
      },
      {
        name: 'POSTGRES_AUTH',
        type: 'str',
        default: 'password',
        help: 'How users log in: `password`, or who signs a token for each connection',
        from: 'postgres.auth',
      },
      {
        name: 'POSTGRES_PASSWORD',
        type: 'str',
        default: '',
        help: 'Password of the database user',
        secret: true,
        generate: true,
        from: 'postgres.password',
      },
      {
        name: 'POSTGRES_SSLMODE',
        type: 'str',
        default: 'prefer',
        help: 'How the server proves who it is: disable, prefer, require, verify-ca, verify-full',
        from: 'postgres.sslmode',
      },
      {
        name: 'POSTGRES_SSLROOTCERT',
        type: 'str',
        default: '',
        help: 'File of the authorities that may vouch for the server; needed from verify-ca on',
        from: 'postgres.rootcert',
      },
      { name: 'POSTGRES_POOL_MIN', type: 'int', default: '1', help: 'Connections that one instance keeps open' },
      {
        name: 'POSTGRES_POOL_MAX',
        type: 'int',
        default: '10',
        help: 'Most connections of one instance; times instances, fewer than the server allows',
        share: connections - kept,
      },
      {
        name: 'POSTGRES_STATEMENT_SECONDS',
        type: 'int',
        default: '15',
        help: 'Longest statement; the server ends it after that',
      },
    ],
    python: ['psycopg[binary,pool]>=3.3,<4'],
    integrations: [{ role: 'ledger', id: 'postgres', module: 'postgres', symbol: 'PostgresLedger' }],
    services: [
      {
        name: 'postgres',
        label: 'PostgreSQL',
        port: 5432,
        purpose: 'data of the service',
        test: {
          image: 'docker.io/pgvector/pgvector:0.8.7-pg18-trixie',
          options:
            '--env POSTGRES_USER=app --env POSTGRES_PASSWORD=for-tests --health-cmd "pg_isready --host=127.0.0.1 --username=app"',
          variable: 'TEST_POSTGRES_URL',
          url: 'postgresql://app:for-tests@127.0.0.1:5432/app',
        },
      },
    ],
  },
});
