import { describeJson, PatternError } from './error.ts';
import type { Pattern, Tested } from './match.ts';
import { readTest } from './operators.ts';

/** Maximum number of combinations of a `$or` in EventBridge (user guide, comparison operators). */
const combinationLimit = 1000;

/**
 * Checks an event pattern and prepares it for `matchesPattern`.
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

/** By code unit, which is the order of the engine. */
const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

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
