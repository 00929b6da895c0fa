import { load } from '../scripts/load.ts';
import { make } from '../scripts/make.ts';
import type { Proved } from './combinations.ts';

/** Answers for a cluster that differ in what is rendered for it; those of a cloud only where the catalogue has it. */
const kept: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'any cluster': { cloud: 'none', name: 'my-rag' },
  'any cluster, everything in it': { cloud: 'none', name: 'all-here', vectorDb: 'qdrant', autoscaling: 'hpa' },
  'any cluster, as little as possible': {
    cloud: 'none',
    name: 'lean-rag',
    vectorDb: 'qdrant',
    database: 'none',
    cache: 'none',
    monitoring: [],
    auth: 'none',
    autoscaling: 'none',
  },
  'any cluster, long streams': {
    cloud: 'none',
    name: 'a-hostile-one',
    namespace: 'elsewhere',
    port: 8443,
    maxStreamSeconds: 235,
    minReplicas: 3,
    maxReplicas: 40,
    autoscaling: { staging: 'none', production: 'keda' },
  },
  aws: { cloud: 'aws', name: 'on-aws' },
  'aws, staging in the cluster': {
    cloud: 'aws',
    vectorDb: 'qdrant',
    hosting: { staging: 'cluster', production: 'managed' },
  },
};

/** Repositories that run in a cluster. */
export async function clusters(): Promise<Proved[]> {
  const library = await load();
  const known = ({ cloud }: Readonly<Record<string, unknown>>): boolean =>
    cloud === 'none' || library.catalog.entries.has(`cloud/${String(cloud)}`);
  return Object.entries(kept)
    .filter(([, answers]) => known(answers))
    .map(([name, answers]) => ({ name, ...make({ runtime: 'kubernetes', ...answers }, library) }));
}
