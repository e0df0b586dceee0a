/**
 * The three calls of the Reflect metadata proposal that the certificate library's dependency container makes.
 *
 * `@peculiar/x509` reads certificates through tsyringe, which refuses to load where `Reflect.getMetadata` is missing
 * and asks each program to bring it. Imported for its effect, before the library; it yields to a real polyfill.
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
