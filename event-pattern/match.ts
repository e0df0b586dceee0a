import { accepts, type Test } from './accepts.ts';
import {
  type Field,
  flattenEvent,
  mergePositions,
  type Positions,
  samePositions,
} from './event.ts';

/** A checked event pattern, made by `compilePattern`. It is JSON. */
export interface Pattern {
  /** The combinations of all alternatives. An event matches if it satisfies all steps of one. */
  readonly combinations: readonly Combination[];
}

/** The fields that must all match, in the order of their paths. */
export type Combination = readonly PatternStep[];

export interface PatternStep extends Tested {
  /** Field names joined by dots, as in the engine: `{"a.b":…}` and `{"a":{"b":…}}` are the same. */
  readonly path: string;
}

/** The array of a field: its tests. */
export interface Tested {
  /** As written. Only the complexity of the pattern depends on it. */
  readonly entries?: readonly unknown[];
  readonly tests: readonly Test[];
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
  { tests }: PatternStep,
  candidates: readonly Field[],
  chosen: Positions,
): readonly Positions[] {
  const reachable = candidates.flatMap(({ value, positions }) => {
    const merged = mergePositions(chosen, positions);
    return merged ? [{ value, merged }] : [];
  });
  const accepted = reachable
    .filter(({ value }) => tests.some((test) => accepts(test, value)))
    .map(({ merged }) => merged);
  const absent = reachable.length === 0 && tests.some((test) => test.kind === 'absent');
  return absent ? [...accepted, chosen] : accepted;
}

function distinct(all: readonly Positions[]): readonly Positions[] {
  return all.filter((one, at) => all.findIndex((other) => samePositions(one, other)) === at);
}
