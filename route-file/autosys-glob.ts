import { nameRules } from '../autosys/names.ts';
import { formatFault } from './shapes.ts';

/** Keys of the route file that list patterns of AutoSys names. */
export type AutosysGlobKey = 'jobs' | 'globals';

const subjects = {
  jobs: { rule: nameRules.job, name: 'the name of an AutoSys job' },
  globals: { rule: nameRules.globalVariable, name: 'the name of a global variable' },
} as const;

/**
 * Checks the name of a job or global variable in which `*` stands for any text. Returns the fault,
 * or `undefined`.
 */
export function findAutosysGlobFault(key: AutosysGlobKey, pattern: string): string | undefined {
  const { rule, name } = subjects[key];
  const known = pattern.replaceAll('*', '');
  const isValid = known === '' ? pattern !== '' : rule.pattern.test(known);
  if (isValid && known.length <= rule.max) return undefined;
  const hint = /[?%]/.test(pattern) ? '; * is the only wildcard' : '';
  return formatFault(
    key,
    pattern,
    `${name}, or a name with *: ${rule.allowed}, at most ${rule.max} characters${hint}`,
  );
}

/** True for a pattern that covers every name. */
export function coversAnyName(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}
