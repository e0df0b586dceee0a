/**
 * Reports that a function uses a module that the bundle does not contain.
 *
 * @throws {Error} always
 */
export function rejectUse(what: string): never {
  throw new Error(`${what} is left out of the bundle, see infra/bundle-options.ts`);
}
