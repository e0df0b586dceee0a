/**
 * Replacement of `@sindresorhus/is` in the bundles: the checks that got makes of its options, with
 * the results of the original. The original also has a hundred checks that got does not make, and
 * texts for their errors, 22 KB in all.
 */
type Check = (value: unknown) => boolean;

/** Fields that a check may look at. `undefined` for a value that cannot have any. */
function fieldsOf(value: unknown): Readonly<Record<PropertyKey, unknown>> | undefined {
  return value === undefined || value === null ? undefined : Object(value);
}

const isFunction: Check = (value) => typeof value === 'function';
const isObject: Check = (value) =>
  value !== null && (typeof value === 'object' || typeof value === 'function');
const isString = (value: unknown): value is string => typeof value === 'string';
const isIterable: Check = (value) => isFunction(fieldsOf(value)?.[Symbol.iterator]);
const isAsyncIterable: Check = (value) => isFunction(fieldsOf(value)?.[Symbol.asyncIterator]);
const hasMethods = (value: unknown, ...names: readonly string[]): boolean =>
  names.every((name) => isFunction(fieldsOf(value)?.[name]));
const isTagged = (value: unknown, tag: string): boolean =>
  Object.prototype.toString.call(value) === `[object ${tag}]`;

const isPlainObject: Check = (value) => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain =
    prototype === null ||
    prototype === Object.prototype ||
    Object.getPrototypeOf(prototype) === null;
  return isPlain && !(Symbol.toStringTag in value) && !(Symbol.iterator in value);
};

/** got imports this check also by its name. */
export const isBuffer: Check = (value) => Buffer.isBuffer(value);

/** @param element check of each element. @default - none */
function isArray(value: unknown, element?: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return typeof element !== 'function' || value.every((one) => element(one));
}

const is = {
  array: isArray,
  asyncGenerator: (value) => isAsyncIterable(value) && hasMethods(value, 'next', 'throw'),
  asyncIterable: isAsyncIterable,
  boolean: (value) => typeof value === 'boolean',
  buffer: isBuffer,
  function: isFunction,
  generator: (value) => isIterable(value) && hasMethods(value, 'next', 'throw'),
  iterable: isIterable,
  nodeStream: (value) => isObject(value) && hasMethods(value, 'pipe'),
  nonEmptyString: (value) => isString(value) && value.length > 0,
  nonNegativeInteger: (value) => Number.isInteger(value) && Number(value) >= 0,
  null: (value) => value === null,
  number: (value) => typeof value === 'number' && !Number.isNaN(value),
  object: isObject,
  plainObject: isPlainObject,
  promise: (value) => isTagged(value, 'Promise') || hasMethods(value, 'then', 'catch'),
  string: isString,
  truthy: Boolean,
  uint8Array: (value) => isTagged(value, 'Uint8Array'),
  undefined: (value) => value === undefined,
  urlInstance: (value) => isTagged(value, 'URL'),
} as const satisfies Readonly<Record<string, Check>>;

export default is;

/** @throws {TypeError} always; without the value, which may be a secret */
function reject(found: unknown): never {
  throw new TypeError(`the value is of another type than got expects: ${typeof found}`);
}

function createAssertion(check: Check) {
  return function assertType(value: unknown): void {
    if (!check(value)) reject(value);
  };
}

/** The checks as assertions that throw a `TypeError`. */
export const assert = {
  any: (checks: Check | readonly Check[], ...values: readonly unknown[]): void => {
    const all = [checks].flat();
    if (!values.some((value) => all.some((check) => check(value)))) reject(values[0]);
  },
  boolean: createAssertion(is.boolean),
  function: createAssertion(is.function),
  number: createAssertion(is.number),
  object: createAssertion(is.object),
  plainObject: createAssertion(is.plainObject),
  string: createAssertion(is.string),
  truthy: createAssertion(is.truthy),
  undefined: createAssertion(is.undefined),
};
