import { didYouMean } from '../../autosys/suggest.ts';
import { matchesGlob } from '../../lambda/routing/origin.ts';
import type { LaunchCaller } from '../../lambda/routing/targets.ts';
import { isMapping } from '../located.ts';
import { formatFault } from '../shapes.ts';
import { callerSchema } from './caller-schema.ts';
import type { LaunchFindings } from './compile-targets.ts';
import { launchNameAllowed, launchNamePattern } from './target-schema.ts';

/**
 * Compiles the valid callers. Callers with faults that zod has reported are omitted.
 *
 * @param targets the names of all targets in the file, valid or not
 */
export function compileCallers(
  raw: unknown,
  targets: readonly string[],
  findings: LaunchFindings,
): readonly LaunchCaller[] {
  if (!isMapping(raw)) return [];
  return Object.entries(raw).flatMap(([name, value]) => {
    const path = ['callers', name];
    if (!launchNamePattern.test(name)) {
      findings.faults.atKey(path, formatFault('caller', name, launchNameAllowed));
    }
    if (!isMapping(value)) return [];
    const used = resolveTargets(value['targets'], [...path, 'targets'], targets, findings);
    warnOfAnyJob(value['jobs'], [...path, 'jobs'], findings);
    const given = callerSchema.safeParse(value).data;
    return given ? [{ name, secret: given.secret, targets: used, jobs: given.jobs }] : [];
  });
}

/** The names of the targets that the patterns match, sorted. */
function resolveTargets(
  patterns: unknown,
  path: readonly PropertyKey[],
  targets: readonly string[],
  { faults }: LaunchFindings,
): readonly string[] {
  if (!Array.isArray(patterns)) return [];
  const used = new Set<string>();
  for (const [at, pattern] of patterns.entries()) {
    if (typeof pattern !== 'string') continue;
    const matching = targets.filter((target) => matchesGlob(pattern, target));
    for (const target of matching) used.add(target);
    // Without any target, the file has that one fault only.
    if (matching.length > 0 || targets.length === 0) continue;
    faults.at(
      [...path, at],
      `targets: no target matches ${JSON.stringify(pattern)}${didYouMean(pattern, targets)}; allowed: ${targets.join(', ')}`,
    );
  }
  return [...used].sort();
}

function warnOfAnyJob(
  jobs: unknown,
  path: readonly PropertyKey[],
  { warnings }: LaunchFindings,
): void {
  if (!Array.isArray(jobs)) return;
  for (const [at, pattern] of jobs.entries()) {
    if (typeof pattern !== 'string' || !/^\*+$/.test(pattern)) continue;
    warnings.at(
      [...path, at],
      'jobs: the caller may act for any job; list the names of its jobs, or a beginning such as PAY_*',
    );
  }
}
