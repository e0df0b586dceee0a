import { NameError, UnsupportedByProfileError } from '../errors.ts';
import type { Attempt, BasicCredentials, Carrier } from './attempt.ts';
import type { ClockWatch } from './clock-watch.ts';
import { type AewsEndpoint, joinBasePath } from './endpoint.ts';
import {
  type FailedAttempt,
  toNotSent,
  toOutcomeUnknown,
  toUnreachable,
} from './failed-attempt.ts';
import { isAnswerOfAews, toMeaning } from './meaning.ts';
import type { RequestTemplate, WireProfile } from './profile.ts';
import type { Reply } from './reply.ts';
import { type FieldValues, fillRequest, type WireRequest } from './request.ts';
import { type Address, ServedAddresses } from './served-addresses.ts';
import { type RequestDescription, toError } from './wire.ts';

/** One request to AutoSys, for any endpoint. */
export interface Call extends RequestDescription {
  readonly template: RequestTemplate;
  readonly fields: FieldValues;
  /** Whether it may be sent twice. */
  readonly repeatable: boolean;
  readonly accept?: string;
  /** Whether the reply is optional, so that the release may lack the request. */
  readonly isDetail?: boolean;
  /** A body that is not JSON. */
  readonly text?: string;
  readonly signal?: AbortSignal | undefined;
  readonly notAfter?: Date | undefined;
}

/** A reply of any status, and its endpoint. */
export interface EndpointReply {
  readonly reply: Reply;
  readonly endpoint: AewsEndpoint;
}

/** Options of a caller. */
export interface CallerOptions {
  readonly endpoints: readonly AewsEndpoint[];
  readonly transport: Pick<Carrier, 'attempt'>;
  readonly profile: WireProfile;
  readonly credentials: () => Promise<BasicCredentials>;
  /** The local clock. */
  readonly now: () => Date;
  /** Compares the clock of AutoSys with the local clock. */
  readonly clock: Pick<ClockWatch, 'record'>;
}

/**
 * Sends requests to the endpoints of one AutoSys instance, with failover.
 *
 * The next endpoint is tried only if the one before certainly did nothing: it was not reached, it
 * answered 503, or AEWS is not deployed on it. The endpoint that answered last is tried first, so
 * that an unreachable primary does not delay every call.
 */
