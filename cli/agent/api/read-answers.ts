import type { FindAnswer, LogAnswer, RestartPlan, RunAnswer } from '../../../lambda/launch/api.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks the fields of a run that decisions need; the API is trusted for the rest. Returns
 * `undefined` for anything else.
 */
export function readRunAnswer(value: unknown): RunAnswer | undefined {
  if (!isObject(value)) return undefined;
  const { name, state, rev, changes = [] } = value;
  const isValid =
    typeof name === 'string' &&
    typeof state === 'string' &&
    typeof rev === 'string' &&
    Array.isArray(changes) &&
    changes.every(isChange) &&
    isExit(value['exit']) &&
    isStop(value['stop']);
  // Safe: the fields above have been checked, and printing tolerates any text in the others.
  return isValid ? ({ ...value, changes } as unknown as RunAnswer) : undefined;
}

/** Checks a page of a log. */
export function readLogAnswer(value: unknown): LogAnswer | undefined {
  if (!isObject(value)) return undefined;
  const { version = '', text, next, end } = value;
  return typeof text === 'string' &&
    typeof next === 'string' &&
    typeof end === 'boolean' &&
    typeof version === 'string'
    ? { version, text, next, end }
    : undefined;
}

/** Checks the answer of a look-up. Runs that cannot be read are left out. */
export function readFindAnswer(value: unknown): FindAnswer | undefined {
  if (!isObject(value) || !Array.isArray(value['runs'])) return undefined;
  const runs = value['runs'].flatMap((run) => readRunAnswer(run) ?? []);
  // Safe: `by` and `decoded` are only printed.
  return { ...value, runs } as unknown as FindAnswer;
}

/** Checks the plan of a restart. */
export function readRestartPlan(value: unknown): Pick<RestartPlan, 'text'> | undefined {
  const text = isObject(value) ? value['text'] : undefined;
  return Array.isArray(text) && text.every((one) => typeof one === 'string') ? { text } : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isChange(value: unknown): boolean {
  return isObject(value) && typeof value['at'] === 'string' && typeof value['text'] === 'string';
}

function isExit(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isObject(value)) return false;
  const { code, source } = value;
  const isCode = typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255;
  return isCode && typeof source === 'string';
}

function isStop(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isObject(value)) return false;
  const { state, text, remaining } = value;
  return (
    typeof state === 'string' &&
    typeof text === 'string' &&
    Array.isArray(remaining) &&
    remaining.every((one) => typeof one === 'string')
  );
}
