import { describeJson, PatternError } from './error.ts';
import {
  type Field,
  flattenEvent,
  mergePositions,
  type Positions,
  samePositions,
} from './event.ts';
import { readTest, type Test } from './operators.ts';

/** Maximum number of combinations of a `$or` in EventBridge (user guide, comparison operators). */
const combinationLimit = 1000;

/** A checked event pattern, made by {@link compilePattern}. */
export interface Pattern {
  /** The combinations of all alternatives. An event matches if it satisfies all steps of one. */
  readonly combinations: readonly Combination[];
}

/** The fields that must all match, in the order of their paths. */
export type Combination = readonly Step[];

interface Step extends Tested {
  /** Field names joined by dots, as in the engine: `{"a.b":…}` and `{"a":{"b":…}}` are the same. */
  readonly path: string;
}

/** The array of a field: its entries and their tests. */
interface Tested {
  readonly entries: readonly unknown[];
  readonly tests: readonly Test[];
}

/**
 * Checks an event pattern and prepares it for {@link matchesPattern}.
 *
 * It does not check the quotas; `acceptPattern` does.
 *
 * @param pattern the parsed JSON value of the pattern
 * @throws {PatternError} for a form that EventBridge rejects, and for a duplicate path, of which
 *   the engine would silently use the last
 */
export function compilePattern(pattern: unknown): Pattern {
  const combinations = readFields(pattern, { path: '', within: 'fields' }, [new Map()]);
  return {
    combinations: combinations.map((steps) =>
      [...steps].map(([path, tested]) => ({ path, ...tested })).sort(byPath),
    ),
  };
}

/**
 * Whether an event matches a pattern, as in EventBridge.
 *
 * Each element of an array in the event is a candidate. Fields of the same array must match in the
 * same element. Numbers are compared as numbers, after the rounding by the JSON parser.
 *
 * @throws {TypeError} if the event is not a JSON object
 */
export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  const fields = flattenEvent(event);
  return pattern.combinations.some((steps) => satisfies(steps, fields));
}

type Draft = ReadonlyMap<string, Tested>;

interface Reading {
  readonly path: string;
  readonly within: 'fields' | 'or';
}

function readFields(
  pattern: unknown,
  reading: Reading,
  drafts: readonly Draft[],
): readonly Draft[] {
  const { path, within } = reading;
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) {
    throw new PatternError({ path }, { found: describeJson(pattern), allowed: 'an object' });
  }
  const entries = Object.entries(pattern);
  if (entries.length === 0) {
    throw new PatternError({ path }, { found: 'an empty object', allowed: 'at least one field' });
  }
  return entries.reduce((before, [name, value]) => {
    if (name === '$or') return readAlternatives(value, path, before);
    const inner = path === '' ? name : `${path}.${name}`;
    if (name.split('.').includes('')) {
      // The engine splits names at dots, so it would never find such a field.
      throw new PatternError({ path: inner }, { found: 'an empty field name', allowed: 'a name' });
    }
    if (within === 'or' && reservedInOr.has(name)) {
      throw new PatternError(
        { path: inner },
        {
          found: `the reserved word "${name}" as a field inside $or`,
          allowed: 'other field names',
        },
      );
    }
    if (Array.isArray(value)) return addStep(before, inner, readTests(value, inner));
    return readFields(value, { path: inner, within }, before);
  }, drafts);
}

function readAlternatives(
  value: unknown,
  path: string,
  drafts: readonly Draft[],
): readonly Draft[] {
  const position = { path: path === '' ? '$or' : `${path}.$or` };
  if (!Array.isArray(value) || value.length < 2) {
    throw new PatternError(position, {
      found: describeJson(value),
      allowed: 'an array of two or more objects',
    });
  }
  const combined = value.flatMap((alternative) =>
    readFields(alternative, { path, within: 'or' }, drafts),
  );
  if (combined.length > combinationLimit) {
    throw new PatternError(position, {
      found: `${combined.length} combinations`,
      allowed: `at most ${combinationLimit} combinations`,
    });
  }
  return combined;
}

function readTests(values: readonly unknown[], path: string): Tested {
  if (values.length === 0) {
    throw new PatternError({ path }, { found: 'an empty array', allowed: 'one or more values' });
  }
  return { entries: values, tests: values.map((value) => readTest(value, path)) };
}

function addStep(drafts: readonly Draft[], path: string, tested: Tested): readonly Draft[] {
  return drafts.map((draft) => {
    if (draft.has(path)) {
      throw new PatternError(
        { path },
        { found: 'the same field twice', allowed: 'each field once' },
      );
    }
    return new Map(draft).set(path, tested);
  });
}

/**
 * Tests the fields in the order of their paths, and keeps all possible choices of array elements.
 *
 * A field that must be absent is tested in the elements chosen so far, as in the engine
 * (event-ruler, ACFinder.java).
 */
function satisfies(steps: Combination, fields: ReadonlyMap<string, readonly Field[]>): boolean {
  let possible: readonly Positions[] = [new Map()];
  for (const step of steps) {
    const candidates = fields.get(step.path) ?? [];
    possible = distinct(possible.flatMap((chosen) => followStep(step, candidates, chosen)));
    if (possible.length === 0) return false;
  }
  return true;
}

function followStep(
  { tests }: Step,
  candidates: readonly Field[],
  chosen: Positions,
): readonly Positions[] {
  const reachable = candidates.flatMap(({ value, positions }) => {
    const merged = mergePositions(chosen, positions);
    return merged ? [{ value, merged }] : [];
  });
  const accepted = reachable
    .filter(({ value }) => tests.some((test) => test.kind === 'accepts' && test.accepts(value)))
    .map(({ merged }) => merged);
  const absent = reachable.length === 0 && tests.some((test) => test.kind === 'absent');
  return absent ? [...accepted, chosen] : accepted;
}

function distinct(all: readonly Positions[]): readonly Positions[] {
  return all.filter((one, at) => all.findIndex((other) => samePositions(one, other)) === at);
}

/** By code unit, which is the order of the engine. */
const byPath = (a: Step, b: Step): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** Field names that the engine reserves inside `$or` (event-ruler, Constants.java). */
const reservedInOr: ReadonlySet<string> = new Set([
  ...[
    'exactly',
    'equals-ignore-case',
    'prefix',
    'suffix',
    'anything-but',
    'exists',
    'wildcard',
    'numeric',
    'cidr',
  ],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);
