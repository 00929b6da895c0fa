import type { Tree } from '../../core/tree.ts';

const text = (value: string): Uint8Array => Buffer.from(value);

const file = { owner: 'base/repo', kind: 'managed', mode: '644', envs: ['local', 'staging', 'production'] } as const;

/** A small tree with one of everything: a script, a seed, a stateful file, an empty one and one that is not text. */
export const tree: Tree = new Map([
  ['README.md', { ...file, bytes: text('# my-rag\n'), id: 'base/repo:README.md', from: 'base/repo/README.md.ejs' }],
  [
    'app/__init__.py',
    { ...file, bytes: text(''), id: 'base/python:app/__init__.py', from: 'base/python/app/__init__.py' },
  ],
  [
    'app/prompts.py',
    {
      ...file,
      kind: 'seed',
      bytes: text("ASK = 'Grüße'\n"),
      id: 'app/rag:app/prompts.py',
      from: 'app/rag/app/prompts.py',
      owner: 'app/rag',
    },
  ],
  [
    'deploy/store.yml',
    {
      ...file,
      stateful: true,
      envs: ['staging'],
      bytes: text('a: 1\n@@ no head\n'),
      id: 'vector-db/x:deploy/store.yml',
      from: 'vector-db/x/deploy/store.yml',
      owner: 'vector-db/x',
    },
  ],
  [
    'logo.png',
    {
      ...file,
      bytes: Uint8Array.from({ length: 120 }, (_, i) => (i * 7) % 256),
      id: 'base/repo:logo.png',
      from: 'base/repo/logo.png',
    },
  ],
  [
    'ops/run.sh',
    { ...file, mode: '755', bytes: text('#!/bin/sh\n'), id: 'base/repo:ops/run.sh', from: 'base/repo/ops/run.sh' },
  ],
]);

export const answers = {
  name: 'my-rag',
  description: 'Answers "questions": a\tb\\c — é # no comment',
  vectorDb: 'none',
  cache: 'no',
  monitoring: ['prometheus', 'logs and more'],
  parts: [],
  hosting: { staging: 'cluster', production: 'managed' },
  python: '3.13',
  port: 8000,
  public: false,
  region: null,
} as const;
