import type { Leaf } from './accepts.ts';
import { describeJson } from './error.ts';

/**
 * The array elements around a field: index of the element by the number of the array in the event.
 */
export type Positions = ReadonlyMap<number, number>;

/** A value of an event, and the array elements around it. */
export interface Field {
  readonly value: Leaf;
  readonly positions: Positions;
}

/**
 * Converts an event to its values by path.
 *
 * Objects and empty arrays have no value of their own, so `exists` is false for them. Plain values
 * in an array have the path of the array and no position.
 *
 * @throws {TypeError} if the event is not a JSON object
 */
export function flattenEvent(event: unknown): ReadonlyMap<string, readonly Field[]> {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new TypeError(`an event must be a JSON object, found ${describeJson(event)}`);
  }
  const fields = new Map<string, Field[]>();
  let arrays = 0;
  const add = (path: string, value: Leaf, positions: Positions) => {
    const known = fields.get(path);
    if (known) known.push({ value, positions });
    else fields.set(path, [{ value, positions }]);
  };
  const visit = (path: string, value: unknown, positions: Positions): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element, at) => {
        visit(path, element, isLeaf(element) ? positions : new Map(positions).set(array, at));
      });
    } else if (isLeaf(value)) {
      add(path, value, positions);
    } else {
      visitFields(`${path}.`, value, positions);
    }
  };
  const visitFields = (prefix: string, value: unknown, positions: Positions): void => {
    for (const [name, inner] of Object.entries(value ?? {})) visit(prefix + name, inner, positions);
  };
  visitFields('', event, new Map());
  return fields;
}

/** Joins two choices of array elements. `undefined` if they have different elements of an array. */
export function mergePositions(chosen: Positions, more: Positions): Positions | undefined {
  const merged = new Map(chosen);
  for (const [array, at] of more) {
    const before = merged.get(array);
    if (before !== undefined && before !== at) return undefined;
    merged.set(array, at);
  }
  return merged;
}

/** Whether two choices of array elements are the same. */
export function samePositions(a: Positions, b: Positions): boolean {
  return a.size === b.size && [...a].every(([array, at]) => b.get(array) === at);
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
