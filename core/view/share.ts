import type { World } from '../worlds.ts';
import type { Placed, ShownSetting } from './settings.ts';
import type { Tokens } from './tokens.ts';

/**
 * Instances that can hold something at the same moment: all that are allowed, the one more of a rollout, and as many old ones
 * that still end their streams.
 */
export const atOnce = (most: number): number => 2 * most + 1;

/** What all instances may have together → what one of them may have, which is never more than the default. */
export function shared(
  settings: readonly ShownSetting[],
  worlds: readonly World[],
  { perEnv }: Pick<Tokens, 'perEnv'>,
): ShownSetting[] {
  const most = ({ name, tags }: World): number => {
    if (name === 'local' || !tags.has('kubernetes')) return 1;
    return Math.max(...['minReplicas', 'maxReplicas'].map((one) => Number(perEnv[one]?.in[name] ?? 1)));
  };
  const part = (world: World, { share, in: places }: ShownSetting): Placed => {
    const { kind, text } = places[world.name];
    return { kind, text: String(Math.min(Number(text), Math.floor(share / atOnce(most(world))))) };
  };
  return settings.map((setting) => {
    if (setting.share === 0) return setting;
    const places = worlds.map((world) => [world.name, part(world, setting)]);
    return { ...setting, in: Object.fromEntries(places) as ShownSetting['in'] };
  });
}
