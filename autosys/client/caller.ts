import {
  AutosysOutcomeUnknownError,
  AutosysUnreachableError,
  NameError,
  UnsupportedByProfileError,
} from '../errors.ts';
import type { Attempt, Carrier, Credentials } from './attempt.ts';
import { type Endpoint, joinBasePath } from './endpoint.ts';
import type { RequestTemplate, WireProfile } from './profile.ts';
import type { Reply } from './reply.ts';
import { type FieldValues, fillRequest, type WireRequest } from './request.ts';
import { type Asked, toError, toMeaning } from './wire.ts';

/** One request to AutoSys, whichever endpoint takes it. */
export interface Call extends Asked {
  readonly template: RequestTemplate;
  readonly fields: FieldValues;
  /** Whether sending it twice does no harm. */
  readonly repeatable: boolean;
  readonly accept?: string;
  /** A body that is no JSON. */
  readonly text?: string;
  readonly signal?: AbortSignal | undefined;
}

/** An answer of any status, and who gave it. */
export interface Answer {
  readonly reply: Reply;
  readonly endpoint: Endpoint;
}

/** What a caller needs to know. */
export interface CallerOptions {
  readonly endpoints: readonly Endpoint[];
  readonly transport: Pick<Carrier, 'attempt'>;
  readonly profile: WireProfile;
  readonly credentials: () => Promise<Credentials>;
}

/**
 * Finds the endpoint that answers.
 *
 * The next one is tried only where the one before certainly did nothing: it was not reached, or said 503. The endpoint that
 * answered last is asked first, so that a dead primary costs its timeout once and not with every call.
 */
export class Caller {
  readonly #options: CallerOptions;
  #first = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** Asks, and hands back a 2xx answer. @throws {AutosysError} for every other */
  async demand(call: Call): Promise<Answer> {
    const answer = await this.ask(call);
    const error = toError(answer.reply, call);
    if (error !== undefined) throw error;
    return answer;
  }

  /**
   * Asks, and hands back an answer of any status.
   *
   * @throws {AutosysUnreachableError} where no endpoint was reached
   * @throws {AutosysOutcomeUnknownError} where a change left us and no answer came; no other endpoint is tried then
   */
  async ask(call: Call): Promise<Answer> {
    const { endpoints } = this.#options;
    const silent: Silence[] = [];
    let unavailable: Answer | undefined;
    for (let step = 0; step < endpoints.length; step += 1) {
      const index = (this.#first + step) % endpoints.length;
      const endpoint = endpoints[index];
      if (endpoint === undefined || (step > 0 && call.signal?.aborted)) break;

      const attempt = await this.#attempt(call, endpoint);
      if (attempt.kind === 'answered') {
        const answer = { reply: attempt.reply, endpoint };
        if (!didNothing(attempt.reply.httpStatus, call)) {
          this.#first = index;
          return answer;
        }
        unavailable ??= answer;
      } else {
        if (attempt.kind === 'unanswered' && call.changes) throw toUnknown(call, endpoint, attempt);
        silent.push({ endpoint, ...attempt });
      }
    }
    if (unavailable !== undefined) return unavailable;
    throw toUnreachable(silent);
  }

  async #attempt(call: Call, endpoint: Endpoint): Promise<Attempt> {
    const { transport } = this.#options;
    const request = this.#toRequest(call, endpoint);
    const login = checkLogin(await this.#options.credentials());
    const { signal } = call;
    const fresh = call.changes && !call.repeatable;
    const connection = fresh ? 'fresh' : 'kept';
    const attempt = await transport.attempt(request, { endpoint, login, connection, signal });
    const again =
      attempt.kind === 'unanswered' && attempt.stale && !call.changes && !signal?.aborted;
    // The server had closed the kept connection; a read may simply ask once more over a new one.
    return again
      ? transport.attempt(request, { endpoint, login, connection: 'fresh', signal })
      : attempt;
  }

  #toRequest({ template, fields, doing, accept, text }: Call, endpoint: Endpoint): WireRequest {
    const { profile } = this.#options;
    const basePath = joinBasePath(endpoint.path, profile.basePath);
    const request = fillRequest(template, fields, basePath);
    if (request === undefined) {
      throw new UnsupportedByProfileError({ doing, profile: profile.name });
    }
    return {
      ...request,
      ...(accept === undefined ? {} : { accept }),
      ...(text === undefined ? {} : { body: text, contentType: 'text/plain; charset=utf-8' }),
    };
  }
}

interface Silence {
  readonly endpoint: Endpoint;
  readonly reason: string;
  readonly cause: Error;
}

/** 503 and its kin; a broken read did nothing either. 429 speaks for the user, whom the next endpoint knows too. */
function didNothing(httpStatus: number, { changes }: Call): boolean {
  const meaning = toMeaning(httpStatus);
  return (meaning === 'unavailable' && httpStatus !== 429) || (meaning === 'broken' && !changes);
}

function checkLogin(login: Credentials): Credentials {
  if (!login.username.includes(':')) return login;
  throw new NameError({
    what: 'AutoSys user name',
    found: 'a colon in it',
    allowed: 'a name without a colon, where HTTP Basic ends the name',
  });
}

function toUnknown(
  { doing }: Call,
  endpoint: Endpoint,
  { reason, cause }: Omit<Silence, 'endpoint'>,
) {
  return new AutosysOutcomeUnknownError({
    doing,
    reason: `it was sent to ${endpoint.name} and ${reason}`,
    cause,
  });
}

function toUnreachable(silent: readonly Silence[]): AutosysUnreachableError {
  const [first] = silent;
  const cause = first === undefined ? {} : { cause: first.cause };
  return silent.length === 1 && first !== undefined
    ? new AutosysUnreachableError({ endpoint: first.endpoint.name, reason: first.reason, ...cause })
    : new AutosysUnreachableError({
        endpoint: silent.map(({ endpoint }) => endpoint.name).join(' and '),
        reason: silent.map(({ endpoint, reason }) => `${endpoint.name}: ${reason}`).join('; '),
        ...cause,
      });
}
