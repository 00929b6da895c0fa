import type { Entry } from '../catalog.ts';
import type { Service } from '../feature.ts';
import { by } from '../names.ts';
import { environments, type Env } from '../option.ts';
import type { World } from '../worlds.ts';

/** A server that the service depends on, and who runs it where. */
export interface Running extends Pick<Service, 'name' | 'label' | 'purpose'> {
  /** Label of the feature that runs it instead of us; empty where it runs beside the service. */
  readonly by: Readonly<Record<Env, string>>;
}

/** The servers of all chosen features, sorted by name. A server is a port of the same name. */
export function runningIn(features: readonly Entry[], worlds: readonly World[]): Running[] {
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
