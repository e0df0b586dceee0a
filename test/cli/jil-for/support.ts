import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliResult, runCli } from '../setup.ts';

const root = join(import.meta.dirname, '../../..');

/** A shipped file, by its path from the root. */
export function readShipped(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The content of `targets:` and `callers:` of a route file with one instance. */
export interface TargetsAndCallers {
  readonly targets: Readonly<Record<string, unknown>>;
  readonly callers?: Readonly<Record<string, unknown>>;
}

/** A caller that may start every target for the jobs `NIGHT_*`. */
export const nightCaller = { secret: 's', targets: ['*'], jobs: ['NIGHT_*'] };

/** A route file as text. JSON is YAML. */
export function toRouteFile({ targets, callers = { agents: nightCaller } }: TargetsAndCallers) {
  const instance = { endpoints: ['https://ace.example.com:9443'], secret: 'autosys/ACE/bridge' };
  return JSON.stringify({ instances: { ACE: instance }, targets, callers });
}

/** Runs `jil-for` for a route file. */
export function runJilFor(file: string, argv: readonly string[] = []): Promise<CliResult> {
  return runCli(['jil-for', '--config', 'bridge.yaml', ...argv], {
    files: { 'bridge.yaml': file },
  });
}

/** The JIL for a route file. @throws {Error} with stderr, also for a note */
export async function printJilFor(file: string, argv: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await runJilFor(file, argv);
  if (code !== 0 || stderr !== '') throw new Error(`${code}: ${stderr}`);
  return stdout;
}
