import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The folder that `npm run tools` fills; also where proofs are remembered. */
export const cacheFolder = process.env.AI_DEPLOY_CACHE ?? join(homedir(), '.cache', 'ai-deploy');

const binFolder = join(cacheFolder, 'tools', 'bin');
const stampFolder = join(cacheFolder, 'tools', 'stamps');

/** What our own scripts cannot do without: commands, and parts of the installation that have no command. */
const scripts: Readonly<Record<string, { commands: readonly string[]; stamps: readonly string[] }>> = {
  'pg.sh': { commands: ['pg_ctl', 'initdb'], stamps: ['postgres'] },
  'valkey.sh': { commands: ['valkey-server'], stamps: ['valkey'] },
  'envoy.sh': { commands: ['envoy', 'curl'], stamps: ['envoy'] },
  'keda.sh': { commands: ['keda-operator', 'keda-adapter', 'kubectl', 'curl'], stamps: ['keda'] },
  'kube.sh': { commands: ['kube', 'kubectl', 'openssl'], stamps: ['kube'] },
  'image.sh': { commands: ['buildah', 'podman', 'runc'], stamps: ['image'] },
};

/** What `npm run tools` unpacked beside commands: schemas, custom resource definitions, the mirror of providers. */
export const library = (...path: readonly string[]): string => join(cacheFolder, 'tools', 'lib', ...path);

/** PATH with the installed tools first. */
export function toolPath(): string {
  return [binFolder, process.env.PATH].filter(Boolean).join(delimiter);
}

/** The absolute path of a command or of one of the scripts beside this file; undefined when it cannot be used. */
export function tool(name: string): string | undefined {
  const script = scripts[name];
  if (!script) return onPath(name);
  const ready =
    script.commands.every((command) => onPath(command)) &&
    script.stamps.every((stamp) => existsSync(join(stampFolder, stamp)));
  return ready ? join(import.meta.dirname, name) : undefined;
}

function onPath(name: string): string | undefined {
  return toolPath()
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** One line per installed tool with its version: part of the key of every proof. */
export function toolVersions(): string {
  if (!existsSync(stampFolder)) return '';
  return readdirSync(stampFolder)
    .sort()
    .map((name) => `${name} ${readFileSync(join(stampFolder, name), 'utf8')}`)
    .join('\n');
}
