import type { AutosysInstance } from '../../autosys/names.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import type { Faults, Path } from '../faults.ts';
import { toInstance } from '../instances.ts';
import { isMapping } from '../located.ts';
import { formatFault } from '../shapes.ts';
import { checkEntryKeys, type RawEntry } from './check-keys.ts';
import { compileRequestCallers } from './compile-callers.ts';
import {
  entryNameAllowed,
  entryNamePattern,
  requestEntrySchema,
  usualRate,
} from './entry-schema.ts';
import { toEventKinds } from './event-rule.ts';

/**
 * Compiles the valid entries of `requests:`. Entries with faults that zod has reported are omitted.
 *
 * @param instances the names of all instances in the file, valid or not
 */
export function compileRequests(
  raw: unknown,
  instances: readonly string[],
  findings: { readonly faults: Faults; readonly warnings: Faults },
): readonly RequestEntry[] {
  if (!isMapping(raw)) return [];
  const { faults } = findings;
  refuseNames(Object.keys(raw), faults);
  return Object.entries(raw).flatMap(([name, value]) => {
    if (!isMapping(value)) return [];
    const path = ['requests', name];
    checkEntryKeys(value, path, findings);
    const callers = compileRequestCallers(value['callers'], [...path, 'callers'], faults);
    const instance = compileInstance(value, path, instances, faults);
    const given = requestEntrySchema.safeParse(value).data;
    if (given === undefined || instance === undefined) return [];
    return [
      {
        name,
        ...callers,
        instance,
        actions: given.actions,
        events: toEventKinds(given.events ?? []),
        starts: given.actions.includes('runJob') ? (given.starts ?? ['STARTJOB']) : [],
        jobs: given.jobs ?? [],
        globals: given.globals ?? [],
        mayKill: given.onAbort === 'kill',
        perMinute: given.rate ?? usualRate,
      },
    ];
  });
}

/** Two names that differ in case only are mistaken for each other in a policy or a log. */
function refuseNames(names: readonly string[], faults: Faults): void {
  const first = new Map<string, string>();
  for (const name of names) {
    const path = ['requests', name];
    if (!entryNamePattern.test(name)) {
      faults.atKey(path, formatFault('requests', name, entryNameAllowed));
    }
    const other = first.get(name.toLowerCase());
    if (other === undefined) {
      first.set(name.toLowerCase(), name);
      continue;
    }
    faults.atKey(
      path,
      `requests: found ${name}, which differs only in case from ${other} (line ${faults.lineOf(['requests', other])}); use another name`,
    );
  }
}

function compileInstance(
  { instance }: RawEntry,
  path: Path,
  instances: readonly string[],
  faults: Faults,
): AutosysInstance | undefined {
  if (instance === undefined) {
    const [only = ''] = instances;
    if (instances.length === 1) return toInstance(only);
    if (instances.length > 1) {
      faults.at(
        [...path, 'instance'],
        formatFault('instance', undefined, `one of ${instances.join(', ')}`),
      );
    }
    return undefined;
  }
  if (typeof instance !== 'string') return undefined;
  if (instances.includes(instance)) return toInstance(instance);
  const allowed = instances.length === 0 ? '' : `; allowed: ${instances.join(', ')}`;
  faults.at(
    [...path, 'instance'],
    `instance: unknown instance ${JSON.stringify(instance)}${didYouMean(instance, instances)}${allowed}`,
  );
  return undefined;
}
