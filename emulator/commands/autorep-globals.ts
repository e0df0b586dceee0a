import { isWildcard, matchesWildcard, printGlobals } from '../../autosys/autorep/index.ts';
import { parseGlobalName, parseGlobalValue } from '../../autosys/names.ts';
import type { Deps } from '../deps.ts';
import type { Printed } from './command.ts';

/** `autorep -G`: the bare value of one variable, or the table for a pattern. */
export function reportGlobals(
  instance: Pick<
    Deps['instance'],
    'globalVariable' | 'globalVariables' | 'globalColumns' | 'timezone'
  >,
  pattern: string,
): Printed {
  if (!isWildcard(pattern) && !instance.globalVariable(pattern)) {
    return { stdErr: [invalidGlobalName(pattern)] };
  }
  const entries = [...instance.globalVariables()]
    .filter(([name]) => (isWildcard(pattern) ? matchesWildcard(pattern, name) : name === pattern))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { value, changedAt }]) => {
      return { name: parseGlobalName(name), value: parseGlobalValue(value), changedAt };
    });
  return { stdOut: printGlobals(pattern, entries, instance) };
}

/**
 * That a missing variable is an error is the general rule of autorep; the wording is our own
 * (inferred).
 */
export function invalidGlobalName(name: string): string {
  return `Invalid Global Variable Name: ${name}`;
}
