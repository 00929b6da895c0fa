import type { Entry } from '../catalog.ts';
import type { Service } from '../feature.ts';
import { by } from '../names.ts';
import { deployed, environments, type Deployed, type Env } from '../option.ts';
import type { World } from '../worlds.ts';

/** A server that the service depends on, and who runs it where. */
export interface Running extends Pick<Service, 'name' | 'label' | 'purpose'> {
  /** Label of the feature that runs it instead of us; empty where it runs beside the service. */
  readonly by: Readonly<Record<Env, string>>;
}

/** The servers of all chosen features, sorted by name. A server is a port of the same name. */
function runningIn(features: readonly Entry[], worlds: readonly World[]): Running[] {
  const servers = features.flatMap((entry) => (entry.gives?.services ?? []).map((service) => ({ entry, service })));
  return servers
    .map(({ entry, service: { name, label, purpose } }) => ({
      name,
      label,
      purpose,
      by: Object.fromEntries(
        environments.map((env) => {
          const winner = worlds.find((world) => world.name === env)?.ports[name]?.by ?? entry.key;
          return [env, winner === entry.key ? '' : (features.find(({ key }) => key === winner)?.label ?? winner)];
        }),
      ) as Record<Env, string>,
    }))
    .sort(by('name'));
}

/** A server that is part of what we deploy, and in which environments. */
export interface Housed extends Pick<Service, 'name' | 'label'> {
  readonly envs: readonly Deployed[];
}

/** Who runs the servers, and which of them we do. */
export function runnersOf(
  features: readonly Entry[],
  worlds: readonly World[],
): { running: Running[]; housed: Housed[] } {
  const running = runningIn(features, worlds);
  return { running, housed: housedIn(running) };
}

const housedIn = (running: readonly Running[]): Housed[] =>
  running
    .map(({ name, label, by: runs }) => ({ name, label, envs: deployed.filter((env) => runs[env] === '') }))
    .filter(({ envs }) => envs.length > 0);
