/**
 * The three functions of the Reflect metadata proposal that the certificate library's dependency
 * container calls.
 *
 * `@peculiar/x509` reads certificates through tsyringe. tsyringe refuses to load if
 * `Reflect.getMetadata` is missing, and requires the program to provide it. Imported for its side
 * effect, before the library. An existing polyfill takes precedence.
 */
const metadata = new WeakMap<object, Map<unknown, unknown>>();

function read(key: unknown, target: object): unknown {
  return metadata.get(target)?.get(key);
}

function define(key: unknown, value: unknown, target: object): void {
  const entries = metadata.get(target) ?? new Map<unknown, unknown>();
  metadata.set(target, entries.set(key, value));
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { getMetadata: read, getOwnMetadata: read, defineMetadata: define });
}

export {};
