import { NameError } from '../../autosys/errors.ts';
import { nameRules, parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import { jobStarts, type RequestAction, requestActions } from '../routing/requests.ts';
import { type Ask, type EffectAsk, type Payload, payloadLimits } from './payload.ts';
import { isObject, PayloadFaults } from './payload-faults.ts';
import { readAskContext } from './read-context.ts';
import { readAskedEvent } from './read-event.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of each action, beside those of every action. */
const fieldsByAction: Readonly<Record<RequestAction, readonly string[]>> = {
  setGlobal: ['global', 'value'],
  sendEvent: ['event'],
  getGlobal: ['global'],
  jobStatus: ['job'],
  jobRuns: ['job', 'runs'],
  runJob: ['job', 'start', 'timeout', 'onAbort', 'token'],
};
const commonFields = ['action', 'instance', 'key', 'context'];

/**
 * Reads the payload of an invocation. Pure.
 *
 * Messages contain names, never a value, a comment, a key or a token.
 *
 * @throws {RequestError} `AutoSys.InvalidRequest` with all faults
 */
export function readPayload(payload: unknown): Payload {
  const faults = new PayloadFaults();
  if (!isObject(payload)) {
    faults.add('', 'expected a JSON object with the field action');
    return faults.fail();
  }
  const { action } = payload;
  if (!isAction(action)) {
    const near = typeof action === 'string' ? didYouMean(action.slice(0, 40), requestActions) : '';
    const found = typeof action === 'string' ? `unknown action${near}` : 'no action';
    faults.add('action', `${found}; allowed: ${requestActions.join(', ')}`);
    return faults.fail();
  }
  refuseUnknownFields(payload, action, faults);
  const ask = readAsk(payload, action, faults);
  const instance = readInstance(payload['instance'], faults);
  const key = readKey(payload['key'], faults);
  const context = readAskContext(payload['context'], faults);
  if (context === undefined && payload['context'] === undefined) {
    refuseMissing(payload, { action, key }, faults);
  }
  if (ask === undefined || faults.length > 0) return faults.fail();
  return {
    ask,
    ...(instance !== undefined && { instance }),
    ...(key !== undefined && { key }),
    ...(context && { context }),
  };
}

/** Whether a request changes something, so that it needs a key and a row. */
export function isEffect(ask: Ask): ask is EffectAsk {
  return !isRead(ask.action);
}

function isRead(action: RequestAction): boolean {
  return action === 'getGlobal' || action === 'jobStatus' || action === 'jobRuns';
}

function isAction(action: unknown): action is RequestAction {
  return requestActions.some((one) => one === action);
}

function refuseUnknownFields(payload: Fields, action: RequestAction, faults: PayloadFaults): void {
  const allowed = [...commonFields, ...fieldsByAction[action]];
  for (const name of Object.keys(payload)) {
    if (allowed.includes(name)) continue;
    const shown = name.slice(0, 40);
    // Step Functions would wait for an answer to the token that never comes.
    const why = name === 'token' ? 'only runJob takes a task token' : 'unknown field';
    faults.add(shown, `${why}; allowed with ${action}: ${allowed.join(', ')}`);
  }
}

/** A request without a key could take place twice, and a token without an account is of no use. */
function refuseMissing(
  payload: Fields,
  { action, key }: { readonly action: RequestAction; readonly key: string | undefined },
  faults: PayloadFaults,
): void {
  if (!isRead(action) && key === undefined && payload['key'] === undefined) {
    faults.add(
      'context',
      `${action} needs context (execution, state, entered, retry) or a key, so that a repeated request takes place once`,
    );
  }
  if (payload['token'] !== undefined) {
    faults.add('context', 'a task token needs context, because its execution names the account');
  }
}

function readAsk(payload: Fields, action: RequestAction, faults: PayloadFaults): Ask | undefined {
  switch (action) {
    case 'setGlobal': {
      const global = readGlobal(payload['global'], faults);
      const value = readValue(payload['value'], faults);
      return global !== undefined && value !== undefined ? { action, global, value } : undefined;
    }
    case 'getGlobal': {
      const global = readGlobal(payload['global'], faults);
      return global && { action, global };
    }
    case 'sendEvent': {
      const event = readAskedEvent(payload['event'], faults);
      return event && { action, event };
    }
    case 'jobStatus': {
      const job = readJob(payload['job'], faults);
      return job && { action, job };
    }
    case 'jobRuns': {
      const job = readJob(payload['job'], faults);
      const { default: usual, max } = payloadLimits.runs;
      const { runs = usual } = payload;
      if (!isWhole(runs, 1, max)) faults.add('runs', `allowed: a whole number from 1 to ${max}`);
      return job !== undefined && typeof runs === 'number' ? { action, job, runs } : undefined;
    }
    default:
      return readRunJob(payload, faults);
  }
}

function readRunJob(payload: Fields, faults: PayloadFaults): Ask | undefined {
  const job = readJob(payload['job'], faults);
  const { start: startText = 'STARTJOB', onAbort = 'leave', token } = payload;
  const start = jobStarts.find((one) => one === startText);
  if (start === undefined) faults.add('start', `allowed: ${jobStarts.join(', ')}`);
  if (onAbort !== 'leave' && onAbort !== 'kill') faults.add('onAbort', 'allowed: leave, kill');
  const timeoutMs = readTimeout(payload['timeout'], faults);
  const isToken = typeof token === 'string' && token !== '' && token.length <= payloadLimits.token;
  if (token !== undefined && !isToken) {
    faults.add('token', `allowed: a text of 1 to ${payloadLimits.token} characters`);
  }
  if (token === undefined && start === 'next') {
    faults.add('start', 'next needs a task token, because the run begins later');
  }
  if (job === undefined || start === undefined || timeoutMs === undefined) return undefined;
  return {
    ...{ action: 'runJob', job, start, timeoutMs },
    onAbort: onAbort === 'kill' ? 'kill' : 'leave',
    ...(isToken && { token }),
  };
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function readTimeout(timeout: unknown, faults: PayloadFaults): number | undefined {
  const { default: usual, min, max } = payloadLimits.timeoutMs;
  if (timeout === undefined) return usual;
  const match = typeof timeout === 'string' ? /^(\d{1,9})([smhd])$/.exec(timeout) : null;
  const ms = match ? Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] : Number.NaN;
  if (ms >= min && ms <= max) return ms;
  faults.add('timeout', 'allowed: 1m to 365d, such as 30m, 4h or 2d');
  return undefined;
}

function readJob(job: unknown, faults: PayloadFaults) {
  return readName('job', job, parseJobName, faults);
}

function readGlobal(global: unknown, faults: PayloadFaults) {
  return readName('global', global, parseGlobalName, faults);
}

function readName<Name>(
  path: string,
  text: unknown,
  parse: (text: string) => Name,
  faults: PayloadFaults,
): Name | undefined {
  if (typeof text !== 'string') return faults.add(path, 'expected a text');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return faults.add(path, error.message);
  }
}

/** The message names the length of a value, and not the value. */
function readValue(value: unknown, faults: PayloadFaults) {
  if (typeof value !== 'string') {
    return faults.add('value', 'expected a text; write a number in quotation marks');
  }
  try {
    return parseGlobalValue(value);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    const { max, allowed } = nameRules.globalValue;
    const found = value === 'DELETE' ? 'the reserved word DELETE' : `${value.length} characters`;
    return faults.add('value', `found ${found}; allowed: 0 to ${max} characters, ${allowed}`);
  }
}

function readInstance(instance: unknown, faults: PayloadFaults): string | undefined {
  if (instance === undefined || typeof instance === 'string') return instance;
  return faults.add('instance', 'expected a text of three characters, such as ACE');
}

function readKey(key: unknown, faults: PayloadFaults): string | undefined {
  if (key === undefined) return undefined;
  const { key: max } = payloadLimits;
  // A default key contains blanks, so the two never meet.
  if (typeof key === 'string' && key.length <= max && /^[\x21-\x7e]+$/.test(key)) return key;
  return faults.add('key', `allowed: 1 to ${max} printable ASCII characters without blanks`);
}

/** Whether a value is a whole number in a range. */
function isWhole(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
