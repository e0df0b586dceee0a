import {
  type ApiErrorBody,
  apiVersion,
  nothingStarted,
  versionHeader,
} from '../../../lambda/launch/api.ts';
import type { ApiOutcome, ExchangeResult } from './outcome.ts';

type Answered = Extract<ExchangeResult, { readonly kind: 'answered' }>;
type Refused = Extract<ApiOutcome<never>, { readonly kind: 'refused' }>;

/** The answer or failure that the state of a run is decided on. 401 is handled before. */
export function classify<Body>(
  result: ExchangeResult,
  readBody: (value: unknown) => Body | undefined,
): ApiOutcome<Body> {
  switch (result.kind) {
    case 'unreached':
      return { kind: 'failed', reason: result.reason, isSent: false };
    case 'lost':
      return { kind: 'failed', reason: result.reason, isSent: true };
    case 'untrusted':
      return refuse({
        status: 0,
        exit: nothingStarted.notReached,
        lines: [`error: the launch API was not reached: ${result.reason}`],
      });
    case 'answered':
      return classifyAnswer(result, readBody);
    default:
      return result satisfies never;
  }
}

function classifyAnswer<Body>(
  answer: Answered,
  readBody: (value: unknown) => Body | undefined,
): ApiOutcome<Body> {
  const { status } = answer;
  const value = parseJson(answer.body);
  const version = readVersion(answer, value);
  const mismatch = version === undefined ? undefined : describeMismatch(version);
  if (mismatch !== undefined) {
    return refuse({ status, exit: nothingStarted.notReached, lines: mismatch, isFinal: true });
  }
  const retryAfterMs = readRetryAfter(answer.headers['retry-after']);
  if (status >= 200 && status < 300) {
    const body = version === undefined ? undefined : readBody(value);
    return body === undefined
      ? refuse(describeStrange(answer, value))
      : { kind: 'answer', status, body, retryAfterMs };
  }
  const error = readErrorBody(value);
  if (error !== undefined) return classifyError(error, status, retryAfterMs);
  if (status === 429) return { kind: 'throttled', retryAfterMs };
  if (status >= 500 || status === 408) {
    return { kind: 'failed', reason: `it answers HTTP ${status}`, isSent: true };
  }
  return refuse(describeStrange(answer, value));
}

function classifyError(
  error: ApiErrorBody,
  status: number,
  retryAfterMs: number | undefined,
): ApiOutcome<never> {
  const { message, fix, code, exit, faults = [] } = error;
  if (status === 429 || status === 503) {
    const hadNoEffect = status === 429 || code === 'TARGET_DISABLED';
    return { kind: 'busy', words: message, retryAfterMs, hadNoEffect };
  }
  if (status >= 500) {
    return { kind: 'failed', reason: `it answers HTTP ${status}: ${message}`, isSent: true };
  }
  const listed = faults.map((fault) => `${fault.path}: ${fault.message}`);
  // The message of a wrong input repeats its faults. Each is printed once.
  const isJoined = listed.length > 0 && message === listed.join('; ');
  const head = isJoined && listed.length > 1 ? `the request has ${listed.length} faults` : message;
  const more = isJoined && listed.length === 1 ? [] : listed.map((fault) => `  ${fault}`);
  return refuse({
    status,
    exit,
    lines: [`error: ${head} (${code})`, ...more, fix],
    isFinal: true,
  });
}

/** The login was rejected, and the file has no other login. */
export function refuseRejectedLogin(loginPath: string): Refused {
  return refuse({
    status: 401,
    exit: nothingStarted.notAllowed,
    lines: [
      `error: the launch API rejected the login of ${loginPath} (HTTP 401)`,
      'write the current login of this caller to that file; the command does not repeat a rejected login',
    ],
    isFinal: true,
  });
}

function refuse({
  isFinal = false,
  ...rest
}: Omit<Refused, 'kind' | 'isFinal'> & { readonly isFinal?: boolean }): Refused {
  return { kind: 'refused', ...rest, isFinal };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function readVersion({ headers }: Answered, value: unknown): string | undefined {
  const found = headers[versionHeader] ?? fieldOf(value, 'version');
  return typeof found === 'string' && /^\d{1,4}\.\d{1,4}$/.test(found) ? found : undefined;
}

/** Another minor version works: its fields are optional or ignored. */
function describeMismatch(version: string): readonly string[] | undefined {
  const [theirs, ours] = [version, apiVersion].map((one) => Number(one.split('.')[0]));
  if (theirs === undefined || ours === undefined || theirs === ours) return undefined;
  const advice =
    theirs > ours
      ? 'update this command on the agent to the release of the deployed bridge'
      : 'deploy the release of the bridge that this command belongs to, or install an older command';
  return [
    `error: the launch API has version ${version}, and this command speaks version ${apiVersion}`,
    advice,
  ];
}

/** Seconds only. The form with a date needs equal clocks, and the API does not send it. */
function readRetryAfter(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}(?:\.\d{1,3})?$/.test(text)
    ? Number(text) * 1_000
    : undefined;
}

function readErrorBody(value: unknown): ApiErrorBody | undefined {
  const [code, message, fix, exit] = ['code', 'message', 'fix', 'exit'].map((name) =>
    fieldOf(value, name),
  );
  if (typeof code !== 'string' || typeof message !== 'string' || typeof exit !== 'number') {
    return undefined;
  }
  const isExit = Number.isInteger(exit) && exit > 0 && exit < 256;
  const faults = fieldOf(value, 'faults');
  return {
    version: apiVersion,
    code,
    message,
    fix: typeof fix === 'string' ? fix : '',
    exit: isExit ? exit : nothingStarted.notReached,
    faults: Array.isArray(faults) ? faults.flatMap(toFault) : [],
  };
}

function toFault(fault: unknown): readonly { readonly path: string; readonly message: string }[] {
  const [path, message] = [fieldOf(fault, 'path'), fieldOf(fault, 'message')];
  return typeof path === 'string' && typeof message === 'string' ? [{ path, message }] : [];
}

/** An answer of a gateway or a proxy, or of another server. Its body is not printed. */
function describeStrange(
  { status, headers }: Answered,
  value: unknown,
): Omit<Refused, 'kind' | 'isFinal'> {
  const found = fieldOf(value, 'message') ?? fieldOf(value, 'Message');
  const words = typeof found === 'string' ? `: ${found.slice(0, 200)}` : '';
  const type = headers['content-type']?.split(';')[0] ?? 'no content type';
  const shown = words === '' ? ` with ${type}` : words;
  const [exit, advice] = toAdvice(status, words);
  return {
    status,
    exit,
    lines: [`error: not an answer of the launch API: HTTP ${status}${shown}`, advice],
  };
}

function toAdvice(status: number, words: string): readonly [exit: number, advice: string] {
  const { notAllowed, notReached, input } = nothingStarted;
  if (status === 403 && !words.includes('Missing Authentication Token')) {
    return [
      notAllowed,
      'check the login, that the URL ends in the stage, /v, and that the resource policy of the API allows this network or VPC endpoint',
    ];
  }
  if (status === 400 || status === 413) return [input, 'check the input and the parameters'];
  if (status >= 300 && status < 400) {
    return [notReached, 'use the address that the redirect leads to as --url'];
  }
  return [notReached, 'check the URL with its stage, and any proxy between this host and the API'];
}
