import { shortened } from '../names.ts';
import { deployed } from '../option.ts';
import type { Answers } from '../options.ts';
import type { View } from './view.ts';
import { hostIn } from './tokens.ts';

/** Repository of the image, without tag or digest. In a cloud only the pipeline knows its registry: this is the local name. */
export const imageOf = ({ registry, owner, name }: Answers): string =>
  registry === null ? name : `${registry}/${owner}/${name}`;

/**
 * Longest stem of a cloud's names. ElastiCache allows 40 characters for a replication group, `<stem>-production`; an S3
 * bucket with the account's number (63) and an IAM role (64) have more room.
 */
export const longestStem = 29;

type Place = Pick<View, 'namespace' | 'domain' | 'region' | 'minReplicas' | 'maxReplicas' | 'resource' | 'deployed'>;

/** Where the service runs and what it is called there. */
export const placeOf = (answers: Answers): Place => ({
  namespace: answers.namespace ?? '',
  domain: answers.domain ?? '',
  region: answers.region ?? '',
  minReplicas: answers.minReplicas ?? 0,
  maxReplicas: answers.maxReplicas ?? 0,
  resource: shortened(answers.name, longestStem),
  deployed: deployed.map((env) => ({ env, host: hostIn(env, answers.domain ?? '') })),
});
