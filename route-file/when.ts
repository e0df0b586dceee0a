import { didYouMean } from '../autosys/suggest.ts';
import {
  compilePattern,
  describeJson,
  type Pattern,
  PatternError,
} from '../event-pattern/index.ts';
import { findTemplateField, templateFields } from '../lambda/routing/template-fields.ts';
import type { When } from '../lambda/routing/when.ts';
import type { WorkloadEvent, WorkloadStatus } from '../lambda/workload/workload.ts';
import type { Faults, Path } from './faults.ts';
import { isMapping } from './located.ts';

/** Facts about the route of a condition. */
export interface ConditionedRoute {
  /** `undefined` if its `from` has a fault. */
  readonly kind: WorkloadEvent['kind'] | undefined;
  readonly statuses: readonly WorkloadStatus[];
}

/** Fields whose value is a number. All others are texts. */
const numbers: ReadonlySet<string> = new Set([
  'attempt',
  'durationSeconds',
  'exitCode',
  'index',
  'redriveCount',
]);

/**
 * Compiles the condition of a route: an event pattern of EventBridge on the fields of templates, and
 * on input and output.
 *
 * @returns `undefined` if there is none, or if it has faults, which are reported
 */
export function compileWhen(
  raw: unknown,
  path: Path,
  route: ConditionedRoute,
  faults: Faults,
): When | undefined {
  if (!isMapping(raw)) return undefined;
  const { kind } = route;
  if (kind !== undefined && !checkFields(raw, path, kind, faults)) return undefined;
  const scalar = findScalar(raw, path);
  if (scalar !== undefined) {
    const [at, value] = scalar;
    const found = describeJson(value);
    faults.at(at, `when: found ${found}, allowed: a list of values, as in [${found}]`);
    return undefined;
  }
  try {
    const { combinations } = compilePattern(raw);
    if (!checkValues(combinations, path, route, faults)) return undefined;
    const steps = combinations.map((all) =>
      all.map(({ path: at, tests }) => ({ path: at, tests })),
    );
    return { text: JSON.stringify(raw), combinations: steps };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    faults.at([...path, ...toKnownSteps(raw, error.path)], `when: ${error.message}`);
    return undefined;
  }
}

/** Finds a value that stands for itself instead of in a list. */
function findScalar(given: unknown, path: Path): readonly [Path, unknown] | undefined {
  if (Array.isArray(given)) return undefined;
  if (!isMapping(given)) return [path, given];
  for (const [key, value] of Object.entries(given)) {
    const found = findScalar(value, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds fields that no event of this kind has. */
function checkFields(
  raw: Readonly<Record<string, unknown>>,
  path: Path,
  kind: WorkloadEvent['kind'],
  faults: Faults,
): boolean {
  const known = [
    ...Object.keys(templateFields).filter((name) => findTemplateField(name)?.[kind] !== undefined),
    ...(kind === 'execution' ? ['input', 'output'] : []),
  ];
  const alternatives = Array.isArray(raw['$or']) ? raw['$or'] : [];
  const own = Object.keys(raw).map((key) => [key, [...path, key]] as const);
  const nested = alternatives.flatMap((one: unknown, at) =>
    isMapping(one) ? Object.keys(one).map((key) => [key, [...path, '$or', at, key]] as const) : [],
  );
  const unknown = [...own, ...nested].filter(
    ([key]) => key !== '$or' && !known.includes(key.split('.')[0] ?? ''),
  );
  for (const [key, at] of unknown) {
    const owner = kind === 'execution' ? 'an execution' : 'a Batch job';
    faults.atKey(
      at,
      `when: ${owner} has no ${key}${didYouMean(key, known)}; allowed: ${known.join(', ')}`,
    );
  }
  return unknown.length === 0;
}

/** Finds values that a field cannot have, so that the condition would never hold. */
function checkValues(
  combinations: Pattern['combinations'],
  path: Path,
  { statuses }: ConditionedRoute,
  faults: Faults,
): boolean {
  const problems = new Map<string, string>();
  for (const { path: name, entries = [] } of combinations.flat()) {
    if (!Object.hasOwn(templateFields, name)) continue;
    const isNumber = numbers.has(name);
    for (const entry of entries) {
      const words: readonly string[] = statuses;
      if (typeof entry === (isNumber ? 'string' : 'number')) {
        const allowed = isNumber ? 'a number' : 'a text; put it in quotes';
        problems.set(name, `${name}: found ${describeJson(entry)}, allowed: ${allowed}`);
      } else if (name === 'status' && typeof entry === 'string' && !words.includes(entry)) {
        const more = `${didYouMean(entry, words)}; allowed: ${words.join(', ')}`;
        problems.set(name, `status: found ${describeJson(entry)}${more}`);
      }
    }
  }
  for (const [name, message] of problems) faults.at([...path, name], `when: ${message}`);
  return problems.size === 0;
}

/** The steps of a path in a pattern that the file has. */
function toKnownSteps(raw: unknown, path: string): Path {
  if (!isMapping(raw)) return [];
  const key = Object.keys(raw).find((one) => path === one || path.startsWith(`${one}.`));
  return key === undefined ? [] : [key, ...toKnownSteps(raw[key], path.slice(key.length + 1))];
}