export class Caller {
  readonly #options: CallerOptions;
  readonly #served: ServedAddresses;
  #first = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#served = new ServedAddresses(options.now);
  }

  /**
   * Whether this release probably lacks a request: AEWS recently answered others, but never this.
   */
  seemsToLack(template: RequestTemplate): boolean {
    const endpoint = this.#options.endpoints[this.#first];
    return endpoint !== undefined && this.#served.seemsToLack(this.#toAddress(template, endpoint));
  }

  /** Sends a request and returns its 2xx reply. @throws {AutosysError} for any other reply */
  async requestSuccess(call: Call): Promise<EndpointReply> {
    const answer = await this.request(call);
    const error = toError(answer.reply, call);
    if (error !== undefined) throw error;
    return answer;
  }

  /**
   * Sends a request and returns its reply of any status.
   *
   * @throws {AutosysUnreachableError} if no endpoint was reached
   * @throws {AutosysOutcomeUnknownError} if a change was sent and no reply arrived; then no other
   *   endpoint is tried
   */
  async request(call: Call): Promise<EndpointReply> {
    const { endpoints } = this.#options;
    const failed: FailedAttempt[] = [];
    let unavailable: EndpointReply | undefined;
    for (let step = 0; step < endpoints.length; step += 1) {
      const index = (this.#first + step) % endpoints.length;
      const endpoint = endpoints[index];
      const sentMs = this.#options.now().getTime();
      if (endpoint === undefined || (step > 0 && call.signal?.aborted)) break;
      if (call.notAfter !== undefined && sentMs > call.notAfter.getTime()) {
        if (step === 0) failed.push(toNotSent(endpoint));
        break;
      }

      const attempt = await this.#attempt(call, endpoint);
      if (attempt.kind === 'answered') {
        this.#recordDate(attempt.reply, sentMs);
        const answer = { reply: this.#toCertainOrigin(attempt.reply, call, endpoint), endpoint };
        if (!hadNoEffect(answer.reply, call)) {
          this.#first = index;
          const isLacking = call.isDetail === true && this.seemsToLack(call.template);
          // After an unexplained 404 the next call begins at the next endpoint, which may be
          // served.
          if (toMeaning(answer.reply) === 'unexplained' && !isLacking) {
            this.#first = (index + 1) % endpoints.length;
          }
          return answer;
        }
        unavailable ??= answer;
      } else {
        if (attempt.kind === 'unanswered' && call.changes) {
          throw toOutcomeUnknown(call, endpoint, attempt);
        }
        failed.push({ endpoint, ...attempt });
      }
    }
    if (unavailable !== undefined) return unavailable;
    throw toUnreachable(failed);
  }

  /**
   * Records the reply, and corrects its origin to `aews` if earlier replies show that it is AEWS's.
   *
   * These are a 404 of an address that serves other subjects, and a page in reply to a read for
   * which this release has no address.
   */
  #toCertainOrigin(reply: Reply, call: Call, endpoint: AewsEndpoint): Reply {
    const address = this.#toAddress(call.template, endpoint);
    const subject = toSubject(call);
    const meaning = toMeaning(reply);
    const isPage = meaning === 'unavailable' && reply.origin === 'html';
    const isOwn =
      (meaning === 'unexplained' && this.#served.hasServedOthers(address, subject)) ||
      (isPage && !call.changes && this.#served.lacks(address));
    if (isPage) this.#served.recordPage(address);
    if (isAnswerOfAews(reply)) this.#served.recordAnswer(address, subject);
    return isOwn ? { ...reply, origin: 'aews' } : reply;
  }

  /**
   * Records the date of a reply of AEWS. The clock of a proxy is no evidence about the scheduler.
   */
  #recordDate(reply: Reply, sentMs: number): void {
    const { now, clock } = this.#options;
    if (reply.date === undefined || !isAnswerOfAews(reply)) return;
    clock.record({ date: reply.date, sentMs, receivedMs: now().getTime() });
  }

  #toAddress({ method, path }: RequestTemplate, endpoint: AewsEndpoint): Address {
    const basePath = joinBasePath(endpoint.path, this.#options.profile.basePath);
    return { base: `${endpoint.origin}${basePath}`, request: `${method} ${path}` };
  }

  async #attempt(call: Call, endpoint: AewsEndpoint): Promise<Attempt> {
    const { transport } = this.#options;
    const request = this.#toRequest(call, endpoint);
    const login = checkLogin(await this.#options.credentials());
    const { signal } = call;
    const connection = call.changes && !call.repeatable ? 'fresh' : 'kept';
    const attempt = await transport.attempt(request, { endpoint, login, connection, signal });
    const isRepeated =
      attempt.kind === 'unanswered' && attempt.stale && !call.changes && !signal?.aborted;
    // The server had closed the kept connection. A read is repeated over a new connection.
    return isRepeated
      ? transport.attempt(request, { endpoint, login, connection: 'fresh', signal })
      : attempt;
  }

  #toRequest({ template, fields, doing, accept, text }: Call, endpoint: AewsEndpoint): WireRequest {
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

/**
 * Whether a request certainly had no effect, so that the next endpoint is tried.
 *
 * That is an unavailable AEWS or a failed read. 429 is not, because it limits the user at all
 * endpoints.
 */
function hadNoEffect(reply: Reply, { changes }: Call): boolean {
  const meaning = toMeaning(reply);
  if (meaning === 'unavailable') return reply.httpStatus !== 429;
  return meaning === 'broken' && !changes;
}

/** The subject of a request: its job, else its variable, machine or command. */
function toSubject({ job, fields }: Call): string {
  return String(job ?? fields.globalVariable ?? fields.machine ?? fields.command ?? '');
}

function checkLogin(login: BasicCredentials): BasicCredentials {
  if (!login.username.includes(':')) return login;
  throw new NameError({
    what: 'AutoSys user name',
    found: 'a name with a colon',
    allowed: 'a name without a colon, which separates name and password in HTTP Basic',
  });
}
