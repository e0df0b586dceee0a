/** Says loudly that something is used after all which no bundle holds. @throws {Error} always */
export function leftOut(what: string): never {
  throw new Error(`${what} is left out of the bundle, see infra/function-defaults.ts`);
}
