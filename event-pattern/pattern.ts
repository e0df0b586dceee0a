import { describeJson, PatternError } from './error.ts';
import {
  type Field,
  flattenEvent,
  mergePositions,
  type Positions,
  samePositions,
} from './event.ts';
import { readTest, type Test } from './operators.ts';

/** EventBridge refuses a `$or` that multiplies out to more combinations (user guide, comparison operators). */
const combinationLimit = 1000;

/** A checked event pattern, made by {@link compilePattern}. */
export interface Pattern {
  /** What the pattern multiplies out to: the event must satisfy all steps of one of them. */
  readonly combinations: readonly Combination[];
}

/** The fields that must all hold, in the order of their paths. */
export type Combination = readonly Step[];

interface Step extends Tested {
  /** Field names joined by dots, as the engine does: `{"a.b":…}` and `{"a":{"b":…}}` are the same. */
  readonly path: string;
}

/** What a field's array holds, as it is written and as it is tested. */
interface Tested {
  readonly entries: readonly unknown[];
  readonly tests: readonly Test[];
}

/**
 * Checks an event pattern and makes it ready for {@link matchesPattern}.
 *
 * @param pattern the JSON value of the pattern, already parsed
 * @throws {PatternError} for a form that EventBridge would refuse, and for a path that is named twice, where the engine
 *   would let the later one win silently; `acceptPattern` checks the quotas too
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
 * Says whether an event satisfies a pattern, as EventBridge would.
 *
 * Arrays in the event are opened: each element is a candidate, and fields of the same array must agree on the element.
 * Numbers are compared as numbers; what the parser of the event rounded stays rounded.
 *
 * @throws {TypeError} when the event is no JSON object
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
      // The engine splits names at dots and then never finds such a field.
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
  const place = { path: path === '' ? '$or' : `${path}.$or` };
  if (!Array.isArray(value) || value.length < 2) {
    throw new PatternError(place, {
      found: describeJson(value),
      allowed: 'an array of two or more objects',
    });
  }
  const combined = value.flatMap((alternative) =>
    readFields(alternative, { path, within: 'or' }, drafts),
  );
  if (combined.length > combinationLimit) {
    throw new PatternError(place, {
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
 * Walks the fields in the order of their paths and keeps every choice of array elements that is still possible.
 *
 * A field that must be absent is judged by the elements chosen so far, as the engine does (event-ruler, ACFinder.java).
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

/** By code unit, which is the order in which the engine walks. */
const byPath = (a: Step, b: Step): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** Field names that the engine keeps for itself inside `$or` (event-ruler, Constants.java). */
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
