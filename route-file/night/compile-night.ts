import type { AutosysInstance } from '../../autosys/names.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import type { NightConfig } from '../../lambda/routing/night-config.ts';
import type { Faults, Path } from '../faults.ts';
import { toInstance } from '../instances.ts';
import { isMapping } from '../located.ts';
import { formatFault } from '../shapes.ts';
import { nightDefaults, nightSchema } from './schema.ts';

/**
 * Maximum characters of the ARNs of all readers. The policy of the bucket has at most 20 KB (Amazon S3
 * user guide, documented), and names each role three times: allowed to read and to list, and excluded
 * from the denial.
 */
const maxReaderCharacters = 4_500;

/**
 * Compiles `night:`. `undefined` if the file has none, or one with faults.
 *
 * @param instances the names of all instances in the file, valid or not
 */
export function compileNight(
  raw: unknown,
  instances: readonly string[],
  faults: Faults,
): NightConfig | undefined {
  if (!isMapping(raw)) return undefined;
  refuseRepeated(raw['instances'], ['night', 'instances'], faults);
  refuseRepeated(raw['readers'], ['night', 'readers'], faults);
  const named = compileInstances(raw['instances'] ?? instances, instances, faults);
  const given = nightSchema.safeParse(raw).data;
  if (given === undefined) return undefined;
  const { readers } = given;
  const length = readers.join('').length;
  if (length > maxReaderCharacters) {
    faults.atKey(
      ['night', 'readers'],
      `readers: found ${readers.length} roles whose ARNs have ${length} characters, allowed: ${maxReaderCharacters}, because the policy of a bucket has at most 20 KB; let the operators assume one role`,
    );
  }
  return {
    instances: named,
    since: given.since ?? nightDefaults.since,
    everyMinutes: given.everyMinutes ?? nightDefaults.everyMinutes,
    keepDays: given.keepDays ?? nightDefaults.keepDays,
    readers,
  };
}

function compileInstances(
  raw: unknown,
  known: readonly string[],
  faults: Faults,
): readonly AutosysInstance[] {
  const names: readonly unknown[] = Array.isArray(raw) ? raw : [];
  return names.flatMap((name, at) => {
    if (typeof name !== 'string') return [];
    if (!known.includes(name)) {
      faults.at(
        ['night', 'instances', at],
        `${formatFault('instances', name, known.join(', '))}${didYouMean(name, known)}`,
      );
    }
    // A name that is not valid is reported at its instance.
    return toInstance(name) ?? [];
  });
}

function refuseRepeated(raw: unknown, path: Path, faults: Faults): void {
  const names: readonly unknown[] = Array.isArray(raw) ? raw : [];
  for (const [at, name] of names.entries()) {
    if (typeof name !== 'string' || names.indexOf(name) === at) continue;
    faults.at([...path, at], `${String(path.at(-1))}: found ${name} twice; remove one`);
  }
}
