import { isJsonObject, type JsonObject } from '../template-error.ts';

/** The result of a function as an object; `undefined` if it is anything else. */
export function parsePayload(payload: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(payload);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
