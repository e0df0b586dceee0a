import { RequestError } from './request-error.ts';

/** The faults of one payload. */
export class PayloadFaults {
  readonly #texts: string[] = [];

  get length(): number {
    return this.#texts.length;
  }

  /** @param path of the field, such as `context.retry`; empty for the payload @returns `undefined` */
  add(path: string, message: string): undefined {
    this.#texts.push(`${path === '' ? 'payload' : path}: ${message}`);
  }

  /** @throws {RequestError} `AutoSys.InvalidRequest` with all faults */
  fail(): never {
    const count = this.#texts.length;
    const before = count === 1 ? 'invalid request' : `invalid request, ${count} faults`;
    throw new RequestError('AutoSys.InvalidRequest', `${before}: ${this.#texts.join('; ')}`);
  }
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
