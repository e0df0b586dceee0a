import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '../../emulator/index.ts';
import { launchTargets } from './launch-site.ts';
import { nightEntry } from './night.ts';
import { requestEntries } from './request-site.ts';
import { project } from './toolkit.ts';

/** The files of a platform team: an adapted copy of the example route file. */
export interface Site {
  /** The route file to deploy. */
  readonly config: string;
  /** Writes a changed copy of the route file beside it. */
  write(name: string, change: (routes: string) => string): string;
}

/**
 * Copies the example route file, with the endpoint and CA of the AutoSys of this run, targets,
 * requests and pages of the night.
 */
export function setUpSite(directory: string, autosys: Emulator): Site {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'ca.pem'), autosys.certificateAuthority);
  const example = readFileSync(join(project, 'examples/bridge.yaml'), 'utf8');
  const endpoints = /^( +)endpoints:\n(?: +- .*\n)+/m;
  if (!endpoints.test(example)) throw new Error('examples/bridge.yaml lists no endpoints');
  const added = `${launchTargets}${requestEntries}${nightEntry}`;
  const routes = example
    .replace(endpoints, `$1endpoints: [${autosys.url}]\n$1ca: ca.pem\n`)
    // Before the routes, because further routes are added at the end.
    .replace(/^routes:$/m, () => `${added}\nroutes:`);
  if (!routes.includes(added)) throw new Error('examples/bridge.yaml lists no routes');
  const write = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    config: write('bridge.yaml', routes),
    write: (name, change) => write(name, change(routes)),
  };
}
