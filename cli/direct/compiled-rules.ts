import { spawnSync } from 'node:child_process';
import type { LaunchRules } from '../../lambda/launch/check-start.ts';
import { AgentError } from '../agent/agent-error.ts';

/** What the process that compiles a route file prints, as JSON. */
export type CompiledRules =
  | { readonly kind: 'rules'; readonly rules: LaunchRules }
  | { readonly kind: 'refused'; readonly exit: number; readonly lines: readonly string[] };

/** Maximum time of compiling a file, and size of its result. */
const limits = { ms: 60_000, bytes: 67_108_864 } as const;
/** EX_SOFTWARE of sysexits.h. */
const defectExit = 70;

/**
 * Compiles a route file in another process, which ends at once: the reader of route files takes 12 MB
 * that a waiting command does not need (measured with Node.js 24).
 *
 * @param compiler text of the program `compile-route-file.ts`
 * @throws {AgentError} with every fault of the route file
 */
export function readCompiledRules(compiler: string, path: string): LaunchRules {
  // `-`: the program is read from stdin.
  const { stdout, stderr, error, status } = spawnSync(process.execPath, ['-', path], {
    ...{ input: compiler, encoding: 'utf8' },
    ...{ timeout: limits.ms, maxBuffer: limits.bytes },
  });
  if (error !== undefined || status !== 0) {
    const reason = error?.message ?? `exit code ${status}`;
    throw new AgentError(defectExit, [
      `error: ${path}: the route file was not compiled: ${reason}`,
      ...(stderr ?? '').trim().split('\n').slice(-5),
    ]);
  }
  // Safe: the program has printed it.
  const compiled = JSON.parse(stdout) as CompiledRules;
  if (compiled.kind === 'refused') throw new AgentError(compiled.exit, compiled.lines);
  return compiled.rules;
}
